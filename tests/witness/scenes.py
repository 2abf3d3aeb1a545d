"""What must be in the account for each paginator to have several pages, and how it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from account import MANAGED, Account

# Makes the entries and says what the operation is asked with.
Scene = Callable[[Account], dict[str, Any]]

# More than two of EC2's smallest pages, which are of five.
MANY = 11
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def nothing(_: Account) -> dict[str, Any]:
    """The service brings what it lists."""
    return {}


def and_ask(scene: Scene, **request: Any) -> Scene:
    """The same scene, another question."""

    def asked(account: Account) -> dict[str, Any]:
        scene(account)
        return request

    return asked


# EKS


def clusters(account: Account) -> dict[str, Any]:
    for name in "abc":
        account.eks.create_cluster(**account.cluster_request(name))
    return {}


def nodegroups(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    for name in "abc":
        account.eks.create_nodegroup(**account.nodegroup_request(cluster, name))
    return {"clusterName": cluster}


def profiles(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    for _ in range(3):
        account.profile(cluster)
    return {"clusterName": cluster}


def addons(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    for name in ("vpc-cni", "coredns", "kube-proxy"):
        account.eks.create_addon(clusterName=cluster, addonName=name)
    return {"clusterName": cluster}


def updates(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    for kind in ("api", "audit", "scheduler"):
        logging = {"clusterLogging": [{"types": [kind], "enabled": True}]}
        account.eks.update_cluster_config(name=cluster, logging=logging)
        account.advance(1000)
    return {"name": cluster}


def entries(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    for role in (account.pod_role(), account.node_role()):
        account.eks.create_access_entry(clusterName=cluster, principalArn=role)
    return {"clusterName": cluster}


def policies(account: Account) -> dict[str, Any]:
    entry = {"clusterName": account.cluster(), "principalArn": account.pod_role()}
    account.eks.create_access_entry(**entry)
    for name in ("AmazonEKSViewPolicy", "AmazonEKSEditPolicy", "AmazonEKSAdminPolicy"):
        arn = f"arn:aws:eks::aws:cluster-access-policy/{name}"
        account.eks.associate_access_policy(**entry, policyArn=arn, accessScope={"type": "cluster"})
    return entry


def associations(account: Account) -> dict[str, Any]:
    cluster = account.cluster()
    role = account.role("identity", "pods.eks.amazonaws.com")
    for name in "abc":
        account.eks.create_pod_identity_association(
            clusterName=cluster, namespace="web", serviceAccount=name, roleArn=role
        )
    return {"clusterName": cluster}


# EC2


def many(operation: str, **request: Any) -> Scene:
    """Calls an operation of EC2 time and again; a function among the members is asked for its value each time."""

    def scene(account: Account) -> dict[str, Any]:
        for number in range(MANY):
            sent = {name: value(account, number) if callable(value) else value for name, value in request.items()}
            getattr(account.ec2, operation)(**sent)
        return {}

    return scene


IMAGES = [{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-*"]}]
BLOCK = {"InstanceType": "p5.48xlarge", "CapacityDurationHours": 24}


def capacity_blocks(account: Account) -> dict[str, Any]:
    for _ in range(MANY):
        offer = account.ec2.describe_capacity_block_offerings(**BLOCK)["CapacityBlockOfferings"][0]
        bought = {"CapacityBlockOfferingId": offer["CapacityBlockOfferingId"], "InstancePlatform": "Linux/UNIX"}
        account.ec2.purchase_capacity_block(**bought)
    return {}


def vpc(account: Account, _: int) -> str:
    return account.network().vpc


def subnet(account: Account, _: int) -> str:
    return account.network().private[0]


def address(account: Account, _: int) -> str:
    allocated: str = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    return allocated


def name(_: Account, number: int) -> str:
    return f"name-{number}"


def block(_: Account, number: int) -> str:
    # Behind the network's own.
    return f"192.168.{192 + number}.0/24"


def tags(account: Account) -> dict[str, Any]:
    pairs = [{"Key": f"key-{number}", "Value": ""} for number in range(MANY)]
    account.ec2.create_tags(Resources=[account.network().vpc], Tags=pairs)
    return {}


def versions(account: Account) -> dict[str, Any]:
    data = {"InstanceType": "m5.large"}
    account.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    for _ in range(MANY):
        account.ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)
    return {"LaunchTemplateName": "web"}


GROUPS = many("create_security_group", GroupName=name, Description="d", VpcId=vpc)
INSTANCES = many(
    "run_instances", ImageId="ami-0123456789abcdef0", InstanceType="m5.large", MinCount=1, MaxCount=1, SubnetId=subnet
)
TEMPLATES = many(
    "create_launch_template", LaunchTemplateName=name, LaunchTemplateData={"InstanceType": "m5.large"}
)


# IAM


def roles(account: Account) -> dict[str, Any]:
    for role in "abc":
        account.role(role, "ec2.amazonaws.com")
    return {}


def a_role(account: Account) -> dict[str, Any]:
    """A role with three of everything."""
    account.node_role()
    for letter in "abc":
        account.iam.put_role_policy(RoleName="node", PolicyName=letter, PolicyDocument=DOCUMENT)
        account.iam.create_instance_profile(InstanceProfileName=letter)
        account.iam.add_role_to_instance_profile(InstanceProfileName=letter, RoleName="node")
        account.iam.create_policy(PolicyName=letter, PolicyDocument=DOCUMENT)
    account.iam.tag_role(RoleName="node", Tags=[{"Key": letter, "Value": ""} for letter in "abc"])
    return {"RoleName": "node"}


# CloudFormation, whose pages are of a hundred and cannot be made smaller


def a_stack(account: Account) -> dict[str, Any]:
    template = json.dumps({"Resources": {f"Handle{number}": HANDLE for number in range(110)}})
    account.cloudformation.create_stack(StackName="web", TemplateBody=template)
    account.advance(600)
    return {"StackName": "web"}


def stacks(account: Account) -> dict[str, Any]:
    for number in range(101):
        output = {"Value": {"Ref": "Handle"}, "Export": {"Name": f"export-{number}"}}
        template = {"Resources": {"Handle": HANDLE}, "Outputs": {"Id": output}}
        account.cloudformation.create_stack(StackName=f"web-{number}", TemplateBody=json.dumps(template))
    account.advance(600)
    return {}


def importers(account: Account) -> dict[str, Any]:
    lent = {"Value": "lent", "Export": {"Name": "lent"}}
    lender = {"Resources": {"Handle": HANDLE}, "Outputs": {"Lent": lent}}
    account.cloudformation.create_stack(StackName="lender", TemplateBody=json.dumps(lender))
    account.advance(600)
    borrowed = {"Value": {"Fn::ImportValue": "lent"}}
    borrower = json.dumps({"Resources": {"Handle": HANDLE}, "Outputs": {"Borrowed": borrowed}})
    for number in range(101):
        account.cloudformation.create_stack(StackName=f"web-{number}", TemplateBody=borrower)
    account.advance(600)
    return {"ExportName": "lent"}


def a_change_set(account: Account) -> dict[str, Any]:
    template = json.dumps({"Resources": {f"Handle{number}": HANDLE for number in range(110)}})
    of = {"StackName": "web", "ChangeSetName": "first"}
    account.cloudformation.create_change_set(**of, ChangeSetType="CREATE", TemplateBody=template)
    account.advance(60)
    return of


def change_sets(account: Account) -> dict[str, Any]:
    template = json.dumps({"Resources": {"Handle": HANDLE}})
    for number in range(101):
        account.cloudformation.create_change_set(
            StackName="web", ChangeSetName=f"set-{number}", ChangeSetType="CREATE", TemplateBody=template
        )
    account.advance(60)
    return {"StackName": "web"}


# Elastic Load Balancing


def classic(account: Account) -> dict[str, Any]:
    listener = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
    for letter in "abc":
        account.client("elb").create_load_balancer(
            LoadBalancerName=letter, Listeners=[listener], Subnets=account.network().public
        )
    return {}


def balancers(account: Account) -> dict[str, Any]:
    for letter in "abc":
        account.client("elbv2").create_load_balancer(Name=letter, Subnets=account.network().public)
    return {}


def target_groups(account: Account) -> dict[str, Any]:
    for letter in "abc":
        account.client("elbv2").create_target_group(
            Name=letter, Protocol="HTTP", Port=80, VpcId=account.network().vpc
        )
    return {}


def listeners(account: Account) -> dict[str, Any]:
    elbv2 = account.client("elbv2")
    made = elbv2.create_load_balancer(Name="web", Subnets=account.network().public)["LoadBalancers"][0]
    fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    for port in (80, 81, 82):
        elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=port, DefaultActions=fixed
        )
    return {"LoadBalancerArn": made["LoadBalancerArn"]}


# Auto Scaling


def running(account: Account) -> dict[str, Any]:
    """Two node groups with two instances each."""
    cluster = account.cluster()
    for _ in range(2):
        account.nodegroup(cluster)
    return {}


SCENES: dict[tuple[str, str], Scene] = {
    ("eks", "ListClusters"): clusters,
    ("eks", "ListNodegroups"): nodegroups,
    ("eks", "ListFargateProfiles"): profiles,
    ("eks", "ListAddons"): addons,
    ("eks", "ListUpdates"): updates,
    ("eks", "ListAccessEntries"): entries,
    ("eks", "ListAssociatedAccessPolicies"): policies,
    ("eks", "ListPodIdentityAssociations"): associations,
    ("eks", "ListAccessPolicies"): nothing,
    ("eks", "DescribeAddonVersions"): nothing,
    ("eks", "DescribeClusterVersions"): nothing,
    ("ec2", "DescribeVpcs"): many("create_vpc", CidrBlock="10.0.0.0/16"),
    ("ec2", "DescribeSubnets"): many("create_subnet", VpcId=vpc, CidrBlock=block),
    ("ec2", "DescribeInternetGateways"): many("create_internet_gateway"),
    ("ec2", "DescribeEgressOnlyInternetGateways"): many("create_egress_only_internet_gateway", VpcId=vpc),
    ("ec2", "DescribeRouteTables"): many("create_route_table", VpcId=vpc),
    ("ec2", "DescribeNatGateways"): many("create_nat_gateway", SubnetId=subnet, AllocationId=address),
    ("ec2", "DescribeVpcEndpoints"): many("create_vpc_endpoint", VpcId=vpc, ServiceName="com.amazonaws.us-west-2.s3"),
    ("ec2", "DescribeSecurityGroups"): GROUPS,
    ("ec2", "DescribeSecurityGroupRules"): GROUPS,
    ("ec2", "DescribeNetworkInterfaces"): many("create_network_interface", SubnetId=subnet),
    ("ec2", "DescribeLaunchTemplates"): TEMPLATES,
    ("ec2", "DescribeLaunchTemplateVersions"): versions,
    ("ec2", "DescribeInstances"): INSTANCES,
    ("ec2", "DescribeVolumes"): many("create_volume", AvailabilityZone="us-west-2a", Size=1),
    ("ec2", "DescribeImages"): and_ask(nothing, Owners=["amazon"], Filters=IMAGES),
    ("ec2", "DescribeInstanceTypes"): nothing,
    ("ec2", "DescribeInstanceTypeOfferings"): nothing,
    ("ec2", "DescribeTags"): tags,
    ("ec2", "DescribeCapacityBlockOfferings"): and_ask(nothing, **BLOCK),
    ("ec2", "DescribeCapacityReservations"): capacity_blocks,
    ("autoscaling", "DescribeAutoScalingGroups"): running,
    ("autoscaling", "DescribeAutoScalingInstances"): running,
    ("autoscaling", "DescribeScalingActivities"): running,
    ("autoscaling", "DescribeTags"): running,
    ("elb", "DescribeLoadBalancers"): classic,
    ("elbv2", "DescribeLoadBalancers"): balancers,
    ("elbv2", "DescribeTargetGroups"): target_groups,
    ("elbv2", "DescribeListeners"): listeners,
    ("iam", "ListRoles"): roles,
    ("iam", "ListRolePolicies"): a_role,
    ("iam", "ListRoleTags"): a_role,
    ("iam", "ListAttachedRolePolicies"): a_role,
    ("iam", "ListInstanceProfilesForRole"): a_role,
    ("iam", "ListInstanceProfiles"): and_ask(a_role),
    ("iam", "ListPolicies"): and_ask(a_role, Scope="Local"),
    ("iam", "ListPolicyVersions"): and_ask(nothing, PolicyArn=f"{MANAGED}/AmazonEKSClusterPolicy"),
    ("service-quotas", "ListServiceQuotas"): and_ask(nothing, ServiceCode="eks"),
    ("cloudformation", "DescribeStackEvents"): a_stack,
    ("cloudformation", "ListStackResources"): a_stack,
    ("cloudformation", "DescribeStacks"): stacks,
    ("cloudformation", "ListStacks"): stacks,
    ("cloudformation", "ListExports"): stacks,
    ("cloudformation", "ListImports"): importers,
    ("cloudformation", "DescribeChangeSet"): a_change_set,
    ("cloudformation", "ListChangeSets"): change_sets,
}
