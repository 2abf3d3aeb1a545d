//! What a tag sends: the change, and what is there.

use std::collections::{BTreeMap, BTreeSet};

use super::every_state::check;
use super::world::{self, NAME};
use crate::observe::{
    ClusterStatus, CostTagStatus, CostTags, FargateProfileStatus, LoadBalancers, NodeGroupStatus, OF_AWS,
    Observed, Part, Seen, StackStatus, Tagged, Tags,
};
use crate::plan::request::{Request, TagThings};
use crate::plan::{Decision, Goal, Recent, StepState, TagOptions, TagReport, Verdict, decide, names};
use crate::spec::TagChange;

const NOW: i64 = 10_000_000;
const LONG_AGO: i64 = 3_000_000;

const THINGS: [(Part, &[&str]); 6] = [
    (Part::AutoScalingGroups, &["eks-web-1"]),
    (Part::LaunchTemplates, &["lt-1"]),
    (Part::Instances, &["i-1", "i-2"]),
    (Part::Volumes, &["vol-1", "vol-2"]),
    (Part::LoadBalancers, &["a1b2"]),
    (Part::LogGroup, &["arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/shop/cluster"]),
];

fn change() -> TagChange {
    TagChange::set("team", "shop").and_remove("old")
}

fn goal(activate: bool) -> Goal {
    Goal::Tag { name: NAME.to_owned(), change: change(), options: TagOptions::default().activate(activate) }
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Everything is there; things outside of EKS have these tags, and billing knows the keys as `status`.
fn there(pairs: &[(&str, &str)], status: CostTagStatus) -> Observed {
    let tagged = |(part, ids): (Part, &[&str])| {
        let things = ids.iter().map(|id| ((*id).to_owned(), tags(pairs)));
        (part, Tagged::of(things.collect()))
    };
    Observed {
        tagged: THINGS.into_iter().map(tagged).collect(),
        cost_tags: Some(CostTags {
            keys: [("team", status), (OF_AWS, status)].map(|(key, it)| (key.to_owned(), it)).into(),
            unchecked: None,
        }),
        ..world::everything()
    }
}

/// With the tags on everything.
fn done() -> Observed {
    let mut observed = there(&[("team", "shop")], CostTagStatus::Inactive);
    let add = |tags: &mut Tags| drop(tags.insert("team".to_owned(), "shop".to_owned()));
    if let Seen::Present(cluster) = &mut observed.cluster {
        add(&mut cluster.tags);
    }
    observed.node_groups.iter_mut().flatten().for_each(|(_, group)| add(&mut group.tags));
    observed.fargate_profiles.iter_mut().flatten().for_each(|(_, profile)| add(&mut profile.tags));
    observed.addons.iter_mut().flatten().for_each(|(_, addon)| add(&mut addon.tags));
    for stack in [&mut observed.foundation].into_iter().chain(observed.node_group_stacks.values_mut()) {
        if let Seen::Present(stack) = stack {
            add(&mut stack.tags);
        }
    }
    observed
}

fn decided(observed: &Observed, recent: &Recent) -> Decision {
    match decide(&goal(false), observed, recent, NOW).expect("valid") {
        Verdict::Decided(decision) => decision,
        Verdict::Blind(looks) => panic!("blind: {looks:?}"),
    }
}

fn things<'a>(decision: &'a Decision, step: &str) -> &'a TagThings {
    match decision.requests.get(step) {
        Some(Request::TagThings(things)) => things,
        other => panic!("{step}: {other:?}"),
    }
}

#[test]
fn everything_that_lacks_them_is_tagged_at_once() {
    let observed = there(&[("old", "1")], CostTagStatus::Unseen);
    let decision = decided(&observed, &Recent::default());
    let ready: Vec<&str> = decision.requests.keys().map(String::as_str).collect();
    let stack = |name: String| format!("tagStack/{name}");
    let stacks = [stack(names::foundation_stack(NAME)), stack(names::node_group_stack(NAME, "web"))];
    let mut expected = vec![
        "tag/cluster shop",
        "costTag/node group web",
        "costTag/Fargate profile jobs",
        "costTag/add-on coredns",
        "costTag/add-on kube-proxy",
        "costTag/add-on vpc-cni",
        "costTag/Auto Scaling groups",
        "costTag/launch templates",
        "costTag/instances",
        "costTag/volumes",
        "costTag/load balancers",
        "costTag/log group",
        &stacks[0],
        &stacks[1],
    ];
    expected.sort_unstable();
    assert_eq!(ready, expected);
    assert_eq!(
        things(&decision, "costTag/instances"),
        &TagThings {
            part: Part::Instances,
            ids: vec!["i-1".to_owned(), "i-2".to_owned()],
            set: tags(&[("team", "shop")]),
            gone: BTreeSet::from(["old".to_owned()]),
            for_instances: true,
        }
    );
    // Nothing of EKS's has the tag that is to go: it is not asked to take it off.
    assert_eq!(
        decision.requests["costTag/node group web"],
        Request::Retag {
            arn: format!("arn:aws:eks:us-west-2:111122223333:nodegroup/{NAME}/web/1"),
            set: tags(&[("team", "shop")]),
            gone: Vec::new(),
        }
    );
    let Request::UpdateStack(update) = &decision.requests[&stacks[1]] else { panic!("an update") };
    assert_eq!((update.template.as_ref(), update.disable_rollback), (None, false));
    assert_eq!(update.tags["team"], "shop");
    assert_eq!(update.tags["eks-lifecycle/node-group"], "web", "what it had stays");
}

