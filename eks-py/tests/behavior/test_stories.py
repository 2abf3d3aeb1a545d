"""The stories of the README. The names of scenarios are the same in every language."""

import eks

from .stage import REGION, Stage, accepted_writes, left, living, made, ready, refused_writes, writes

ALL_OF_STORY_1 = {
    "AWS::AutoScaling::AutoScalingGroup": 1,
    "AWS::CloudFormation::Stack": 2,
    "AWS::EC2::EIP": 1,
    "AWS::EC2::Instance": 2,
    "AWS::EC2::InternetGateway": 1,
    "AWS::EC2::LaunchTemplate": 1,
    "AWS::EC2::NatGateway": 1,
    # Three of the control plane, one of each node and of the NAT gateway.
    "AWS::EC2::NetworkInterface": 6,
    "AWS::EC2::RouteTable": 4,
    # Ours, and the one that EKS makes for the cluster.
    "AWS::EC2::SecurityGroup": 2,
    "AWS::EC2::Subnet": 6,
    "AWS::EC2::VPC": 1,
    # The disk of each node.
    "AWS::EC2::Volume": 2,
    "AWS::EKS::Addon": 3,
    "AWS::EKS::Cluster": 1,
    "AWS::EKS::Nodegroup": 1,
    "AWS::IAM::InstanceProfile": 1,
    "AWS::IAM::Role": 2,
}
"""Everything that a cluster with its own network in three zones and one group of two nodes consists of."""


def refused_but_early(stage: Stage) -> list[str]:
    """Writes that were refused, but for the control plane's while its role is still spreading: in express mode it is asked for
    as soon as the role is there (facts/aws.md §2.3).
    """
    return [it for it in refused_writes(stage) if it != "eks:CreateCluster InvalidParameterException"]


def addons(info: eks.ClusterInfo) -> list[tuple[str, str]]:
    return [(addon.name, addon.status) for addon in info.addons]


def test_story_1_defaults() -> None:
    stage = Stage()
    create = stage.eks.create()
    events = list(create)
    info = create.result()
    assert (info.region, info.status) == (REGION, "active")
    assert info.version == "1.36", "what EKS calls its default"
    [group] = info.node_groups
    assert (group.status, group.min, group.max, group.desired) == ("active", 2, 2, 2)
    assert group.instance_types == ("m5.large",)
    assert [(node.ready, node.node_group) for node in info.nodes] == [(True, group.name)] * 2
    assert addons(info) == [("coredns", "active"), ("kube-proxy", "active"), ("vpc-cni", "active")]
    assert len(info.subnets) == 6
    assert living(stage) == ALL_OF_STORY_1
    assert refused_but_early(stage) == []
    assert create.plan is not None and create.plan.is_empty(), "all is done"
    assert isinstance(events[-1], eks.EventFinished)

    delete = stage.eks.delete(info.name)
    events = list(delete)
    report = delete.result()
    assert report.found
    assert report.name == info.name
    assert report.unchecked == ()
    assert [what.split(" ")[0] for what in report.deleted] == ["node", "cluster", "stack", "stack"]
    assert isinstance(events[-1], eks.EventFinished)
    assert left(stage) == []
    assert refused_but_early(stage) == []
    assert accepted_writes(stage) == [
        "cloudformation:CreateStack",
        "cloudformation:CreateStack",
        "eks:CreateCluster",
        "eks:CreateAddon",
        "eks:CreateAddon",
        "eks:CreateNodegroup",
        "eks:CreateAddon",
        "eks:TagResource",
        "eks:DeleteNodegroup",
        "eks:DeleteCluster",
        "cloudformation:DeleteStack",
        "cloudformation:DeleteStack",
    ]


def test_story_2_named_cluster() -> None:
    stage = Stage()
    group = eks.NodeGroup(
        name="kubelabs-group", instance_types=["t2.micro"], scaling=eks.Scaling(min=2, max=2, desired=2)
    )
    cluster = eks.Cluster(name="kubelabs-cluster", version="1.35", node_groups=[group])

    plan = stage.plan(cluster)
    assert plan.version == "1.35"
    # facts/aws.md has the numbers of addresses: a t2.micro holds four pods.
    assert plan.notes == (
        "pods: kubelabs-group: 2 × t2.micro hold 8; 6 places are taken by the cluster's own, 2 are free",
    )
    assert writes(stage) == [], "a plan changes nothing"

    info = stage.create(cluster)
    assert (info.name, info.version) == ("kubelabs-cluster", "1.35")
    [seen] = info.node_groups
    assert (seen.name, seen.physical_name, seen.version) == ("kubelabs-group", "kubelabs-group", "1.35")
    assert (seen.status, seen.min, seen.max, seen.desired) == ("active", 2, 2, 2)
    assert seen.instance_types == ("t2.micro",)
    assert [(node.ready, node.node_group) for node in info.nodes] == [(True, "kubelabs-group")] * 2
    assert all(node.version.startswith("v1.35.") for node in info.nodes)
    assert living(stage) == ALL_OF_STORY_1, "the same things as story 1's"

    # Once more: nothing is left to do.
    before = len(accepted_writes(stage))
    plan = stage.plan(cluster)
    assert plan.is_empty(), str(plan)
    assert stage.create(cluster) == info
    assert len(accepted_writes(stage)) == before

    report = stage.delete("kubelabs-cluster")
    assert len(report.deleted) == 4
    assert report.deleted[:2] == ("node group kubelabs-group", "cluster kubelabs-cluster")
    assert left(stage) == []
    assert made(stage) == ALL_OF_STORY_1, "nothing was made twice"
    assert refused_but_early(stage) == []


