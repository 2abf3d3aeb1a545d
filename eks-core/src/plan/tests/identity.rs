//! Roles of service accounts: their stack, the associations, and what an apply or a delete does about them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::world::{self, NAME};
use crate::observe::{
    AddonStatus, ClusterState, ClusterStatus, Look, Observed, PodIdentityAssociationState, Seen, StackState,
    StackStatus,
};
use crate::plan::identity_stack::Identity;
use crate::plan::{ApplyOptions, Decision, Goal, Recent, Request, StepState, Verdict, decide, names, tag};
use crate::spec::{
    Addon, AddonPodIdentityAssociation, Cluster, DEFAULT_ADDONS, PodIdentityAssociation, ServiceAccountRole,
};
use crate::{ErrorKind, Result};

const NOW: i64 = 10_000_000;
const POLICY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const GIVEN: &str = "arn:aws:iam::111122223333:role/given";
const ISSUER: &str = "https://oidc.eks.us-west-2.amazonaws.com/id/0123";

fn association(service_account: &str) -> PodIdentityAssociation {
    let it = PodIdentityAssociation::builder().namespace("shop").service_account(service_account);
    it.policy_arn(POLICY).build().expect("valid")
}

fn service_account_role() -> ServiceAccountRole {
    let it = ServiceAccountRole::builder().namespace("kube-system").service_account("external-dns");
    it.policy_arn(POLICY).build().expect("valid")
}

/// [`world::spec`] with associations for these service accounts of `shop`.
fn spec(accounts: &[&str]) -> Cluster {
    let pod_identity_associations = accounts.iter().map(|account| association(account)).collect();
    Cluster { pod_identity_associations, ..world::spec() }
}

/// With a role that trusts the cluster's tokens.
fn with_role(spec: Cluster) -> Cluster {
    Cluster { service_account_roles: vec![service_account_role()], ..spec }
}

/// The stack of what the spec wants, whose roles are called like their logical ids.
fn identity_stack(spec: &Cluster, status: StackStatus) -> StackState {
    let identity = Identity::of(spec);
    let template = identity.template(NAME, Some(ISSUER)).expect("the issuer is known");
    let template: Value = serde_json::from_str(&template).expect("JSON");
    let ids = template["Resources"].as_object().into_iter().flat_map(|all| all.keys());
    let tags = [(tag::CLUSTER, NAME.to_owned()), (tag::IDENTITY, "1".to_owned())];
    let resources = ids.map(|id| (id.clone(), id.clone()));
    let hash = &template["Outputs"]["IdentityHash"]["Value"];
    StackState {
        spec: Some(serde_json::to_string(&identity).expect("JSON")),
        outputs: BTreeMap::from([("IdentityHash".to_owned(), hash.as_str().unwrap_or_default().to_owned())]),
        ..world::stack(&names::identity_stack(NAME), status, tags, resources)
    }
}

fn seen(account: &str, role: &str) -> PodIdentityAssociationState {
    PodIdentityAssociationState {
        id: format!("a-{account}"),
        arn: format!("arn:aws:eks:us-west-2:111122223333:podidentityassociation/{NAME}/a-{account}"),
        namespace: "shop".to_owned(),
        service_account: account.to_owned(),
        role_arn: role.to_owned(),
        target_role_arn: None,
        disable_session_tags: false,
        tags: BTreeMap::from([(tag::CLUSTER.to_owned(), NAME.to_owned())]),
    }
}

/// The ARN of a made role.
fn made(spec: &Cluster, account: &str) -> String {
    let roles = Identity::of(spec).roles;
    let id = roles.iter().find(|(_, role)| role.service_account == account).expect("it is made").0;
    format!("arn:aws:iam::111122223333:role/{id}")
}

fn cluster() -> Seen<ClusterState> {
    let tags = BTreeMap::from([(tag::CLUSTER.to_owned(), NAME.to_owned())]);
    Seen::Present(ClusterState {
        issuer: Some(ISSUER.to_owned()),
        tags,
        ..world::cluster(ClusterStatus::Active)
    })
}

