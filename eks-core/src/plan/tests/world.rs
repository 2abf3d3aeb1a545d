//! States of AWS, written down.

use std::collections::{BTreeMap, BTreeSet};

use crate::observe::{
    AccessEntryState, AddonState, AddonStatus, ApiServerState, Caller, ClusterState, ClusterStatus,
    Configuration, FargateProfileState, FargateProfileStatus, ForeignPolicies, Issue, LoadBalancers,
    NatGatewayState, NatGatewayStatus, NodeGroupState, NodeGroupStatus, NodeState, Observed, Seen,
    StackResource, StackState, StackStatus, Zone,
};
use crate::plan::{Attempt, Recent, foundation, names, node_group_stack, tag};
use crate::spec::{
    AccessEntry, AuthenticationMode, Capacity, Cluster, EndpointAccess, FargateProfile, NodeGroup, Scaling,
    Selector, SupportType, VersionOffer, VersionStatus,
};

pub(super) const NAME: &str = "shop";
pub(super) const PRINCIPAL: &str = "arn:aws:iam::111122223333:role/admin";
pub(super) const ZONES: [&str; 3] = ["us-west-2a", "us-west-2b", "us-west-2c"];

/// One of everything: a node group `web` of two, a Fargate profile `jobs`, the default add-ons, an access entry.
pub(super) fn spec() -> Cluster {
    Cluster::builder()
        .name(NAME)
        .node_group(
            NodeGroup::builder()
                .name("web")
                .instance_type("m5.large")
                .scaling(Scaling::between(1, 4).desired(2))
                .build()
                .expect("valid"),
        )
        .fargate_profile(FargateProfile::builder().name("jobs").namespace("jobs").build().expect("valid"))
        .access_entry(AccessEntry::builder().principal_arn(PRINCIPAL).build().expect("valid"))
        .build()
        .expect("valid")
}

/// What a create looks at first, in an account in which there is nothing yet.
pub(super) fn nothing() -> Observed {
    let offer = |version: &str, default| VersionOffer {
        version: version.to_owned(),
        default,
        status: VersionStatus::Standard,
        end_of_standard: None,
        end_of_extended: None,
    };
    let zone = |(index, name): (usize, &&str)| Zone {
        name: (*name).to_owned(),
        id: format!("usw2-az{}", index + 1),
        instance_types: ["m5.large".to_owned()].into(),
    };
    Observed {
        caller: Some(Caller {
            account: "111122223333".to_owned(),
            arn: "arn:aws:iam::111122223333:user/ada".to_owned(),
        }),
        versions: Some(vec![offer("1.36", true), offer("1.35", false)]),
        zones: Some(ZONES.iter().enumerate().map(zone).collect()),
        foundation: Seen::Absent,
        cluster: Seen::Absent,
        node_group_stacks: BTreeMap::from([("web".to_owned(), Seen::Absent)]),
        ..Observed::default()
    }
}

/// Everything as [`spec`] wants it.
pub(super) fn everything() -> Observed {
    Observed {
        foundation: Seen::Present(foundation_stack(StackStatus::Complete)),
        load_balancers: Some(LoadBalancers::default()),
        nat_gateways: Some(vec![nat_gateway(NatGatewayStatus::Available)]),
        // Nobody hung anything on its roles.
        foreign_policies: BTreeMap::from([(
            foundation_stack(StackStatus::Complete).id,
            ForeignPolicies::default(),
        )]),
        node_group_stacks: BTreeMap::from([(
            "web".to_owned(),
            Seen::Present(group_stack(StackStatus::Complete)),
        )]),
        cluster: Seen::Present(cluster(ClusterStatus::Active)),
        node_groups: Some(BTreeMap::from([("web".to_owned(), node_group(NodeGroupStatus::Active))])),
        fargate_profiles: Some(BTreeMap::from([(
            "jobs".to_owned(),
            fargate_profile(FargateProfileStatus::Active),
        )])),
        addons: Some(
            ["vpc-cni", "kube-proxy", "coredns"]
                .iter()
                .map(|name| ((*name).to_owned(), addon(name, AddonStatus::Active)))
                .collect(),
        ),
        access_entries: Some(BTreeMap::from([(PRINCIPAL.to_owned(), AccessEntryState::default())])),
        api_server: Seen::Present(api_server(2)),
        ..nothing()
    }
}

