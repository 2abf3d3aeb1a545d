//! What an apply sends: the spec, the last one, and what is there.

use super::world::{self, NAME, PRINCIPAL};
use crate::observe::{KubernetesIdentity, Observed, Seen};
use crate::plan::request::{Request, UpdateNodeGroup};
use crate::plan::{ApplyOptions, Goal, Recent, Verdict, decide};
use crate::spec::{AccessEntryType, AccessPolicy, AccessScope, Cluster, Scaling, Taint};
use crate::{ErrorKind, Result};

const NOW: i64 = 10_000_000;

fn decided(spec: &Cluster, observed: &Observed) -> Result<crate::plan::Decision> {
    let spec = Box::new(spec.clone());
    let goal = Goal::Apply { name: NAME.to_owned(), spec, options: ApplyOptions::default() };
    match decide(&goal, observed, &Recent::default(), NOW)? {
        Verdict::Decided(decision) => Ok(decision),
        Verdict::Blind(looks) => panic!("blind: {looks:?}"),
    }
}

/// The account as `last` made it, with its own tags on everything.
fn made_of(last: &Cluster) -> Observed {
    let mut observed = world::everything();
    let tags = || [(crate::plan::tag::CLUSTER.to_owned(), NAME.to_owned())];
    if let Seen::Present(stack) = &mut observed.foundation {
        stack.spec = Some(serde_json::to_string(last).expect("JSON"));
        stack.tags.insert(crate::plan::tag::SPEC_HASH.to_owned(), "another".to_owned());
    }
    observed.node_groups.iter_mut().flatten().for_each(|(_, group)| group.tags.extend(tags()));
    observed.fargate_profiles.iter_mut().flatten().for_each(|(_, profile)| profile.tags.extend(tags()));
    observed.addons.iter_mut().flatten().for_each(|(_, addon)| addon.tags.extend(tags()));
    observed
}

fn update_of(decision: &crate::plan::Decision) -> Option<&UpdateNodeGroup> {
    match decision.requests.get("updateNodeGroup/web")? {
        Request::UpdateNodeGroup(update) => Some(update),
        _ => None,
    }
}

#[test]
fn the_spec_that_was_applied_last_changes_nothing() {
    let decision = decided(&world::spec(), &made_of(&world::spec())).expect("valid");
    assert!(decision.is_done(), "{:#?}", decision.steps);
    assert!(decision.requests.is_empty());
}

#[test]
fn what_the_last_spec_had_goes_and_what_others_have_stays() {
    let mut last = world::spec();
    let group = &mut last.node_groups.as_mut().expect("it has one")[0];
    group.labels.insert("old".to_owned(), "1".to_owned());
    group.taints.push(Taint::no_schedule("old", "1"));
    let mut observed = made_of(&last);
    let seen = observed.node_groups.as_mut().expect("listed").get_mut("web").expect("there");
    seen.labels
        .extend([("old", "1"), ("theirs", "2")].map(|(key, value)| (key.to_owned(), value.to_owned())));
    seen.taints.extend([Taint::no_schedule("old", "1"), Taint::no_execute("theirs", "2")]);
    let decision = decided(&world::spec(), &observed).expect("valid");
    let update = update_of(&decision).expect("an update");
    assert_eq!(update.labels_gone, ["old"]);
    assert_eq!(update.taints_gone, [Taint::no_schedule("old", "1")]);
    assert!(update.labels.is_empty() && update.taints.is_empty() && update.scaling.is_none(), "{update:?}");
    // It is not known any more what the last spec had once the new one is written down: that comes last.
    assert!(!decision.requests.contains_key("recordSpec"));
}

#[test]
fn a_size_is_the_callers_only_when_it_is_another_than_the_last_one() {
    let mut observed = made_of(&world::spec());
    observed.node_groups.as_mut().expect("listed").get_mut("web").expect("there").scaling = (1, 4, 4);
    let wanted = |scaling| {
        let mut spec = world::spec();
        spec.node_groups.as_mut().expect("it has one")[0].scaling = Some(scaling);
        let decision = decided(&spec, &observed).expect("valid");
        update_of(&decision).and_then(|update| update.scaling)
    };
    assert_eq!(wanted(Scaling::between(1, 4).desired(2)), None, "an autoscaler has moved it");
    assert_eq!(wanted(Scaling::between(1, 4).desired(3)), Some((1, 4, 3)));
    assert_eq!(wanted(Scaling::between(1, 3).desired(2)), Some((1, 3, 3)), "it follows the bounds");
    assert_eq!(wanted(Scaling { max: Some(6), ..Scaling::default() }), Some((1, 6, 4)));
}