/// The account as `last` made it, with its own tags on everything.
fn made_of(last: &Cluster) -> Observed {
    let mut observed = world::everything();
    let tags = || [(tag::CLUSTER.to_owned(), NAME.to_owned())];
    if let Seen::Present(stack) = &mut observed.foundation {
        stack.spec = Some(serde_json::to_string(last).expect("JSON"));
        stack.tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(last));
    }
    observed.cluster = cluster();
    observed.node_groups.iter_mut().flatten().for_each(|(_, group)| group.tags.extend(tags()));
    observed.fargate_profiles.iter_mut().flatten().for_each(|(_, profile)| profile.tags.extend(tags()));
    let addons = last.defaulted().addons.unwrap_or_default();
    let addons =
        addons.iter().map(|addon| (addon.name.clone(), world::addon(&addon.name, AddonStatus::Active)));
    observed.addons = Some(addons.collect());
    observed.addons.iter_mut().flatten().for_each(|(_, addon)| addon.tags.extend(tags()));
    let identity = Identity::of(last);
    let stack = || Seen::Present(identity_stack(last, StackStatus::Complete));
    observed.identity_stack = if identity.is_empty() { Seen::Absent } else { stack() };
    let associations = last.pod_identity_associations.iter().map(|it| {
        let role = it.role_arn.clone().unwrap_or_else(|| made(last, &it.service_account));
        (it.key(), seen(&it.service_account, &role))
    });
    observed.pod_identity_associations = Some(associations.collect());
    observed
}

fn decided(goal: &Goal, observed: &Observed) -> Result<Decision> {
    match decide(goal, observed, &Recent::default(), NOW)? {
        Verdict::Decided(decision) => Ok(decision),
        Verdict::Blind(looks) => panic!("blind: {looks:?}"),
    }
}

fn create(spec: &Cluster, observed: &Observed) -> Result<Decision> {
    let spec = Some(Box::new(spec.clone()));
    decided(&Goal::Create { name: NAME.to_owned(), spec, options: Default::default() }, observed)
}

fn apply(spec: &Cluster, prune: bool, observed: &Observed) -> Result<Decision> {
    let options = ApplyOptions::default().prune(prune);
    decided(&Goal::Apply { name: NAME.to_owned(), spec: Box::new(spec.clone()), options }, observed)
}

fn sends(decision: &Decision) -> Vec<&str> {
    decision.requests.keys().map(String::as_str).collect()
}

/// The logical ids in the template that a step sends.
fn resources(decision: &Decision, step: &str) -> Vec<String> {
    let template = match &decision.requests[step] {
        Request::CreateStack(request) => request.template.clone(),
        Request::UpdateStack(request) => request.template.clone().expect("a template"),
        other => panic!("no stack: {other:?}"),
    };
    let template: Value = serde_json::from_str(&template).expect("JSON");
    template["Resources"].as_object().into_iter().flat_map(|all| all.keys().cloned()).collect()
}

#[test]
fn the_template_says_whom_each_role_trusts() {
    let mut spec = with_role(spec(&["orders"]));
    spec.service_account_roles[0].role_name = Some("dns".to_owned());
    let document = json!({ "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }] });
    spec.pod_identity_associations[0].policy_document = Some(json!(document.to_string()));
    let template = Identity::of(&spec).template(NAME, Some(ISSUER)).expect("the issuer is known");
    insta::assert_json_snapshot!(serde_json::from_str::<Value>(&template).expect("JSON"));
}

#[test]
fn logical_ids_are_letters_and_digits_and_never_alike() {
    let spec = spec(&["a.b", "a-b", "ab"]);
    let ids: Vec<String> = Identity::of(&spec).roles.into_keys().collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric())), "{ids:?}");
}

#[test]
fn the_agent_is_a_default_where_it_is_needed() {
    let addons = |spec: &Cluster| -> Vec<String> {
        spec.defaulted().addons.unwrap_or_default().into_iter().map(|addon| addon.name).collect()
    };
    assert_eq!(addons(&world::spec()), DEFAULT_ADDONS);
    assert!(addons(&spec(&["orders"])).contains(&"eks-pod-identity-agent".to_owned()));
}