/// The foundation, with every resource that requests name.
pub(super) fn foundation_stack(status: StackStatus) -> StackState {
    use foundation::id;
    let zoned = |kind: &str| ZONES.map(|zone| (id::in_zone(kind, zone), format!("subnet-{kind}{zone}")));
    let single = [
        (id::VPC, "vpc-1"),
        (id::SECURITY_GROUP, "sg-1"),
        (id::CLUSTER_ROLE, "cluster-role"),
        (id::NODE_ROLE, "node-role"),
        (id::POD_ROLE, "pod-role"),
    ];
    let single = single.map(|(id, physical)| (id.to_owned(), physical.to_owned()));
    let resources = single.into_iter().chain(zoned(id::PUBLIC_SUBNET)).chain(zoned(id::PRIVATE_SUBNET));
    let tags = [
        (tag::CLUSTER, NAME.to_owned()),
        (tag::SPEC_HASH, names::spec_hash(&spec())),
        (tag::VERSION, foundation::LAYOUT.to_owned()),
        (tag::ZONES, ZONES.join(" ")),
    ];
    StackState {
        spec: Some(serde_json::to_string(&spec()).expect("JSON")),
        outputs: BTreeMap::from([("VPC".to_owned(), "vpc-1".to_owned())]),
        ..stack(&names::foundation_stack(NAME), status, tags, resources)
    }
}

/// The stack of group `web`.
pub(super) fn group_stack(status: StackStatus) -> StackState {
    let tags = [(tag::CLUSTER, NAME.to_owned()), (tag::NODE_GROUP, "web".to_owned())];
    let template = (node_group_stack::LAUNCH_TEMPLATE.to_owned(), "lt-1".to_owned());
    stack(&names::node_group_stack(NAME, "web"), status, tags, [template])
}

/// A stack that eksctl made for the cluster, by what follows the cluster's name in its own.
pub(super) fn eksctl_stack(part: &str, status: StackStatus) -> StackState {
    let tags = [("alpha.eksctl.io/cluster-name", NAME.to_owned())];
    let resources: &[(&str, &str)] = match part {
        "cluster" => &[("VPC", "vpc-1"), ("ServiceRole", "service-role")],
        _ => &[("Role1", "role-1")],
    };
    let resources =
        resources.iter().map(|(logical, physical)| ((*logical).to_owned(), (*physical).to_owned()));
    stack(&format!("eksctl-{NAME}-{part}"), status, tags, resources)
}

