"""boto3's waiters, with their own pace and patience: each pause of theirs moves the simulator's clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import botocore.session
import botocore.waiter
import pytest
from botocore import xform_name
from botocore.exceptions import WaiterError

from account import Account
from simulator import Simulator

SERVICES = ("cloudformation", "ec2", "eks", "elb", "elbv2", "iam")
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}

# Begins something and says what the waiter is asked with.
Scene = Callable[[Account], dict[str, Any]]


@pytest.fixture(autouse=True)
def pauses(account: Account, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that waiters make; none takes real time."""
    made: list[float] = []

    def sleep(seconds: float) -> None:
        made.append(seconds)
        account.advance(seconds)

    monkeypatch.setattr(botocore.waiter, "time", SimpleNamespace(sleep=sleep))
    return made


def new_cluster(account: Account) -> dict[str, Any]:
    account.eks.create_cluster(**account.cluster_request("web"))
    return {"name": "web"}


def leaving_cluster(account: Account) -> dict[str, Any]:
    name = account.cluster()
    account.eks.delete_cluster(name=name)
    return {"name": name}


def new_group(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    account.eks.create_nodegroup(**account.nodegroup_request(cluster, "web"))
    return {"clusterName": cluster, "nodegroupName": "web"}


def leaving_group(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    group = {"clusterName": cluster, "nodegroupName": account.nodegroup(cluster)}
    account.eks.delete_nodegroup(**group)
    return group


def new_addon(account: Account) -> dict[str, Any]:
    addon = {"clusterName": account.cluster(), "addonName": "vpc-cni"}
    account.eks.create_addon(**addon)
    return addon


def leaving_addon(account: Account) -> dict[str, Any]:
    addon = new_addon(account)
    account.eks.delete_addon(**addon)
    return addon


def new_profile(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    account.eks.create_fargate_profile(**account.profile_request(cluster, "web"))
    return {"clusterName": cluster, "fargateProfileName": "web"}


def leaving_profile(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    profile = {"clusterName": cluster, "fargateProfileName": account.profile(cluster)}
    account.eks.delete_fargate_profile(**profile)
    return profile


def new_stack(account: Account) -> dict[str, Any]:
    account.cloudformation.create_stack(
        StackName="web", TemplateBody=json.dumps({"Resources": {"Handle": HANDLE}})
    )
    return {"StackName": "web"}


def changing_stack(account: Account) -> dict[str, Any]:
    stack = new_stack(account)
    account.advance(60)
    template = {"Resources": {"Handle": HANDLE, "Other": HANDLE}}
    account.cloudformation.update_stack(**stack, TemplateBody=json.dumps(template))
    return stack


def failing_stack(account: Account) -> dict[str, Any]:
    """An update that ends where it began."""
    stack = new_stack(account)
    account.advance(60)
    condition = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60"},
    }
    template = {"Resources": {"Handle": HANDLE, "Condition": condition}}
    account.cloudformation.update_stack(**stack, TemplateBody=json.dumps(template))
    return stack


def leaving_stack(account: Account) -> dict[str, Any]:
    stack = new_stack(account)
    account.advance(60)
    account.cloudformation.delete_stack(**stack)
    return stack


def new_change_set(account: Account) -> dict[str, Any]:
    change_set = {"StackName": "web", "ChangeSetName": "first"}
    template = json.dumps({"Resources": {"Handle": HANDLE}})
    account.cloudformation.create_change_set(**change_set, ChangeSetType="CREATE", TemplateBody=template)
    return change_set


def vpc(account: Account) -> dict[str, Any]:
    return {"VpcIds": [account.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]]}


def subnet(account: Account) -> dict[str, Any]:
    return {"SubnetIds": account.network().private}


def gateway(account: Account) -> dict[str, Any]:
    return {"InternetGatewayIds": [account.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]]}


def key_pair(account: Account) -> dict[str, Any]:
    account.ec2.create_key_pair(KeyName="me")
    return {"KeyNames": ["me"]}


def group(account: Account) -> dict[str, Any]:
    made = account.ec2.create_security_group(GroupName="web", Description="d", VpcId=account.network().vpc)
    return {"GroupIds": [made["GroupId"]]}


def interface(account: Account) -> dict[str, Any]:
    made = account.ec2.create_network_interface(SubnetId=account.network().private[0])
    return {"NetworkInterfaceIds": [made["NetworkInterface"]["NetworkInterfaceId"]]}


def new_nat(account: Account) -> dict[str, Any]:
    address = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = account.ec2.create_nat_gateway(SubnetId=account.network().public[0], AllocationId=address)
    return {"NatGatewayIds": [made["NatGateway"]["NatGatewayId"]]}


def leaving_nat(account: Account) -> dict[str, Any]:
    nat = new_nat(account)
    account.advance(200)
    account.ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayIds"][0])
    return nat


def new_instance(account: Account) -> dict[str, Any]:
    request = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "m5.large", "MinCount": 1, "MaxCount": 1}
    made = account.ec2.run_instances(**request, SubnetId=account.network().private[0])
    return {"InstanceIds": [made["Instances"][0]["InstanceId"]]}


def leaving_instance(account: Account) -> dict[str, Any]:
    instance = new_instance(account)
    account.advance(60)
    account.ec2.terminate_instances(**instance)
    return instance


def new_volume(account: Account) -> dict[str, Any]:
    return {"VolumeIds": [account.ec2.create_volume(AvailabilityZone="us-west-2a", Size=8)["VolumeId"]]}


def leaving_volume(account: Account) -> dict[str, Any]:
    volume = new_volume(account)
    account.advance(60)
    account.ec2.delete_volume(VolumeId=volume["VolumeIds"][0])
    return volume