/// Roles that trust EKS are made beside the control plane, those that trust its issuer after it.
#[test]
fn the_stack_is_made_as_soon_as_it_can_be() {
    let nothing = Observed { identity_stack: Seen::Absent, ..world::nothing() };
    assert_eq!(sends(&create(&spec(&["orders"]), &nothing).expect("valid")), ["createFoundation"]);
    let foundation = |spec: &Cluster, status| {
        let text = Some(serde_json::to_string(spec).expect("JSON"));
        Seen::Present(StackState { spec: text, ..world::foundation_stack(status) })
    };
    let sent = |spec: &Cluster| {
        let foundation = foundation(spec, StackStatus::Creating);
        let young = Observed { foundation, cluster: Seen::Absent, ..nothing.clone() };
        let decision = create(spec, &young).expect("valid");
        sends(&decision).contains(&"createIdentityStack")
    };
    assert!(sent(&spec(&["orders"])));
    assert!(!sent(&with_role(spec(&["orders"]))), "nobody knows the issuer");
    let grown = Observed {
        identity_stack: Seen::Absent,
        cluster: cluster(),
        pod_identity_associations: Some(BTreeMap::new()),
        ..made_of(&world::spec())
    };
    let mut last = with_role(spec(&["orders"]));
    let grown = Observed { foundation: foundation(&last, StackStatus::Complete), ..grown };
    let decision = create(&last, &grown).expect("valid");
    assert!(sends(&decision).contains(&"createIdentityStack"), "{:?}", sends(&decision));
    assert!(!sends(&decision).contains(&"createPodIdentityAssociation/shop/orders"), "it has no role yet");
    // What is wrong with the roles is said before anything is made.
    last.service_account_roles[0].policy_document = Some(
        json!({ "Statement": [{ "Sid": "x".repeat(60_000), "Effect": "Allow", "Action": "*", "Resource": "*" }] }),
    );
    let nothing = Observed { identity_stack: Seen::Absent, ..world::nothing() };
    assert_eq!(create(&last, &nothing).expect_err("too long").kind(), ErrorKind::InvalidSpec);
}

