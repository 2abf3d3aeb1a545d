"""EC2's instances, launch templates, zones, types and tags: every operation, driven by boto3."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

DATA: dict[str, Any] = {
    "InstanceType": "m5.large",
    "EbsOptimized": True,
    "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
    "BlockDeviceMappings": [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 80, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125}}
    ],
    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
}


@drives(
    "ec2",
    "CreateLaunchTemplate",
    "CreateLaunchTemplateVersion",
    "ModifyLaunchTemplate",
    "DescribeLaunchTemplates",
    "DescribeLaunchTemplateVersions",
    "DeleteLaunchTemplateVersions",
    "DeleteLaunchTemplate",
)
def test_a_launch_template(account: Account) -> None:
    ec2 = account.ec2
    made = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=DATA)["LaunchTemplate"]
    template = {"LaunchTemplateId": made["LaunchTemplateId"]}
    assert (made["DefaultVersionNumber"], made["LatestVersionNumber"]) == (1, 1)
    again = refused(ec2.create_launch_template, LaunchTemplateName="web", LaunchTemplateData=DATA)
    assert again.code == "InvalidLaunchTemplateName.AlreadyExistsException"

    change = {"InstanceType": "m5.xlarge"}
    version = ec2.create_launch_template_version(**template, SourceVersion="1", LaunchTemplateData=change)
    assert version["LaunchTemplateVersion"]["VersionNumber"] == 2
    ec2.modify_launch_template(**template, DefaultVersion="2")
    (found,) = ec2.describe_launch_templates(LaunchTemplateNames=["web"])["LaunchTemplates"]
    assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == (2, 2)
    versions = ec2.describe_launch_template_versions(**template)["LaunchTemplateVersions"]
    by_number = {it["VersionNumber"]: it["LaunchTemplateData"] for it in versions}
    assert by_number[1]["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 80
    assert by_number[2]["InstanceType"] == "m5.xlarge" and by_number[2]["MetadataOptions"]["HttpTokens"] == "required"
    gone = ec2.delete_launch_template_versions(**template, Versions=["1", "9"])
    assert [it["VersionNumber"] for it in gone["SuccessfullyDeletedLaunchTemplateVersions"]] == [1]
    assert [it["VersionNumber"] for it in gone["UnsuccessfullyDeletedLaunchTemplateVersions"]] == [9]
    ec2.delete_launch_template(**template)
    unknown = refused(ec2.describe_launch_templates, LaunchTemplateIds=[template["LaunchTemplateId"]])
    assert unknown.code == "InvalidLaunchTemplateId.NotFound"


@drives(
    "ec2",
    "RunInstances",
    "DescribeInstances",
    "TerminateInstances",
    "AttachNetworkInterface",
    "DetachNetworkInterface",
)
def test_an_instance(account: Account) -> None:
    ec2 = account.ec2
    subnet = account.network().private[0]
    request = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "m5.large", "SubnetId": subnet}
    made = ec2.run_instances(**request, MinCount=1, MaxCount=2, TagSpecifications=DATA["TagSpecifications"])
    ids = [it["InstanceId"] for it in made["Instances"]]
    assert len(ids) == 2 and {it["State"]["Name"] for it in made["Instances"]} == {"pending"}
    account.advance(60)
    filters = [{"Name": "tag:Name", "Values": ["web"]}, {"Name": "instance-state-name", "Values": ["running"]}]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    assert sorted(it["InstanceId"] for it in found[0]["Instances"]) == sorted(ids)

    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    attached = ec2.attach_network_interface(NetworkInterfaceId=interface, InstanceId=ids[0], DeviceIndex=1)
    busy = refused(ec2.delete_network_interface, NetworkInterfaceId=interface)
    assert busy.code == "InvalidParameterValue"
    assert busy.message == f"Network interface '{interface}' is currently in use."
    ec2.detach_network_interface(AttachmentId=attached["AttachmentId"])
    account.advance(60)
    ec2.delete_network_interface(NetworkInterfaceId=interface)

    states = ec2.terminate_instances(InstanceIds=ids)["TerminatingInstances"]
    assert {it["CurrentState"]["Name"] for it in states} == {"shutting-down"}
    account.advance(120)
    # facts/aws.md §2.9: terminated instances stay visible for a while.
    shown = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"]
    assert {it["State"]["Name"] for it in shown} == {"terminated"}
    assert refused(ec2.terminate_instances, InstanceIds=["i-0123456789abcdef0"]).code == "InvalidInstanceID.NotFound"


@drives("ec2", "DescribeVolumes", "CreateTags", "DeleteTags")
def test_disks_of_an_instance(account: Account) -> None:
    ec2 = account.ec2
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "web"}]}]
    request = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "m5.large", "SubnetId": account.network().private[0]}
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 80, "VolumeType": "gp3"}}
    made = ec2.run_instances(
        **request, MinCount=1, MaxCount=1, BlockDeviceMappings=[disk], TagSpecifications=tags
    )["Instances"][0]
    [mapped] = made["BlockDeviceMappings"]
    [volume] = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [made["InstanceId"]]}]
    )["Volumes"]
    assert (volume["VolumeId"], volume["Size"], volume["Iops"]) == (mapped["Ebs"]["VolumeId"], 80, 3000)
    assert volume["State"] == "in-use" and volume["Tags"] == [{"Key": "team", "Value": "web"}]
    both = [made["InstanceId"], volume["VolumeId"]]
    ec2.create_tags(Resources=both, Tags=[{"Key": "cost-center", "Value": "4711"}])
    ec2.delete_tags(Resources=both, Tags=[{"Key": "team"}])
    [volume] = ec2.describe_volumes(Filters=[{"Name": "tag:cost-center", "Values": ["4711"]}])["Volumes"]
    assert volume["Tags"] == [{"Key": "cost-center", "Value": "4711"}]
    assert refused(ec2.delete_volume, VolumeId=volume["VolumeId"]).code == "VolumeInUse"

    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    account.advance(120)
    assert ec2.describe_volumes()["Volumes"] == []
    assert account.simulator.left("AWS::EC2::Volume") == []


@drives("ec2", "CreateVolume", "DeleteVolume")
def test_a_volume_of_ones_own(account: Account) -> None:
    ec2 = account.ec2
    made = ec2.create_volume(AvailabilityZone="us-west-2a", Size=8, VolumeType="gp3", ClientToken="token-1")
    assert (made["State"], made["Size"], made["VolumeType"]) == ("creating", 8, "gp3")
    [seen] = ec2.describe_volumes(VolumeIds=[made["VolumeId"]])["Volumes"]
    assert (seen["State"], seen["Attachments"]) == ("available", [])
    ec2.delete_volume(VolumeId=made["VolumeId"])
    assert refused(ec2.delete_volume, VolumeId=made["VolumeId"]).code == "InvalidVolume.NotFound"


def test_no_capacity(account: Account) -> None:
    account.simulator.trouble(noCapacity=["m5.large"])
    request = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "m5.large", "MinCount": 1, "MaxCount": 1}
    refusal = refused(account.ec2.run_instances, **request, SubnetId=account.network().private[0])
    assert refusal.code == "InsufficientInstanceCapacity"


@drives("ec2", "DescribeAvailabilityZones", "DescribeRegions")
def test_zones_and_regions(account: Account) -> None:
    zones = account.ec2.describe_availability_zones()["AvailabilityZones"]
    assert [it["ZoneName"] for it in zones] == ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"]
    assert len({it["ZoneId"] for it in zones}) == 4 and {it["State"] for it in zones} == {"available"}
    regions = {it["RegionName"] for it in account.ec2.describe_regions()["Regions"]}
    assert {"us-east-1", "us-west-2", "eu-central-1"} <= regions


@drives("ec2", "DescribeInstanceTypes", "DescribeInstanceTypeOfferings")
def test_types(account: Account) -> None:
    (kind,) = account.ec2.describe_instance_types(InstanceTypes=["m5.large"])["InstanceTypes"]
    assert kind["VCpuInfo"]["DefaultVCpus"] == 2 and kind["MemoryInfo"]["SizeInMiB"] == 8192
    assert kind["ProcessorInfo"]["SupportedArchitectures"] == ["x86_64"]
    assert (kind["NetworkInfo"]["MaximumNetworkInterfaces"], kind["NetworkInfo"]["Ipv4AddressesPerInterface"]) == (3, 10)
    offered = account.ec2.describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["m5.large"]}]
    )["InstanceTypeOfferings"]
    assert {it["LocationType"] for it in offered} == {"availability-zone"}
    assert {it["Location"] for it in offered} <= {f"us-west-2{letter}" for letter in "abcd"} and len(offered) >= 2
    assert refused(account.ec2.describe_instance_types, InstanceTypes=["z9.nano"]).code == "InvalidInstanceType"


@drives("ec2", "CreateTags", "DescribeTags", "DeleteTags")
def test_tags(account: Account) -> None:
    ec2 = account.ec2
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    found = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [vpc]}])["Tags"]
    assert {(it["Key"], it["Value"], it["ResourceType"]) for it in found} == {("a", "1", "vpc"), ("b", "", "vpc")}
    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "a"}])
    (left,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert left["Tags"] == [{"Key": "b", "Value": ""}]
    reserved = refused(ec2.create_tags, Resources=[vpc], Tags=[{"Key": "aws:a", "Value": "1"}])
    assert reserved.code == "InvalidParameterValue"
    unknown = refused(ec2.create_tags, Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "1"}])
    assert unknown.code == "InvalidVpcID.NotFound"


def test_a_group_s_instances(account: Account) -> None:
    cluster = account.cluster()
    group = account.nodegroup(cluster)
    filters = [{"Name": "tag:eks:nodegroup-name", "Values": [group]}]
    instances = [
        it for found in account.ec2.describe_instances(Filters=filters)["Reservations"] for it in found["Instances"]
    ]
    assert len(instances) == 2
    tags = {it["Key"]: it["Value"] for it in instances[0]["Tags"]}
    assert tags["eks:cluster-name"] == cluster and tags[f"kubernetes.io/cluster/{cluster}"] == "owned"


@drives("ec2", "CreateKeyPair", "ImportKeyPair", "DescribeKeyPairs", "DeleteKeyPair")
def test_key_pairs(account: Account) -> None:
    ec2 = account.ec2
    made = ec2.create_key_pair(KeyName="me", KeyType="ed25519")
    assert made["KeyMaterial"].startswith("-----BEGIN") and made["KeyPairId"].startswith("key-")
    assert refused(ec2.create_key_pair, KeyName="me").code == "InvalidKeyPair.Duplicate"
    key = "ssh-ed25519 " + base64.b64encode(b"a public key").decode() + " me@here"
    tags = [{"ResourceType": "key-pair", "Tags": [{"Key": "team", "Value": "blue"}]}]
    ec2.import_key_pair(KeyName="mine", PublicKeyMaterial=key.encode(), TagSpecifications=tags)
    assert refused(ec2.import_key_pair, KeyName="x", PublicKeyMaterial=b"no key").code == "InvalidKey.Format"
    filters = [{"Name": "tag:team", "Values": ["blue"]}]
    (mine,) = ec2.describe_key_pairs(Filters=filters, IncludePublicKey=True)["KeyPairs"]
    assert (mine["KeyName"], mine["KeyType"], mine["PublicKey"]) == ("mine", "ed25519", key)
    unknown = refused(ec2.describe_key_pairs, KeyNames=["hers"])
    assert (unknown.code, unknown.message) == ("InvalidKeyPair.NotFound", "The key pair 'hers' does not exist")
    assert ec2.delete_key_pair(KeyName="me")["KeyPairId"] == made["KeyPairId"]
    ec2.delete_key_pair(KeyPairId=mine["KeyPairId"])
    ec2.delete_key_pair(KeyName="hers")
    assert ec2.describe_key_pairs()["KeyPairs"] == []


@drives("ec2", "DescribeCapacityBlockOfferings", "PurchaseCapacityBlock", "DescribeCapacityReservations")
def test_a_capacity_block(account: Account) -> None:
    ec2, hours = account.ec2, {"CapacityDurationHours": 48}
    offers = ec2.describe_capacity_block_offerings(InstanceType="p5.48xlarge", InstanceCount=1, **hours)
    offer = offers["CapacityBlockOfferings"][0]
    assert (offer["CurrencyCode"], offer["CapacityBlockDurationHours"]) == ("USD", 48)
    buy = {"CapacityBlockOfferingId": offer["CapacityBlockOfferingId"], "InstancePlatform": "Linux/UNIX"}
    block = ec2.purchase_capacity_block(**buy)["CapacityReservation"]
    assert (block["ReservationType"], block["TotalInstanceCount"]) == ("capacity-block", 1)
    assert block["EndDate"] - block["StartDate"] == timedelta(hours=48)
    ids = [block["CapacityReservationId"]]
    account.advance(7200)
    (found,) = ec2.describe_capacity_reservations(CapacityReservationIds=ids)["CapacityReservations"]
    assert (found["State"], found["AvailabilityZone"]) == ("active", offer["AvailabilityZone"])
    unknown = refused(ec2.describe_capacity_reservations, CapacityReservationIds=["cr-0123456789abcdef0"])
    assert unknown.code == "InvalidCapacityReservationId.NotFound"
    assert refused(ec2.purchase_capacity_block, **buy).code == "InvalidCapacityBlockOfferingId.NotFound"


@drives("ec2", "DescribeImages")
def test_images_of_nodes(account: Account) -> None:
    ec2 = account.ec2
    names = [{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-1.34-v*"]}]
    found = ec2.describe_images(Owners=["amazon"], Filters=names)["Images"]
    days = [it["CreationDate"][:10] for it in sorted(found, key=lambda it: it["CreationDate"], reverse=True)]
    assert days == ["2026-11-12", "2026-10-15"]
    newest = next(it for it in found if it["CreationDate"].startswith(days[0]))
    assert (newest["Architecture"], newest["ImageOwnerAlias"], newest["State"]) == ("x86_64", "amazon", "available")
    # The one that Systems Manager names, too.
    path = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id"
    assert account.client("ssm").get_parameter(Name=path)["Parameter"]["Value"] == newest["ImageId"]
    (same,) = ec2.describe_images(ImageIds=[newest["ImageId"]])["Images"]
    assert same == newest
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    unknown = refused(ec2.describe_images, ImageIds=["ami-0123456789abcdef0"])
    assert unknown.code == "InvalidAMIID.NotFound"
    page = ec2.describe_images(Owners=["amazon"], MaxResults=5)
    assert len(page["Images"]) == 5 and page["NextToken"]
