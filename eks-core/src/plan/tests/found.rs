//! The spec of what is there, and what of it an adoption takes for the caller's.

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::observe::{ClusterState, ClusterStatus, NodeGroupState, NodeGroupStatus, Observed, Seen, Way};
use crate::plan::apply::mentioned;
use crate::plan::foundation::id;
use crate::plan::{found_looks, spec_of, tag};
use crate::spec::{AccessEntry, AccessEntryType, Cluster, NodeGroup, NodeSubnets, Scaling, Taint};

fn tags<const N: usize>(tags: [(&str, &str); N]) -> BTreeMap<String, String> {
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn entry(principal: &str, entry_type: AccessEntryType) -> (String, AccessEntry) {
    let principal_arn = format!("arn:aws:iam::111122223333:{principal}");
    let entry_type = Some(entry_type);
    (principal_arn.clone(), AccessEntry { principal_arn, entry_type, ..AccessEntry::default() })
}

/// Somebody's cluster, with one of everything.
fn theirs() -> Observed {
    let mut observed = Observed { foundation: Seen::Absent, ..world::everything() };
    observed.cluster = Seen::Present(ClusterState {
        tags: tags([("all", "1"), ("cluster", "2"), ("aws:cloudformation:stack-name", "x")]),
        subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
        ..world::cluster(ClusterStatus::Active)
    });
    for group in observed.node_groups.iter_mut().flatten().map(|(_, group)| group) {
        group.tags = tags([("all", "1"), ("group", "3"), ("aws:autoscaling:groupName", "x")]);
    }
    observed.fargate_profiles.iter_mut().flatten().for_each(|(_, it)| it.tags = tags([("all", "1")]));
    observed.addons.iter_mut().flatten().for_each(|(_, it)| it.tags = tags([("all", "1"), ("addon", "4")]));
    observed.access_details = Some(
        [
            entry("role/node-role", AccessEntryType::Ec2Linux),
            entry("role/pod-role", AccessEntryType::FargateLinux),
            entry("role/by-hand", AccessEntryType::Ec2Linux),
            entry("role/admin", AccessEntryType::Standard),
            entry(
                "role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
                AccessEntryType::Standard,
            ),
        ]
        .into(),
    );
    observed.pod_identity_associations = Some(BTreeMap::new());
    observed.ways = Some([("subnet-2".to_owned(), Way::InternetGateway)].into());
    observed
}

fn found(observed: &Observed) -> Cluster {
    spec_of(observed.cluster.present().expect("there"), observed).expect("a spec can say it")
}

#[test]
fn everything_is_asked_once() {
    let mut observed = theirs();
    assert_eq!(found_looks(&observed), []);
    observed.access_details = None;
    observed.ways = None;
    assert_eq!(found_looks(&observed).len(), 1 + usize::from(cfg!(feature = "ec2")));
    assert_eq!(found_looks(&Observed::default()), [], "of no cluster");
}

#[test]
fn a_tag_of_the_cluster_is_one_that_everything_bears() {
    let spec = found(&theirs());
    assert_eq!(spec.tags, tags([("all", "1")]));
    let group = &spec.node_groups.as_ref().expect("it has one")[0];
    assert_eq!(group.tags, tags([("group", "3")]));
    assert_eq!(group.subnets, Some(NodeSubnets::Given(vec!["subnet-1".to_owned(), "subnet-2".to_owned()])));
    let network = spec.network.as_given().expect("it was there");
    assert_eq!(
        (&network.private_subnets[..], &network.public_subnets[..]),
        (&["subnet-1".to_owned()][..], &["subnet-2".to_owned()][..])
    );
}

#[test]
fn entries_that_eks_makes_are_nobodys_wish() {
    let names = |observed: &Observed| {
        let spec = found(observed);
        let names =
            spec.access_entries.iter().map(|it| it.principal_arn.rsplit('/').next().map(str::to_owned));
        names.flatten().collect::<Vec<_>>()
    };
    let mut observed = theirs();
    assert_eq!(names(&observed), ["admin", "by-hand"]);
    if let Seen::Present(cluster) = &mut observed.cluster {
        let role = "arn:aws:iam::111122223333:role/auto";
        cluster.auto_mode = true;
        cluster.node_pools = vec!["system".to_owned()];
        cluster.node_pool_role = Some(role.to_owned());
    }
    observed.access_details.as_mut().expect("listed").extend([entry("role/auto", AccessEntryType::Ec2)]);
    assert_eq!(names(&observed), ["admin", "by-hand"]);
    assert!(found(&observed).auto_mode.is_some());
}

#[test]
fn what_is_going_or_was_never_made_is_left_out() {
    for (status, groups) in [
        (NodeGroupStatus::Active, 1),
        (NodeGroupStatus::Updating, 1),
        (NodeGroupStatus::Deleting, 0),
        (NodeGroupStatus::CreateFailed, 0),
    ] {
        let mut observed = theirs();
        observed.node_groups.iter_mut().flatten().for_each(|(_, group)| group.status = status);
        assert_eq!(found(&observed).node_groups.map(|groups| groups.len()), Some(groups), "{status:?}");
    }
}

#[test]
fn what_the_caller_does_not_mention_was_never_the_callers() {
    let mut observed = theirs();
    for group in observed.node_groups.iter_mut().flatten().map(|(_, group)| group) {
        group.labels = tags([("team", "shop"), ("stage", "prod")]);
        group.taints = vec![Taint::no_schedule("app", "orders"), Taint::no_schedule("gpu", "yes")];
    }
    let found = found(&observed);
    let group = NodeGroup {
        name: Some("web".to_owned()),
        labels: tags([("team", "other"), ("new", "1")]),
        taints: vec![Taint::no_schedule("app", "other")],
        ..NodeGroup::default()
    };
    let given = Cluster { name: Some(NAME.to_owned()), node_groups: Some(vec![group]), ..Cluster::default() };
    let last = mentioned(found.clone(), &given);
    let was = &last.node_groups.as_ref().expect("it has one")[0];
    assert_eq!(was.labels, tags([("team", "shop")]), "as it was, and nothing else");
    assert_eq!(was.taints, [Taint::no_schedule("app", "orders")]);
    assert_eq!((last.tags.len(), last.access_entries.len(), last.fargate_profiles.len()), (0, 0, 0));
    assert_eq!(last.addons, found.addons, "none are mentioned: all of them are meant");
    // A spec that says all of it means all of it.
    assert_eq!(mentioned(found.clone(), &found), found);
    // What is fixed is kept, too, so that another value of it is refused.
    assert_eq!(was.role_arn, found.node_groups.as_ref().and_then(|it| it[0].role_arn.clone()));
}

#[test]
fn of_ours_it_is_the_last_spec_with_what_is_another() {
    let ours = |change: fn(&mut Observed)| {
        let mut observed = Observed {
            access_details: theirs().access_details,
            pod_identity_associations: Some(BTreeMap::new()),
            ways: Some(BTreeMap::new()),
            ..world::everything()
        };
        let mine =
            |tags: &mut BTreeMap<String, String>| tags.extend([(tag::CLUSTER.to_owned(), NAME.to_owned())]);
        observed.node_groups.iter_mut().flatten().for_each(|(_, it)| mine(&mut it.tags));
        if let Seen::Present(cluster) = &mut observed.cluster {
            cluster.subnets = vec!["subnet-1".to_owned(), "subnet-2".to_owned()];
        }
        change(&mut observed);
        found(&observed)
    };
    assert_eq!(ours(|_| ()), world::spec(), "nothing is another");
    let sizes = |spec: &Cluster| spec.node_groups.as_ref().and_then(|it| it[0].scaling.clone());
    let moved = |observed: &mut Observed| {
        observed.node_groups.iter_mut().flatten().for_each(|(_, group)| group.scaling = (1, 4, 4));
    };
    assert_eq!(ours(moved), world::spec(), "an autoscaler's size");
    let bounds = |observed: &mut Observed| {
        observed.node_groups.iter_mut().flatten().for_each(|(_, group)| group.scaling = (3, 9, 4));
    };
    assert_eq!(sizes(&ours(bounds)), Some(Scaling::between(3, 9).desired(3)));
    let gone = ours(|observed| {
        observed.node_groups = Some(BTreeMap::new());
        observed.fargate_profiles = Some(BTreeMap::new());
        observed.access_details = Some(BTreeMap::new());
    });
    assert_eq!((gone.node_groups.map(|it| it.len()), gone.fargate_profiles.len()), (Some(0), 0));
    assert_eq!(gone.access_entries.len(), 0);
    let more = ours(|observed| {
        let mut group = world::node_group(NodeGroupStatus::Active);
        (group.name, group.tags) = ("theirs".to_owned(), BTreeMap::new());
        // In the public subnets of the VPC that was made; another one is somewhere else, which a spec cannot say.
        let elsewhere = NodeGroupState { name: "elsewhere".to_owned(), ..group.clone() };
        observed.node_groups.as_mut().expect("listed").insert("elsewhere".to_owned(), elsewhere);
        let Seen::Present(stack) = &mut observed.foundation else { panic!("it is ours") };
        let public = stack.resources.iter_mut().filter(|(logical, _)| logical.starts_with(id::PUBLIC_SUBNET));
        group.subnets = public
            .enumerate()
            .map(|(index, (_, resource))| {
                let subnet = format!("subnet-0{index}");
                resource.physical_id = Some(subnet.clone());
                subnet
            })
            .collect();
        observed.node_groups.as_mut().expect("listed").insert("theirs".to_owned(), group);
        observed.addons.as_mut().expect("listed").remove("coredns");
    });
    let names: Vec<_> = more.node_groups.iter().flatten().filter_map(|it| it.name.as_deref()).collect();
    assert_eq!(names, ["web", "theirs"]);
    assert_eq!(more.node_groups.as_ref().map(|it| it[1].subnets.clone()), Some(Some(NodeSubnets::Public)));
    assert_eq!(more.addons.map(|it| it.len()), Some(2), "the default ones are not all there any more");
}