#[test]
fn an_association_waits_for_its_own_role_alone() {
    let mut spec = spec(&["orders", "mail"]);
    spec.pod_identity_associations[1] = PodIdentityAssociation {
        role_arn: Some(GIVEN.to_owned()),
        policy_arns: Vec::new(),
        ..association("mail")
    };
    let mut observed = made_of(&spec);
    observed.pod_identity_associations = Some(BTreeMap::new());
    let decision = create(&spec, &observed).expect("valid");
    let sent = ["createPodIdentityAssociation/shop/mail", "createPodIdentityAssociation/shop/orders"];
    assert_eq!(sends(&decision), sent);
    let roles = sent.map(|step| match &decision.requests[step] {
        Request::CreatePodIdentityAssociation(request) => request.role_arn.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(roles, [GIVEN.to_owned(), made(&spec, "orders")]);
}

#[test]
fn an_addon_waits_for_the_roles_that_it_brings() {
    let identity = AddonPodIdentityAssociation::builder().service_account("aws-node").policy_arn(POLICY);
    let cni = Addon::builder().name("vpc-cni").pod_identity_associations([identity.build().expect("valid")]);
    let addons = vec![cni.build().expect("valid"), Addon::named("eks-pod-identity-agent")];
    let spec = Cluster { addons: Some(addons), ..world::spec() };
    let whole = made_of(&spec);
    let fresh = Observed { addons: Some(BTreeMap::new()), ..whole.clone() };
    let without = Observed { identity_stack: Seen::Absent, ..fresh.clone() };
    let sent = |observed: &Observed| create(&spec, observed).expect("valid").requests;
    assert!(!sent(&without).contains_key("createAddon/vpc-cni"));
    assert!(sent(&without).contains_key("createAddon/eks-pod-identity-agent"));
    match &sent(&fresh)["createAddon/vpc-cni"] {
        Request::CreateAddon(request) => {
            assert_eq!(request.identities, [("aws-node".to_owned(), made(&spec, "aws-node"))]);
        }
        other => panic!("{other:?}"),
    }
    // An apply gives it another role, and takes away what the spec gives no role.
    let mut other = spec.clone();
    other.addons.as_mut().expect("it has some")[0].pod_identity_associations = Some(Vec::new());
    let mut seen = whole;
    let there = seen.addons.as_mut().expect("listed").get_mut("vpc-cni").expect("there");
    there.pod_identity_roles = [("aws-node".to_owned(), made(&spec, "aws-node"))].into();
    assert!(apply(&spec, false, &seen).expect("valid").requests.is_empty());
    match &apply(&other, false, &seen).expect("valid").requests["updateAddon/vpc-cni"] {
        Request::UpdateAddon(request) => assert_eq!(request.identities, Some(Vec::new())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn somebody_elses_association_is_left_alone() {
    let spec = spec(&["orders"]);
    let mut observed = made_of(&spec);
    let all = observed.pod_identity_associations.as_mut().expect("listed");
    all.values_mut().for_each(|it| it.tags.clear());
    assert!(create(&spec, &observed).expect("the same role").is_done());
    let all = observed.pod_identity_associations.as_mut().expect("listed");
    all.values_mut().for_each(|it| it.role_arn = GIVEN.to_owned());
    let error = create(&spec, &observed).expect_err("another role");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains("shop/orders") && error.message().contains(GIVEN), "{error}");
}

#[test]
fn an_apply_of_the_same_spec_does_nothing() {
    for spec in [spec(&[]), spec(&["orders"]), with_role(spec(&["orders", "mail"]))] {
        let decision = apply(&spec, false, &made_of(&spec)).expect("valid");
        assert!(decision.is_done() && decision.requests.is_empty(), "{:#?}", decision.steps);
        assert!(apply(&spec, true, &made_of(&spec)).expect("valid").requests.is_empty());
    }
}

#[test]
fn what_comes_is_made_and_what_is_another_is_changed() {
    let last = spec(&["orders"]);
    let observed = made_of(&last);
    // Another service account: the role first.
    let both = spec(&["orders", "mail"]);
    let decision = apply(&both, false, &observed).expect("valid");
    assert_eq!(sends(&decision), ["updateIdentityStack"]);
    assert_eq!(resources(&decision, "updateIdentityStack").len(), 2);
    // Another policy: the same role, in place.
    let mut other = last.clone();
    other.pod_identity_associations[0].policy_arns =
        vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()];
    let decision = apply(&other, false, &observed).expect("valid");
    assert_eq!(sends(&decision), ["updateIdentityStack"]);
    // A role of the caller's: the association, and the made role stays until it is pruned.
    let mut given = last.clone();
    given.pod_identity_associations[0].policy_arns.clear();
    given.pod_identity_associations[0].role_arn = Some(GIVEN.to_owned());
    let decision = apply(&given, false, &observed).expect("valid");
    assert_eq!(sends(&decision), ["updatePodIdentityAssociation/shop/orders"]);
    let decision = apply(&given, true, &observed).expect("valid");
    assert_eq!(sends(&decision), ["updatePodIdentityAssociation/shop/orders"], "the role is in use");
    // A name cannot change.
    let named = |name: &str| {
        let mut spec = with_role(world::spec());
        spec.service_account_roles[0].role_name = Some(name.to_owned());
        spec
    };
    let error = apply(&named("b"), false, &made_of(&named("a"))).expect_err("a replacement");
    assert!(error.message().contains("serviceAccountRoles[0].roleName"), "{error}");
}

#[test]
fn what_the_spec_has_no_more_stays_until_it_is_pruned() {
    let (last, one) = (with_role(spec(&["orders", "mail"])), spec(&["orders"]));
    let observed = made_of(&last);
    let decision = apply(&one, false, &observed).expect("valid");
    assert_eq!(sends(&decision), ["recordSpec"], "{:#?}", decision.steps);
    // The association goes, then what nothing uses.
    let decision = apply(&one, true, &observed).expect("valid");
    assert_eq!(sends(&decision), ["deletePodIdentityAssociation/shop/mail"]);
    let mut less = observed.clone();
    less.pod_identity_associations.as_mut().expect("listed").remove("shop/mail");
    let decision = apply(&one, true, &less).expect("valid");
    assert_eq!(sends(&decision), ["deleteServiceAccountRoles"]);
    assert_eq!(
        resources(&decision, "deleteServiceAccountRoles").len(),
        1,
        "neither provider nor other roles"
    );
    // A later spec that brings something new keeps what is spare: what the stack was made for is known.
    let later = made_of(&last);
    let foundation = StackState {
        spec: Some(serde_json::to_string(&one).expect("JSON")),
        ..world::foundation_stack(StackStatus::Complete)
    };
    let later = Observed { foundation: Seen::Present(foundation), ..later };
    let decision = apply(&spec(&["orders", "new"]), false, &later).expect("valid");
    let kept = resources(&decision, "updateIdentityStack");
    assert_eq!(kept.len(), 5, "{kept:?}");
    // With nothing left the stack goes.
    let mut none = observed;
    none.pod_identity_associations = Some(BTreeMap::new());
    none.addons.as_mut().expect("listed").remove("eks-pod-identity-agent");
    let decision = apply(&world::spec(), true, &none).expect("valid");
    assert!(sends(&decision).contains(&"deleteIdentityStack"), "{:?}", sends(&decision));
}

#[test]
fn a_stack_of_which_nobody_knows_what_it_is_for_is_read() {
    let last = spec(&["orders"]);
    let mut observed = made_of(&last);
    observed.identity_stack = Seen::Unknown;
    let options = ApplyOptions::default();
    let goal = Goal::Apply { name: NAME.to_owned(), spec: Box::new(spec(&["orders", "mail"])), options };
    match decide(&goal, &observed, &Recent::default(), NOW).expect("valid") {
        Verdict::Blind(looks) => {
            let look = Look::IdentityStack { name: names::identity_stack(NAME), spec: true };
            assert_eq!(looks, [look]);
        }
        Verdict::Decided(decision) => panic!("decided: {:?}", sends(&decision)),
    }
}

/// The roles go when no pod is left that could need them, beside the control plane; the foundation goes last.
#[test]
fn a_delete_takes_the_stack_when_the_nodes_are_gone() {
    let goal = Goal::Delete { name: NAME.to_owned(), options: Default::default() };
    let mut observed = made_of(&with_role(spec(&["orders"])));
    if let Seen::Present(stack) = &observed.identity_stack {
        observed.foreign_policies.insert(stack.id.clone(), Default::default());
    }
    if let Seen::Present(cluster) = &mut observed.cluster {
        cluster.tags.insert(tag::GOAL.to_owned(), "delete".to_owned());
    }
    observed.exposed = Some(Default::default());
    observed.leftovers = Some(Default::default());
    observed.log_group = Some(Default::default());
    let decision = decided(&goal, &observed).expect("ours");
    assert!(!sends(&decision).contains(&"deleteIdentityStack"), "{:?}", sends(&decision));
    observed.node_groups = Some(BTreeMap::new());
    observed.fargate_profiles = Some(BTreeMap::new());
    let stack = observed.node_group_stacks.get_mut("web").expect("it has one");
    *stack = Seen::Absent;
    let decision = decided(&goal, &observed).expect("ours");
    assert_eq!(sends(&decision), ["deleteCluster", "deleteIdentityStack"]);
    let foundation = decision.steps.iter().find(|step| step.id == "deleteFoundation").expect("a step");
    assert!(foundation.after.contains(&"deleteIdentityStack".to_owned()));
    assert_eq!(foundation.state, StepState::Blocked);
}

/// Every state of the stack is done, waits on AWS, or is a typed error.
#[test]
fn every_state_of_the_stack() {
    let last = spec(&["orders"]);
    let one = with_role(spec(&["mail"]));
    let mut stacks = vec![Seen::Absent];
    for status in StackStatus::ALL {
        let whole = identity_stack(&last, status);
        let bare = StackState { resources: BTreeMap::new(), outputs: BTreeMap::new(), ..whole.clone() };
        stacks
            .extend([whole.clone(), bare, StackState { tags: BTreeMap::new(), ..whole }].map(Seen::Present));
    }
    let recents = [
        Recent::default(),
        world::sent(
            NOW,
            1_000_000,
            &[
                ("createIdentityStack", &["createStack", "updateStack", "deleteStack"]),
                ("updateIdentityStack", &["updateStack"]),
                ("deleteServiceAccountRoles", &["updateStack"]),
                ("deleteIdentityStack", &["deleteStack"]),
            ],
        ),
    ];
    for stack in stacks {
        for recent in &recents {
            for (spec, prune) in [(&last, false), (&one, false), (&one, true), (&world::spec(), true)] {
                let observed = Observed { identity_stack: stack.clone(), ..made_of(&last) };
                let goal = Goal::Apply {
                    name: NAME.to_owned(),
                    spec: Box::new(spec.clone()),
                    options: ApplyOptions::default().prune(prune),
                };
                let at = || format!("{stack:?}, prune {prune}, {recent:?}");
                match decide(&goal, &observed, recent, NOW) {
                    Ok(Verdict::Blind(looks)) => assert!(!looks.is_empty(), "{}", at()),
                    Ok(Verdict::Decided(decision)) => {
                        let goes_on =
                            |state: &StepState| matches!(state, StepState::Ready | StepState::Running);
                        let moves = decision.is_done() || decision.steps.iter().any(|it| goes_on(&it.state));
                        assert!(moves, "everything is blocked: {:#?} {}", decision.steps, at());
                    }
                    Err(error) => {
                        assert_ne!(error.kind(), ErrorKind::Internal, "{error}: {}", at());
                        assert!(error.resource().is_some() && error.hint().is_some(), "{error}: {}", at());
                    }
                }
            }
        }
    }
}