#[test]
fn what_has_them_is_left_alone() {
    let mut observed = done();
    let decision = decided(&observed, &Recent::default());
    assert!(decision.is_done() && decision.requests.is_empty(), "{:#?}", decision.steps);
    let instances = observed.tagged.get_mut(&Part::Instances).expect("there");
    instances.things.insert("i-3".to_owned(), tags(&[("team", "web")]));
    // New instances would not get it.
    let groups = observed.tagged.get_mut(&Part::AutoScalingGroups).expect("there");
    groups.kept.insert("eks-web-1".to_owned(), BTreeSet::from(["team".to_owned()]));
    let decision = decided(&observed, &Recent::default());
    assert_eq!(things(&decision, "costTag/instances").ids, ["i-3"]);
    assert_eq!(things(&decision, "costTag/Auto Scaling groups").set, tags(&[("team", "shop")]));
    assert_eq!(decision.requests.len(), 2);
}

#[test]
fn what_is_not_there_or_goes_has_no_step() {
    let mut observed = there(&[], CostTagStatus::Unseen);
    observed.tagged.values_mut().for_each(|tagged| tagged.things.clear());
    observed.node_groups =
        Some(BTreeMap::from([("web".to_owned(), world::node_group(NodeGroupStatus::Deleting))]));
    let profile = world::fargate_profile(FargateProfileStatus::Deleting);
    observed.fargate_profiles = Some(BTreeMap::from([("jobs".to_owned(), profile)]));
    observed.addons = Some(BTreeMap::new());
    observed.foundation = Seen::Absent;
    observed.node_group_stacks.clear();
    let decision = decided(&observed, &Recent::default());
    let steps: Vec<&str> = decision.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["tag/cluster shop"]);
}

/// Stacks of others say nothing of whose they are, and stay as they are; the rest of their clusters does not.
#[test]
fn stacks_of_others_are_left_alone() {
    let mut observed = there(&[], CostTagStatus::Unseen);
    if let Seen::Present(stack) = &mut observed.foundation {
        stack.tags.clear();
    }
    observed.node_group_stacks.clear();
    observed.tagged.remove(&Part::LaunchTemplates);
    let decision = decided(&observed, &Recent::default());
    assert!(!decision.steps.iter().any(|step| step.id.starts_with("tagStack")), "{:#?}", decision.steps);
    assert!(decision.requests.contains_key("costTag/instances"));
}