def test_story_3_given_network() -> None:
    """The network is another cluster's, as this language has no client of EC2."""
    stage = Stage()
    owner = stage.create(eks.Cluster(name="owner", node_groups=[], addons=[]))
    assert owner.vpc is not None
    found = stage.eks.find_network(eks.VpcFilter(id=owner.vpc)).network
    owners, before = living(stage), len(accepted_writes(stage))

    network = eks.GivenNetwork(private_subnets=found.private_subnets[:2])
    cluster = eks.Cluster(name="kubelabs-cluster", network=network, node_groups=[])
    plan = stage.plan(cluster)
    assert plan.notes[0] == "no nodes: coredns waits for the first one"
    assert all(not step.id.startswith("createNodeGroup/") for step in plan.steps)

    create = stage.eks.create(cluster)
    events = list(create)
    info = create.result()
    assert info.vpc == owner.vpc
    assert info.subnets == found.private_subnets[:2]
    assert (len(info.node_groups), len(info.nodes)) == (0, 0)
    # coredns is there and waits: without a node it cannot become ACTIVE (facts/aws.md §1.2).
    assert addons(info) == [("coredns", "creating"), ("kube-proxy", "active"), ("vpc-cni", "active")]
    skipped = [(event.step, event.reason) for event in events if isinstance(event, eks.EventStepSkipped)]
    assert skipped == [("createAddon/coredns", "it waits for nodes, and the spec has none")]
    ours = {kind: count - owners.get(kind, 0) for kind, count in living(stage).items()}
    assert {kind: count for kind, count in ours.items() if count} == {
        "AWS::CloudFormation::Stack": 1,
        "AWS::EC2::NetworkInterface": 2,
        "AWS::EC2::SecurityGroup": 1,
        "AWS::EKS::Addon": 3,
        "AWS::EKS::Cluster": 1,
        "AWS::IAM::Role": 1,
    }, "no network of ours, no role for nodes"

    assert len(stage.delete("kubelabs-cluster").deleted) == 2
    assert living(stage) == owners, "the network is its owner's"
    assert accepted_writes(stage)[before:] == [
        "cloudformation:CreateStack",
        "eks:CreateCluster",
        "eks:CreateAddon",
        "eks:CreateAddon",
        "eks:CreateAddon",
        "eks:TagResource",
        "eks:DeleteCluster",
        "cloudformation:DeleteStack",
    ]
    # Nothing that is left keeps the owner from deleting it.
    stage.delete("owner")
    assert left(stage) == []
    assert all(step.state != eks.StepStateDone() for step in plan.steps), "the first plan had all to do"


def test_story_4_fargate() -> None:
    stage = Stage()
    profile = eks.FargateProfile(
        name="fp-default", selectors=[eks.Selector(namespace="default"), eks.Selector(namespace="kube-system")]
    )
    cluster = eks.Cluster(name="web", fargate_profiles=[profile])
    plan = stage.plan(cluster)
    assert plan.notes == (), "coredns has a place"
    coredns = next(step for step in plan.steps if step.id == "createAddon/coredns")
    assert coredns.after == ("createFargateProfile/fp-default",)

    info = stage.create(cluster)
    assert (len(info.node_groups), len(info.nodes)) == (0, 0)
    assert [(it.name, it.status) for it in info.fargate_profiles] == [("fp-default", "active")]
    assert all(status == "active" for _, status in addons(info)), info.addons
    assert "AWS::EC2::Instance" not in made(stage)
    assert made(stage)["AWS::EKS::FargateProfile"] == 1

    assert stage.delete("web").deleted[:2] == ("Fargate profile fp-default", "cluster web")
    assert left(stage) == []
    assert refused_but_early(stage) == []


def group_for(application: str) -> eks.NodeGroup:
    """One to four nodes for one application, which let nobody else in."""
    return eks.NodeGroup(
        name=application,
        labels={"app": application},
        taints=[eks.Taint(key="app", value=application, effect="NoSchedule")],
        scaling=eks.Scaling(min=1, max=4, desired=1),
    )


def test_story_5_mixed() -> None:
    stage = Stage()
    profile = eks.FargateProfile(
        name="web", selectors=[eks.Selector(namespace="web"), eks.Selector(namespace="kube-system")]
    )
    groups = [group_for("orders"), group_for("invoices")]
    info = stage.create(eks.Cluster(name="web", fargate_profiles=[profile], node_groups=groups))
    sizes = [(it.name, it.min, it.max, it.desired) for it in info.node_groups]
    assert sizes == [("invoices", 1, 4, 1), ("orders", 1, 4, 1)]
    assert ready(info) == 2
    # It tolerates neither taint, so it runs on Fargate.
    assert addons(info)[0] == ("coredns", "active")

    # The nodes have what the spec says.
    seen = stage.another_process().eks.spec_of("web").node_groups
    assert seen is not None
    orders = next(it for it in seen if it.name == "orders")
    assert (orders.labels, orders.taints) == (groups[0].labels, groups[0].taints)

    stage.delete("web")
    assert left(stage) == []
    assert refused_but_early(stage) == []


def test_story_5_without_fargate() -> None:
    """Where every group has taints and nothing runs on Fargate, coredns is asked for and not waited for."""
    stage = Stage()
    cluster = eks.Cluster(name="web", node_groups=[group_for("orders")])
    note = "every group has taints or runs Windows: coredns waits for nodes that let it in"
    assert note in stage.plan(cluster).notes
    info = stage.create(cluster)
    assert len(info.nodes) == 1
    assert addons(info)[0] == ("coredns", "creating")
    stage.delete("web")
    assert left(stage) == []