#[test]
fn no_field_is_ignored() {
    let entry = |scope| {
        let mut spec = world::spec();
        let policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy".to_owned();
        spec.access_entries[0].policies = vec![AccessPolicy { policy_arn, scope }];
        spec
    };
    let mut observed = made_of(&entry(AccessScope::Cluster));
    let seen = observed.access_entries.as_mut().expect("listed").get_mut(PRINCIPAL).expect("there");
    seen.policies.insert(
        "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy".to_owned(),
        AccessScope::Cluster,
    );
    assert!(decided(&entry(AccessScope::Cluster), &observed).expect("valid").is_done());
    let mut kind = entry(AccessScope::Cluster);
    kind.access_entries[0].entry_type = Some(AccessEntryType::Ec2);
    let mut fargate = entry(AccessScope::Cluster);
    fargate.fargate_profiles[0].selectors[0].namespace = "other".to_owned();
    let mut disk = entry(AccessScope::Cluster);
    disk.node_groups.as_mut().expect("it has one")[0].own_role = Some(true);
    for (spec, field) in [
        (kind, "accessEntries[0].type"),
        (fargate, "fargateProfiles[0].selectors[0].namespace"),
        (disk, "nodeGroups[0].ownRole"),
    ] {
        let error = decided(&spec, &observed).expect_err("it cannot change in place");
        assert_eq!(error.kind(), ErrorKind::InvalidSpec);
        assert!(error.message().contains(field), "{field}: {error}");
    }
}

/// Groups are one list, in which others may have put some; a policy has one scope.
#[test]
fn of_an_access_entry_only_what_is_ours_changes() {
    let policy = |name: &str| format!("arn:aws:eks::aws:cluster-access-policy/{name}");
    let entry = |groups: &[&str], policies: Vec<AccessPolicy>| {
        let mut spec = world::spec();
        let entry = &mut spec.access_entries[0];
        entry.kubernetes_groups = groups.iter().map(|group| (*group).to_owned()).collect();
        entry.policies = policies;
        spec
    };
    let last =
        entry(&["old", "both"], vec![AccessPolicy::cluster(policy("A")), AccessPolicy::cluster(policy("B"))]);
    let mut observed = made_of(&last);
    let seen = observed.access_entries.as_mut().expect("listed").get_mut(PRINCIPAL).expect("there");
    seen.policies = ["A", "B", "Theirs"].map(|name| (policy(name), AccessScope::Cluster)).into();
    seen.identity = Some(KubernetesIdentity {
        username: "admin".to_owned(),
        groups: ["old", "both", "theirs"].map(str::to_owned).into(),
    });
    assert!(decided(&last, &observed).expect("valid").is_done());
    let update = |spec: &Cluster| {
        let decision = decided(spec, &observed).expect("valid");
        let request = decision.requests.get(&format!("updateAccessEntry/{PRINCIPAL}")).cloned();
        let Some(Request::UpdateAccessEntry(update)) = request else { panic!("{:?}", decision.requests) };
        update
    };
    let narrower = AccessPolicy::namespaces(policy("A"), ["shop"]);
    let mut spec = entry(&["both", "new"], vec![narrower.clone()]);
    let sent = update(&spec);
    assert_eq!(sent.groups, Some(["both", "new", "theirs"].map(str::to_owned).into()));
    assert_eq!((sent.policies, sent.policies_gone), (vec![narrower], vec![policy("B")]));
    assert_eq!(sent.username, None);
    // Of none at all is left what others have put there.
    spec = entry(&[], Vec::new());
    spec.access_entries[0].username = Some("root".to_owned());
    let sent = update(&spec);
    assert_eq!(sent.groups, Some(["theirs"].map(str::to_owned).into()));
    assert_eq!(sent.policies_gone, [policy("A"), policy("B")]);
    assert_eq!(sent.username.as_deref(), Some("root"));
}