#[test]
fn a_stack_that_takes_no_update_is_told() {
    let step = format!("tagStack/{}", names::foundation_stack(NAME));
    let sent = world::sent(NOW, LONG_AGO, &[(&step, &["updateStack"])]);
    let just = world::sent(NOW, 1_000, &[(&step, &["updateStack"])]);
    for status in StackStatus::ALL {
        for (recent, state) in [
            (
                Recent::default(),
                match status {
                    StackStatus::Complete => "ready",
                    StackStatus::Creating | StackStatus::Updating => "running",
                    _ => "skipped",
                },
            ),
            (
                just.clone(),
                match status {
                    StackStatus::Complete | StackStatus::Creating | StackStatus::Updating => "running",
                    _ => "skipped",
                },
            ),
            (
                sent.clone(),
                match status {
                    StackStatus::Creating | StackStatus::Updating => "running",
                    _ => "skipped",
                },
            ),
        ] {
            let mut observed = there(&[], CostTagStatus::Unseen);
            observed.foundation = Seen::Present(world::foundation_stack(status));
            let decision = decided(&observed, &recent);
            let seen = decision.steps.iter().find(|it| it.id == step).expect("a step");
            let is = match &seen.state {
                StepState::Ready => "ready",
                StepState::Running => "running",
                StepState::Skipped { reason } => {
                    assert!(reason.contains(&format!("{status:?}")), "{reason}");
                    "skipped"
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(is, state, "{status:?}");
        }
    }
}

#[test]
fn billing_is_told_what_it_knows_if_that_was_asked_for() {
    let activate = |observed: &Observed, recent: &Recent| match decide(&goal(true), observed, recent, NOW) {
        Ok(Verdict::Decided(decision)) => {
            let step = decision.steps.iter().find(|step| step.id == "activateCostTags").expect("a step");
            (step.state.clone(), decision.requests.get("activateCostTags").cloned())
        }
        other => panic!("{other:?}"),
    };
    let keys = vec![OF_AWS.to_owned(), "team".to_owned()];
    let (state, request) = activate(&there(&[], CostTagStatus::Inactive), &Recent::default());
    assert_eq!((state, request), (StepState::Ready, Some(Request::ActivateCostTags { keys })));
    let (state, _) = activate(&there(&[], CostTagStatus::Active), &Recent::default());
    assert_eq!(state, StepState::Done);
    let sent = world::sent(NOW, LONG_AGO, &[("activateCostTags", &["activateCostTags"])]);
    for (status, recent, text) in [
        (CostTagStatus::Unseen, Recent::default(), "up to 24 hours from the first use"),
        (CostTagStatus::Inactive, sent, "did not activate"),
    ] {
        let (StepState::Skipped { reason }, None) = activate(&there(&[], status), &recent) else {
            panic!("{status:?} is told")
        };
        assert!(reason.contains(text), "{reason}");
    }
    let decision = decided(&there(&[], CostTagStatus::Inactive), &Recent::default());
    assert!(!decision.requests.contains_key("activateCostTags"), "nobody asked for it");
}

#[test]
fn a_report_says_what_aws_covers_and_what_comes_later() {
    let mut observed = done();
    let instances = observed.tagged.get_mut(&Part::Instances).expect("there");
    let first = instances.things.get_mut("i-1").expect("there");
    first.extend(tags(&[(OF_AWS, NAME), ("aws:autoscaling:groupName", "eks-web-1")]));
    observed.withheld.insert("add-ons".to_owned(), "add-ons were not looked for: denied".to_owned());
    let decision = decided(&observed, &Recent::default());
    let report = TagReport::of(NAME, &change(), &observed, &decision.steps);
    insta::assert_snapshot!(report.to_string());
    let json = serde_json::to_string(&report).expect("JSON");
    assert_eq!(serde_json::from_str::<TagReport>(&json).expect("a report"), report);
}

/// Each thing in each state, with and without the tags, denied or not, sent long ago or not at all.
#[test]
fn every_state() {
    let step = |id: &str| id.to_owned();
    let all = ["costTag/instances", "costTag/node group web", "tag/cluster shop"].map(step);
    let sent: Vec<(&str, &[&str])> =
        all.iter().map(|id| (id.as_str(), &["tagThings", "retag"] as &[&str])).collect();
    let mut denied = Recent::default();
    denied.denied.insert("costTag/instances".to_owned(), "denied".to_owned());
    let memories = [Recent::default(), world::sent(NOW, LONG_AGO, &sent), denied];
    for status in [
        ClusterStatus::Creating,
        ClusterStatus::Active,
        ClusterStatus::Updating,
        ClusterStatus::Deleting,
        ClusterStatus::Failed,
        ClusterStatus::Pending,
    ] {
        for pairs in [&[("team", "shop")] as &[(&str, &str)], &[("old", "1")]] {
            for billing in [CostTagStatus::Unseen, CostTagStatus::Inactive, CostTagStatus::Active] {
                for stack in StackStatus::ALL {
                    for recent in &memories {
                        let mut observed = there(pairs, billing);
                        observed.cluster = Seen::Present(world::cluster(status));
                        observed.foundation = Seen::Present(world::foundation_stack(stack));
                        observed.load_balancers = Some(LoadBalancers::default());
                        check(&goal(true), &observed, recent);
                        observed.tagged.insert(Part::Volumes, Tagged::unchecked("denied".to_owned()));
                        observed.cost_tags =
                            Some(CostTags { unchecked: Some("denied".to_owned()), ..CostTags::default() });
                        check(&goal(true), &observed, recent);
                        observed.tagged.remove(&Part::LogGroup);
                        check(&goal(false), &observed, recent);
                    }
                }
            }
        }
    }
    check(&goal(true), &Observed::default(), &Recent::default());
    check(&goal(true), &Observed { cluster: Seen::Absent, ..Observed::default() }, &Recent::default());
}