pub(super) fn stack(
    name: &str,
    status: StackStatus,
    tags: impl IntoIterator<Item = (&'static str, String)>,
    resources: impl IntoIterator<Item = (String, String)>,
) -> StackState {
    let resource = |(id, physical)| {
        let status = "CREATE_COMPLETE".to_owned();
        (id, StackResource { physical_id: Some(physical), status, reason: None })
    };
    StackState {
        name: name.to_owned(),
        id: format!("arn:aws:cloudformation:us-west-2:111122223333:stack/{name}/1"),
        status,
        status_name: format!("{status:?}"),
        reason: None,
        protected: false,
        tags: tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        outputs: BTreeMap::new(),
        resources: resources.into_iter().map(resource).collect(),
        spec: None,
        names: None,
        created_at: 0,
    }
}

pub(super) fn nat_gateway(status: NatGatewayStatus) -> NatGatewayState {
    let failure = (status == NatGatewayStatus::Failed).then(|| {
        ("Gateway.NotAttached".to_owned(), "Network vpc-1 has no Internet gateway attached".to_owned())
    });
    NatGatewayState { id: "nat-1".to_owned(), status, failure }
}

pub(super) fn cluster(status: ClusterStatus) -> ClusterState {
    ClusterState {
        name: NAME.to_owned(),
        arn: format!("arn:aws:eks:us-west-2:111122223333:cluster/{NAME}"),
        created_at: 0,
        status,
        version: "1.36".to_owned(),
        platform_version: None,
        endpoint: None,
        certificate_authority: None,
        role_arn: "arn:aws:iam::111122223333:role/cluster-role".to_owned(),
        vpc: Some("vpc-1".to_owned()),
        subnets: Vec::new(),
        security_groups: Vec::new(),
        security_group: None,
        service_cidr: Some("10.100.0.0/16".to_owned()),
        issuer: None,
        endpoint_access: EndpointAccess {
            public: Some(true),
            private: Some(false),
            public_cidrs: Some(vec!["0.0.0.0/0".to_owned()]),
        },
        authentication_mode: Some(AuthenticationMode::ApiAndConfigMap),
        upgrade_policy: Some(SupportType::Extended),
        zonal_shift: false,
        logging: BTreeSet::new(),
        deletion_protection: false,
        encryption_key: None,
        auto_mode: false,
        node_pools: Vec::new(),
        node_pool_role: None,
        ip_family: None,
        control_plane_tier: None,
        tags: BTreeMap::from([(tag::CLUSTER.to_owned(), NAME.to_owned())]),
        issues: Vec::new(),
    }
}

pub(super) fn node_group(status: NodeGroupStatus) -> NodeGroupState {
    NodeGroupState {
        name: "web".to_owned(),
        arn: format!("arn:aws:eks:us-west-2:111122223333:nodegroup/{NAME}/web/1"),
        status,
        scaling: (1, 4, 2),
        autoscaling_groups: vec!["eks-web-1".to_owned()],
        version: None,
        release_version: None,
        launch_template: Some(("lt-1".to_owned(), "1".to_owned())),
        instance_types: vec!["m5.large".to_owned()],
        ami_type: Some("AL2023_x86_64_STANDARD".to_owned()),
        capacity: Some(Capacity::OnDemand),
        subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
        role_arn: Some("arn:aws:iam::111122223333:role/node-role".to_owned()),
        disk_gib: None,
        ssh_key: None,
        labels: BTreeMap::new(),
        taints: Vec::new(),
        update: None,
        node_repair_config: None,
        tags: BTreeMap::from([(tag::NODE_GROUP.to_owned(), "web".to_owned())]),
        issues: vec![issue("NodeCreationFailure", "Instances failed to join the kubernetes cluster")],
    }
}

pub(super) fn fargate_profile(status: FargateProfileStatus) -> FargateProfileState {
    FargateProfileState {
        name: "jobs".to_owned(),
        arn: format!("arn:aws:eks:us-west-2:111122223333:fargateprofile/{NAME}/jobs/1"),
        status,
        selectors: vec![Selector::namespace("jobs")],
        subnets: vec!["subnet-1".to_owned()],
        role_arn: Some("arn:aws:iam::111122223333:role/pod-role".to_owned()),
        tags: BTreeMap::new(),
        issues: Vec::new(),
    }
}

pub(super) fn addon(name: &str, status: AddonStatus) -> AddonState {
    AddonState {
        name: name.to_owned(),
        arn: format!("arn:aws:eks:us-west-2:111122223333:addon/{NAME}/{name}/1"),
        version: "v1".to_owned(),
        status,
        configuration: Configuration::default(),
        service_account_role_arn: None,
        pod_identity_roles: BTreeMap::new(),
        tags: BTreeMap::new(),
        issues: Vec::new(),
    }
}

pub(super) fn issue(code: &str, message: &str) -> Issue {
    Issue { code: code.to_owned(), message: message.to_owned(), resources: Vec::new() }
}

/// An API server that answers, with so many nodes of `web` that are Ready.
pub(super) fn api_server(ready: usize) -> ApiServerState {
    let node = |index| NodeState {
        name: format!("node-{index}"),
        node_group: Some("web".to_owned()),
        ready: true,
        version: "v1.36.2".to_owned(),
    };
    ApiServerState { ready: true, problem: None, nodes: (0..ready).map(node).collect(), version: None }
}

/// Memory of these requests, each accepted `ago` milliseconds before `now`.
pub(super) fn sent(now: i64, ago: i64, requests: &[(&str, &[&str])]) -> Recent {
    let attempts = requests.iter().map(|(step, kinds)| {
        let attempt = Attempt {
            sent: Some(now - ago),
            count: u32::try_from(kinds.len()).expect("few"),
            requests: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            ..Attempt::default()
        };
        ((*step).to_owned(), Box::new(attempt))
    });
    Recent { began: 1, attempts: attempts.collect(), ..Recent::default() }
}