def disk(account: Account) -> dict[str, Any]:
    """The root volume of an instance."""
    instance = new_instance(account)["InstanceIds"]
    found = account.ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": instance}])
    return {"VolumeIds": [found["Volumes"][0]["VolumeId"]]}


def image(account: Account) -> dict[str, Any]:
    names = [{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-*"]}]
    found = account.ec2.describe_images(Owners=["amazon"], Filters=names)["Images"]
    return {"ImageIds": [found[0]["ImageId"]]}


def new_balancer(account: Account) -> dict[str, Any]:
    made = account.client("elbv2").create_load_balancer(Name="web", Subnets=account.network().public)
    return {"LoadBalancerArns": [made["LoadBalancers"][0]["LoadBalancerArn"]]}


def leaving_balancer(account: Account) -> dict[str, Any]:
    balancer = new_balancer(account)
    account.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArns"][0])
    return balancer


def role(account: Account) -> dict[str, Any]:
    account.node_role()
    return {"RoleName": "node"}


def instance_profile(account: Account) -> dict[str, Any]:
    account.iam.create_instance_profile(InstanceProfileName="box")
    return {"InstanceProfileName": "box"}


def policy(_: Account) -> dict[str, Any]:
    return {"PolicyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"}


SCENES: dict[tuple[str, str], Scene] = {
    ("eks", "ClusterActive"): new_cluster,
    ("eks", "ClusterDeleted"): leaving_cluster,
    ("eks", "NodegroupActive"): new_group,
    ("eks", "NodegroupDeleted"): leaving_group,
    ("eks", "AddonActive"): new_addon,
    ("eks", "AddonDeleted"): leaving_addon,
    ("eks", "FargateProfileActive"): new_profile,
    ("eks", "FargateProfileDeleted"): leaving_profile,
    ("cloudformation", "StackExists"): new_stack,
    ("cloudformation", "StackCreateComplete"): new_stack,
    ("cloudformation", "StackUpdateComplete"): changing_stack,
    ("cloudformation", "StackRollbackComplete"): failing_stack,
    ("cloudformation", "StackDeleteComplete"): leaving_stack,
    ("cloudformation", "ChangeSetCreateComplete"): new_change_set,
    ("ec2", "VpcExists"): vpc,
    ("ec2", "VpcAvailable"): vpc,
    ("ec2", "SubnetAvailable"): subnet,
    ("ec2", "InternetGatewayExists"): gateway,
    ("ec2", "SecurityGroupExists"): group,
    ("ec2", "NetworkInterfaceAvailable"): interface,
    ("ec2", "KeyPairExists"): key_pair,
    ("ec2", "NatGatewayAvailable"): new_nat,
    ("ec2", "NatGatewayDeleted"): leaving_nat,
    ("ec2", "InstanceExists"): new_instance,
    ("ec2", "InstanceRunning"): new_instance,
    ("ec2", "InstanceTerminated"): leaving_instance,
    ("ec2", "VolumeAvailable"): new_volume,
    ("ec2", "VolumeInUse"): disk,
    ("ec2", "VolumeDeleted"): leaving_volume,
    ("ec2", "ImageExists"): image,
    ("ec2", "ImageAvailable"): image,
    ("elbv2", "LoadBalancerExists"): new_balancer,
    ("elbv2", "LoadBalancerAvailable"): new_balancer,
    ("elbv2", "LoadBalancersDeleted"): leaving_balancer,
    ("iam", "RoleExists"): role,
    ("iam", "InstanceProfileExists"): instance_profile,
    ("iam", "PolicyExists"): policy,
}

# Their operations are simulated, but not what leads to the state: imports, stopped instances, rotated authorities.
WITHOUT_A_WAY = {
    ("cloudformation", "StackImportComplete"),
    ("ec2", "InstanceStopped"),
    ("eks", "CertificateAuthorityUpdateComplete"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_waiter_is_tried(simulator: Simulator, service: str) -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    waiters = loader.load_service_model(service, "waiters-2")["waiters"]
    simulated = simulator.operations(service)
    there = {(service, name) for name, rules in waiters.items() if rules["operation"] in simulated}
    assert {key for key in SCENES if key[0] == service} == there - WITHOUT_A_WAY


@pytest.mark.parametrize(("service", "waiter"), SCENES)
def test_waiters(account: Account, service: str, waiter: str) -> None:
    request = SCENES[service, waiter](account)
    account.client(service).get_waiter(xform_name(waiter)).wait(**request)


def test_a_cluster_takes_its_time(account: Account, pauses: list[float]) -> None:
    account.eks.create_cluster(**account.cluster_request("web"))
    account.eks.get_waiter("cluster_active").wait(name="web")
    # 580 seconds in pauses of 30.
    assert pauses == [30] * 20


def test_nodes_that_never_join(account: Account) -> None:
    account.simulator.trouble(nodesNeverJoin=True)
    request = new_group(account)
    with pytest.raises(WaiterError, match="terminal failure state.*CREATE_FAILED"):
        account.eks.get_waiter("nodegroup_active").wait(**request)


def test_a_stack_that_fails(account: Account) -> None:
    account.renew(quotas={"elasticAddresses": 0})
    template = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
    account.cloudformation.create_stack(StackName="web", TemplateBody=template)
    with pytest.raises(WaiterError, match="terminal failure state.*ROLLBACK"):
        account.cloudformation.get_waiter("stack_create_complete").wait(StackName="web")


def test_a_cluster_that_stays(account: Account) -> None:
    with pytest.raises(WaiterError, match="terminal failure state"):
        account.eks.get_waiter("cluster_deleted").wait(name=account.cluster())
