"""Clusters, their versions, updates and tags: every operation, driven by boto3."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives
LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def describe(account: Account, name: str) -> Any:
    return account.eks.describe_cluster(name=name)["cluster"]


@drives("eks", "CreateCluster", "DescribeCluster", "ListClusters", "DeleteCluster")
def test_a_cluster_comes_and_goes(account: Account) -> None:
    request = account.cluster_request("life", version="1.35", tags={"team": "blue"})
    made = account.eks.create_cluster(**request)["cluster"]
    assert (made["status"], made["version"], made["tags"]) == ("CREATING", "1.35", {"team": "blue"})
    # facts/aws.md §1.2: endpoint and authority are absent until ACTIVE.
    assert "endpoint" not in made and "data" not in made.get("certificateAuthority", {})
    assert account.eks.list_clusters()["clusters"] == ["life"]

    account.advance(600)
    cluster = describe(account, "life")
    assert cluster["status"] == "ACTIVE"
    assert cluster["endpoint"].startswith("https://127.0.0.1:")
    assert cluster["certificateAuthority"]["data"]
    assert cluster["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.us-west-2.amazonaws.com/id/")
    assert cluster["resourcesVpcConfig"]["clusterSecurityGroupId"].startswith("sg-")
    assert cluster["createdAt"].tzinfo is not None
    assert cluster["arn"] == "arn:aws:eks:us-west-2:123456789012:cluster/life"

    assert account.eks.delete_cluster(name="life")["cluster"]["status"] == "DELETING"
    account.advance(200)
    assert account.eks.list_clusters()["clusters"] == []


# facts/aws.md §3.1: what a cluster has that does not say.
DEFAULTS: dict[str, Any] = {
    "accessConfig": {"authenticationMode": "CONFIG_MAP"},
    "upgradePolicy": {"supportType": "EXTENDED"},
    "version": "1.36",
    "kubernetesNetworkConfig": {
        "ipFamily": "ipv4",
        "serviceIpv4Cidr": "10.100.0.0/16",
        "elasticLoadBalancing": {"enabled": False},
    },
    "logging": {"clusterLogging": [{"types": LOG_TYPES, "enabled": False}]},
}


def test_defaults(account: Account) -> None:
    request = account.cluster_request("plain")
    del request["accessConfig"]
    account.eks.create_cluster(**request)
    cluster = describe(account, "plain")
    assert {name: cluster[name] for name in DEFAULTS} == DEFAULTS
    vpc = cluster["resourcesVpcConfig"]
    access = [vpc[name] for name in ("endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs")]
    assert access == [True, False, ["0.0.0.0/0"]]


# Members that come back as they were sent.
KEPT: dict[str, Any] = {
    "encryptionConfig": [
        {"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:us-west-2:123456789012:key/k"}}
    ],
    "upgradePolicy": {"supportType": "STANDARD"},
    "zonalShiftConfig": {"enabled": True},
    "kubeApiServerConfig": {"eventTtl": "2h", "serviceNodePortRange": {"minPort": 30000, "maxPort": 31000}},
    "kubeSchedulerConfig": {"nodeResourcesFit": {"scoringStrategy": {"type": "MostAllocated"}}},
    "kubeControllerManagerConfig": {"podGcControllerConfig": {"terminatedPodGcThreshold": 100}},
    "deletionProtection": True,
    "controlPlaneScalingConfig": {"tier": "tier-xl"},
    "remoteNetworkConfig": {
        "remoteNodeNetworks": [{"cidrs": ["172.18.0.0/16"]}],
        "remotePodNetworks": [{"cidrs": ["172.19.0.0/16"]}],
    },
}


@pytest.mark.parametrize("member", KEPT)
def test_options_come_back(account: Account, member: str) -> None:
    account.eks.create_cluster(**account.cluster_request("options", **{member: KEPT[member]}))
    assert describe(account, "options")[member] == KEPT[member]


def test_auto_mode(account: Account) -> None:
    auto = {
        "computeConfig": {
            "enabled": True,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": account.node_role(),
        },
        "storageConfig": {"blockStorage": {"enabled": True}},
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
        "bootstrapSelfManagedAddons": False,
    }
    name = account.cluster(**auto)
    assert describe(account, name)["computeConfig"] == auto["computeConfig"]


def test_ipv6(account: Account) -> None:
    ec2, six = account.ec2, {"ipFamily": "ipv6"}
    # facts/aws.md §3.1: subnets need blocks of both families.
    plain = account.cluster_request("plain", kubernetesNetworkConfig=six)
    assert refused(account.eks.create_cluster, **plain).code == "InvalidParameterException"
    vpc = ec2.create_vpc(CidrBlock="10.6.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].removesuffix("00::/56")
    subnets = [
        ec2.create_subnet(
            VpcId=vpc["VpcId"],
            CidrBlock=f"10.6.{part}.0/24",
            Ipv6CidrBlock=f"{block}{part:02x}::/64",
            AvailabilityZone=zone,
        )["Subnet"]["SubnetId"]
        for part, zone in enumerate(("us-west-2a", "us-west-2b"), 1)
    ]
    name = account.cluster(kubernetesNetworkConfig=six, resourcesVpcConfig={"subnetIds": subnets})
    network = describe(account, name)["kubernetesNetworkConfig"]
    # facts/aws.md §3.1: the service range is chosen from fc00::/7.
    assert network["ipFamily"] == "ipv6" and network["serviceIpv6Cidr"].startswith(("fc", "fd"))


# Changes, with the type of their update (facts/aws.md §2.7) and what is different afterwards.
CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "EndpointAccessUpdate": (
        {"resourcesVpcConfig": {"endpointPrivateAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}},
        lambda cluster: cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["203.0.113.0/24"],
    ),
    "LoggingUpdate": (
        {"logging": {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]}},
        lambda cluster: cluster["logging"]["clusterLogging"][0] == {"types": ["api", "audit"], "enabled": True},
    ),
    "AccessConfigUpdate": (
        {"accessConfig": {"authenticationMode": "API"}},
        lambda cluster: cluster["accessConfig"]["authenticationMode"] == "API",
    ),
    "UpgradePolicyUpdate": (
        {"upgradePolicy": {"supportType": "STANDARD"}},
        lambda cluster: cluster["upgradePolicy"]["supportType"] == "STANDARD",
    ),
    "ZonalShiftConfigUpdate": (
        {"zonalShiftConfig": {"enabled": True}},
        lambda cluster: cluster["zonalShiftConfig"]["enabled"],
    ),
    "DeletionProtectionUpdate": (
        {"deletionProtection": True},
        lambda cluster: cluster["deletionProtection"],
    ),
    "RemoteNetworkConfigUpdate": (
        {"remoteNetworkConfig": {"remoteNodeNetworks": [{"cidrs": ["172.18.0.0/16"]}]}},
        lambda cluster: cluster["remoteNetworkConfig"]["remoteNodeNetworks"],
    ),
    "ControlPlaneScalingConfigUpdate": (
        {"controlPlaneScalingConfig": {"tier": "tier-2xl"}},
        lambda cluster: cluster["controlPlaneScalingConfig"]["tier"] == "tier-2xl",
    ),
    "ControlPlaneEgressUpdate": (
        {"resourcesVpcConfig": {"controlPlaneEgressMode": "CUSTOMER_ROUTED"}},
        lambda cluster: cluster["resourcesVpcConfig"]["controlPlaneEgressMode"] == "CUSTOMER_ROUTED",
    ),
    "AutoModeUpdate": (
        {
            "computeConfig": {"enabled": True, "nodePools": []},
            "storageConfig": {"blockStorage": {"enabled": True}},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
        },
        lambda cluster: cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"],
    ),
}


@drives("eks", "UpdateClusterConfig", "DescribeUpdate", "ListUpdates")
@pytest.mark.parametrize("kind", CHANGES)
def test_a_cluster_changes(account: Account, kind: str) -> None:
    change, is_done = CHANGES[kind]
    name = account.cluster()
    update = account.eks.update_cluster_config(name=name, **change)["update"]
    assert (update["type"], update["status"]) == (kind, "InProgress")
    # facts/aws.md §1.2: UPDATING shows after a short lag.
    assert describe(account, name)["status"] == "ACTIVE"
    account.advance(10)
    assert describe(account, name)["status"] == "UPDATING"
    account.advance(2000)
    update = account.eks.describe_update(name=name, updateId=update["id"])["update"]
    assert (update["type"], update["status"], update["errors"]) == (kind, "Successful", [])
    cluster = describe(account, name)
    assert cluster["status"] == "ACTIVE" and is_done(cluster)
    assert account.eks.list_updates(name=name)["updateIds"] == [update["id"]]


@drives("eks", "AssociateEncryptionConfig")
def test_secrets_are_encrypted_for_good(account: Account) -> None:
    name = account.cluster()
    config = KEPT["encryptionConfig"]
    update = account.eks.associate_encryption_config(clusterName=name, encryptionConfig=config)["update"]
    assert (update["type"], update["status"]) == ("AssociateEncryptionConfig", "InProgress")
    (param,) = update["params"]
    assert (param["type"], json.loads(param["value"])) == ("EncryptionConfig", config)
    account.advance(500)
    # facts/aws.md §1.1: EKS goes through everything that is stored.
    assert describe(account, name)["status"] == "UPDATING"
    account.advance(4000)
    assert account.eks.describe_update(name=name, updateId=update["id"])["update"]["status"] == "Successful"
    assert describe(account, name)["encryptionConfig"] == config
    refusal = refused(account.eks.associate_encryption_config, clusterName=name, encryptionConfig=config)
    assert refusal.code == "InvalidParameterException"
    assert refusal.message == "Encryption is already enabled on the cluster"


def test_other_subnets(account: Account) -> None:
    name = account.cluster()
    subnets = account.network().public
    update = account.eks.update_cluster_config(name=name, resourcesVpcConfig={"subnetIds": subnets})["update"]
    assert update["type"] == "VpcConfigUpdate"
    account.advance(1000)
    assert describe(account, name)["resourcesVpcConfig"]["subnetIds"] == subnets


@drives("eks", "UpdateClusterVersion")
def test_an_upgrade_and_back(account: Account) -> None:
    name = account.cluster(version="1.34")
    update = account.eks.update_cluster_version(name=name, version="1.35")["update"]
    assert update["type"] == "VersionUpdate"
    assert {"type": "Version", "value": "1.35"} in update["params"]
    account.advance(2000)
    assert describe(account, name)["version"] == "1.35"
    # facts/aws.md §6: within seven days one minor down.
    back = account.eks.update_cluster_version(name=name, version="1.34")["update"]
    assert back["type"] == "VersionRollback"
    account.advance(2000)
    assert describe(account, name)["version"] == "1.34"


@drives("eks", "DescribeClusterVersions")
def test_versions(account: Account) -> None:
    versions = account.eks.describe_cluster_versions()["clusterVersions"]
    # facts/aws.md §6, as of 22 Nov 2026.
    support = {it["clusterVersion"]: (it["status"], it["versionStatus"]) for it in versions}
    standard, extended = ("standard-support", "STANDARD_SUPPORT"), ("extended-support", "EXTENDED_SUPPORT")
    assert support == {
        "1.36": standard,
        "1.35": standard,
        "1.34": standard,
        "1.33": extended,
        "1.32": extended,
        "1.31": extended,
    }
    of_34 = next(it for it in versions if it["clusterVersion"] == "1.34")
    assert of_34["endOfStandardSupportDate"].date() == datetime.date(2026, 12, 2)
    assert [it["clusterVersion"] for it in versions if it["defaultVersion"]] == ["1.36"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"defaultOnly": True}, ["1.36"]),
        ({"clusterVersions": ["1.34", "1.35"]}, ["1.35", "1.34"]),
        ({"versionStatus": "EXTENDED_SUPPORT"}, ["1.33", "1.32", "1.31"]),
        ({"includeAll": True, "versionStatus": "UNSUPPORTED"}, ["1.30"]),
        ({"clusterType": "eks", "maxResults": 1}, ["1.36"]),
    ],
)
def test_versions_are_filtered(account: Account, filters: dict[str, Any], expected: list[str]) -> None:
    versions = account.eks.describe_cluster_versions(**filters)["clusterVersions"]
    assert [it["clusterVersion"] for it in versions] == expected


@drives("eks", "TagResource", "UntagResource", "ListTagsForResource")
@pytest.mark.parametrize("kind", ["cluster", "nodegroup", "fargateProfile", "addon", "accessEntry"])
def test_tags(account: Account, kind: str) -> None:
    name = account.cluster()
    arn = arn_of(account, kind, name)
    account.eks.tag_resource(resourceArn=arn, tags={"a": "1", "b/c:d": "2 3", "gone": ""})
    account.eks.untag_resource(resourceArn=arn, tagKeys=["gone", "never"])
    assert account.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b/c:d": "2 3"}


def arn_of(account: Account, kind: str, cluster: str) -> str:
    """The ARN of something of that kind, made for this."""
    eks = account.eks
    if kind == "cluster":
        arn = describe(account, cluster)["arn"]
    elif kind == "nodegroup":
        arn = eks.create_nodegroup(**account.nodegroup_request(cluster, "g"))["nodegroup"]["nodegroupArn"]
    elif kind == "fargateProfile":
        profile = eks.create_fargate_profile(**account.profile_request(cluster, "p"))["fargateProfile"]
        arn = profile["fargateProfileArn"]
    elif kind == "addon":
        arn = eks.create_addon(clusterName=cluster, addonName="vpc-cni")["addon"]["addonArn"]
    else:
        entry = eks.create_access_entry(clusterName=cluster, principalArn=account.pod_role())
        arn = entry["accessEntry"]["accessEntryArn"]
    assert isinstance(arn, str)
    return arn


def test_tags_can_change_during_an_update(account: Account) -> None:
    # facts/aws.md §2.2
    name = account.cluster(version="1.34")
    account.eks.update_cluster_version(name=name, version="1.35")
    account.advance(30)
    cluster = describe(account, name)
    assert cluster["status"] == "UPDATING"
    account.eks.tag_resource(resourceArn=cluster["arn"], tags={"a": "1"})
    assert describe(account, name)["tags"] == {"a": "1"}
