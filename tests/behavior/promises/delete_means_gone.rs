//! Delete means gone: every resource of ours, what Kubernetes and EKS left behind, and the name. What cannot be
//! removed is named, with the reason.

use std::time::Duration;

use aws_sdk_ec2::types::{IpPermission, ResourceType, Tag, TagSpecification, UserIdGroupPair};
use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::simulator::{Effect, Fault, Settings, Trouble};
use eks_core::{
    Cluster, ClusterInfo, DeleteOptions, Error, ErrorKind, Event, EventKind, GivenNetwork, NodeGroup,
};
use tests::{Stage, left, living, writes};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

fn tags(kind: ResourceType, pairs: &[(&str, &str)]) -> TagSpecification {
    let tags = pairs.iter().map(|(key, value)| Tag::builder().key(*key).value(*value).build());
    TagSpecification::builder().resource_type(kind).set_tags(Some(tags.collect())).build()
}

/// A network interface that nobody has attached.
fn interface(
    stage: &Stage,
    subnet: &str,
    description: &str,
    groups: &[String],
    pairs: &[(&str, &str)],
) -> String {
    let call = stage.ec2().create_network_interface().subnet_id(subnet).description(description);
    let call = call.set_groups((!groups.is_empty()).then(|| groups.to_vec()));
    let tagged = (!pairs.is_empty()).then(|| vec![tags(ResourceType::NetworkInterface, pairs)]);
    let made = stage.run(move || call.set_tag_specifications(tagged).send()).expect("made");
    made.network_interface.and_then(|it| it.network_interface_id).expect("an id")
}

fn group(stage: &Stage, vpc: &str, name: &str, pairs: &[(&str, &str)]) -> String {
    let call = stage.ec2().create_security_group().vpc_id(vpc).group_name(name).description(name);
    let call = call.tag_specifications(tags(ResourceType::SecurityGroup, pairs));
    stage.run(move || call.send()).expect("made").group_id.expect("an id")
}

/// Lets one group in at another, so that neither of two can be deleted first.
fn let_in(stage: &Stage, at: &str, from: &str) {
    let pair = UserIdGroupPair::builder().group_id(from).build();
    let rule = IpPermission::builder().ip_protocol("-1").user_id_group_pairs(pair).build();
    let call = stage.ec2().authorize_security_group_ingress().group_id(at).ip_permissions(rule);
    stage.run(move || call.send()).expect("authorized");
}

/// What controllers and the CNI leave in the cluster's VPC (facts/aws.md §9), in one of its subnets.
fn litter(stage: &Stage, info: &ClusterInfo) -> Vec<String> {
    let vpc = info.vpc.as_deref().expect("it is in a VPC");
    let owned = ("kubernetes.io/cluster/web", "owned");
    let one = group(stage, vpc, "k8s-elb-a1b2", &[owned]);
    let other = group(stage, vpc, "k8s-traffic-web", &[("elbv2.k8s.aws/cluster", "web")]);
    let_in(stage, &one, &other);
    let_in(stage, &other, &one);
    let eks = info.security_group.clone().expect("EKS made one");
    let subnet = &info.subnets[0];
    let with = |description, pairs: &[(&str, &str)]| {
        interface(stage, subnet, description, std::slice::from_ref(&eks), pairs)
    };
    vec![
        with("aws-K8S-i-0a1b2c3d4e5f60718", &[("cluster.k8s.amazonaws.com/name", "web")]),
        with(
            "",
            &[("node.k8s.amazonaws.com/instance_id", "i-0a"), ("cluster.k8s.amazonaws.com/name", "web")],
        ),
        one,
        other,
    ]
}

#[test]
fn what_pods_and_controllers_left() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    litter(&stage, &info);
    let report = stage.delete("web")?;
    let leftovers = format!("leftovers in {}", info.vpc.as_deref().unwrap_or_default());
    assert!(report.deleted.contains(&leftovers), "{:?}", report.deleted);
    assert_eq!(report.unchecked, Vec::<String>::new());
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// The CNI can lose an interface while the cluster goes; EKS then leaves its own security group behind.
#[test]
fn what_was_left_at_the_last_moment() -> Result<(), Error> {
    for after in [10, 100, 200, 230, 300, 370] {
        let stage = Stage::default();
        let info = stage.create(&cluster())?;
        let groups = info.security_group.clone().into_iter().collect();
        let (ec2, sim, operation) = (stage.ec2(), stage.sim.clone(), stage.eks.delete("web"));
        let description = "aws-K8S-i-0a1b2c3d4e5f60718";
        let call = ec2.create_network_interface().subnet_id(&info.subnets[0]).description(description);
        let call = call.set_groups(Some(groups));
        let report = stage.run(move || async move {
            let lose = async {
                sim.sleep_impl().sleep(Duration::from_secs(after)).await;
                call.send().await.expect("made");
            };
            tokio::join!(operation, lose).0
        });
        report.unwrap_or_else(|error| panic!("{after} s: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{after} s");
    }
    Ok(())
}

/// In a VPC that others use, what is tagged as the cluster's goes; everything else is its owner's.
#[test]
fn in_a_given_network() -> Result<(), Error> {
    let stage = Stage::default();
    let network = stage.given_network();
    let given =
        network.subnets.iter().fold(GivenNetwork::builder(), |it, id| it.private_subnet(id)).build()?;
    let cluster = Cluster::builder().name("web").no_node_groups().network(given).build()?;
    let owners = group(&stage, &network.vpc, "printers", &[("Name", "printers")]);
    let theirs = [
        interface(&stage, &network.subnets[0], "a printer", std::slice::from_ref(&owners), &[]),
        interface(
            &stage,
            &network.subnets[1],
            "aws-K8S-i-0b",
            &[],
            &[("cluster.k8s.amazonaws.com/name", "shop")],
        ),
        interface(&stage, &network.subnets[1], "aws-K8S-i-0c", &[], &[]),
    ];
    let before = left(&stage.sim);
    let info = stage.create(&cluster)?;
    litter(&stage, &info);
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), before, "{theirs:?}");
    Ok(())
}

/// Somebody else's interface with EKS's security group in our VPC: neither is ours to remove.
#[test]
fn what_cannot_be_removed_is_named() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    let printer = interface(
        &stage,
        &info.subnets[0],
        "a printer",
        &info.security_group.clone().into_iter().collect::<Vec<_>>(),
        &[],
    );
    let began = stage.sim.now();
    let error = stage.delete("web").expect_err("a printer is in the way");
    assert_eq!(error.kind(), ErrorKind::Failed);
    let named = format!(
        "network interface {printer} (a printer) is in the network and was not made for this cluster"
    );
    assert!(error.message().contains(&named), "{error}");
    let hint = error.hint().unwrap_or_default();
    assert!(hint.starts_with("Remove what is in the way, or ask its owner to; then delete again"), "{hint}");
    assert!(hint.contains("`retain_what_is_stuck`"), "{hint}");
    // CloudFormation tries for a quarter of an hour (facts/aws.md §1.1); once is enough.
    let minutes = stage.sim.now().since(began).as_secs() / 60;
    assert!(minutes < 30, "{minutes} minutes");
    assert!(!living(&stage.sim).contains_key("AWS::EKS::Cluster"), "what could go is gone");

    let call = stage.ec2().delete_network_interface().network_interface_id(&printer);
    stage.run(move || call.send()).expect("its owner takes it away");
    let report = stage.delete("web")?;
    assert!(report.found);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

const AUTOMATION: &str = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

/// A cluster to whose roles security automation has done what it does (facts/failures.md D11): its policies, an inline one,
/// an instance profile.
fn automated(stage: &Stage) -> Result<Vec<String>, Error> {
    let group = NodeGroup::builder().name("web").own_role(true).build()?;
    stage.create(&Cluster::builder().name("web").node_group(group).build()?)?;
    let roles = automate(stage);
    assert_eq!(roles.len(), 2, "of the control plane and of the group: {roles:?}");
    Ok(roles)
}

/// Does it to every role of the account, and gives their names.
fn automate(stage: &Stage) -> Vec<String> {
    let ledger = stage.sim.ledger();
    let roles: Vec<String> =
        ledger.left().into_iter().filter(|it| it.kind == "AWS::IAM::Role").map(|it| it.id.clone()).collect();
    let (iam, named) = (aws_sdk_iam::Client::new(&stage.sdk()), roles.clone());
    stage.run(move || async move {
        for role in &named {
            iam.attach_role_policy().role_name(role).policy_arn(AUTOMATION).send().await.expect("attached");
            let inline = iam.put_role_policy().role_name(role).policy_name("watch").policy_document(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#,
            );
            inline.send().await.expect("written");
        }
        iam.create_instance_profile().instance_profile_name("theirs").send().await.expect("a profile");
        let add = iam.add_role_to_instance_profile().instance_profile_name("theirs").role_name(&named[0]);
        add.send().await.expect("added");
    });
    roles
}

#[test]
fn roles_with_somebody_elses_policies() -> Result<(), Error> {
    let stage = Stage::default();
    let roles = automated(&stage)?;
    let report = stage.delete("web")?;
    let mut expected = vec![format!("role {} from instance profile theirs", roles[0])];
    for role in &roles {
        expected.push(format!("policy {AUTOMATION} from role {role}"));
        expected.push(format!("inline policy watch of role {role}"));
    }
    let mut detached = report.detached.clone();
    [&mut detached, &mut expected].into_iter().for_each(|list| list.sort());
    assert_eq!(detached, expected);
    // Their instance profile is theirs.
    assert_eq!(left(&stage.sim), ["AWS::IAM::InstanceProfile theirs"]);
    Ok(())
}

/// Killed at every call that has to do with them, before and after it was accepted.
#[test]
fn roles_with_somebody_elses_policies_killed_at_every_call() -> Result<(), Error> {
    let stage = Stage::default();
    automated(&stage)?;
    let before = stage.sim.ledger().client_calls().count();
    stage.delete("web")?;
    let ledger = stage.sim.ledger();
    let of_iam = ledger.client_calls().enumerate().skip(before).filter(|(_, call)| call.service == "iam");
    let calls: Vec<u64> = of_iam.map(|(index, _)| index as u64).collect();
    assert!(calls.len() > 10, "{calls:?}");
    for call in calls {
        for effect in [Effect::DieBeforeAccept, Effect::DieAfterAccept] {
            let stage = Stage::default();
            automated(&stage)?;
            stage.die_at(call, &effect);
            let _dead = stage.try_delete("web");
            stage.sim.clear_faults();
            let stage = stage.another_process();
            stage.delete("web")?;
            assert_eq!(left(&stage.sim), ["AWS::IAM::InstanceProfile theirs"], "{call}, {effect:?}");
        }
    }
    Ok(())
}

/// Who may look at roles and not change them deletes the rest: a network costs more than a role.
#[test]
fn roles_from_which_nothing_may_be_taken() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    automate(&stage);
    for operation in ["DetachRolePolicy", "DeleteRolePolicy", "RemoveRoleFromInstanceProfile"] {
        stage.sim.add_fault(Fault {
            operation: Some(operation.to_owned()),
            effect: Effect::Error {
                code: "AccessDenied".to_owned(),
                message: format!("User is not authorized to perform: iam:{operation}"),
                status: 403,
            },
            ..Fault::default()
        });
    }
    let (events, outcome) = stage.watch(stage.eks.delete("web"));
    let error = outcome.expect_err("the roles cannot go");
    assert!(error.hint().is_some_and(|it| it.starts_with("Take from the role")), "{error}");
    let skipped = |event: &Event| match &event.kind {
        EventKind::StepSkipped { reason, .. } => reason.contains("iam:DetachRolePolicy"),
        _ => false,
    };
    assert!(events.iter().any(skipped), "{events:#?}");
    let kinds: Vec<String> = living(&stage.sim).into_keys().collect();
    let stays = ["AWS::CloudFormation::Stack", "AWS::IAM::InstanceProfile", "AWS::IAM::Role"];
    assert_eq!(kinds, stays, "everything else is gone");
    stage.sim.clear_faults();
    let (events, outcome) = stage.watch(stage.eks.delete("web"));
    let detached: Vec<String> = events.iter().flat_map(detached).collect();
    assert_eq!(outcome?.detached, detached, "what is reported was told");
    assert_eq!(detached.len(), 3, "{detached:?}");
    assert_eq!(left(&stage.sim), ["AWS::IAM::InstanceProfile theirs"]);
    Ok(())
}

fn detached(event: &Event) -> Vec<String> {
    match &event.kind {
        EventKind::Detached { what, .. } => what.clone(),
        _ => Vec::new(),
    }
}

/// Who may not look at roles deletes all the same; what they hold is then CloudFormation's to say.
#[test]
fn roles_that_may_not_be_looked_at() -> Result<(), Error> {
    let deny = |stage: &Stage| {
        stage.sim.add_fault(Fault {
            service: Some("iam".to_owned()),
            effect: Effect::Error {
                code: "AccessDenied".to_owned(),
                message: "User is not authorized to perform: iam:ListAttachedRolePolicies".to_owned(),
                status: 403,
            },
            ..Fault::default()
        });
    };
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    deny(&stage);
    let report = stage.delete("web")?;
    assert!(report.unchecked.iter().any(|it| it.contains("iam:ListAttachedRolePolicies")), "{report:?}");
    assert_eq!(left(&stage.sim), Vec::<String>::new());

    let stage = Stage::default();
    automated(&stage)?;
    deny(&stage);
    let error = stage.delete("web").expect_err("the roles cannot go");
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.message().contains("must detach all policies first"), "{error}");
    assert!(error.hint().is_some_and(|it| it.contains("iam:ListAttachedRolePolicies")), "{error}");
    stage.sim.clear_faults();
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), ["AWS::IAM::InstanceProfile theirs"]);
    Ok(())
}

#[test]
fn a_node_group_whose_delete_fails() -> Result<(), Error> {
    for (times, gone) in [(1, true), (2, true), (9, false)] {
        let trouble = Trouble { stuck_nodegroup_deletes: times, ..Trouble::default() };
        let stage = Stage::with(Settings { trouble, ..Settings::default() });
        stage.create(&cluster())?;
        match stage.delete("web") {
            Ok(_) => assert!(gone, "{times} times"),
            Err(error) => {
                assert!(!gone, "{times} times: {}", error.chain());
                assert_eq!(error.kind(), ErrorKind::Failed);
                assert!(error.resource().is_some_and(|it| it.starts_with("node group ")), "{error}");
                assert_eq!(error.code(), Some("Ec2SecurityGroupDeletionFailure"));
                stage.sim.with_world(|world| world.trouble().stuck_nodegroup_deletes = 0);
                stage.delete("web")?;
            }
        }
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{times} times");
    }
    Ok(())
}

/// Groups that somebody made in our cluster go with it (facts/failures.md D6), also while it is being deleted.
#[test]
fn somebody_elses_node_group_in_our_cluster() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    let ours = stage.run({
        let call = stage
            .eks_api()
            .describe_nodegroup()
            .cluster_name("web")
            .nodegroup_name(&info.node_groups[0].name);
        move || call.send()
    });
    let role = ours.expect("there").nodegroup.and_then(|group| group.node_role).expect("a role");
    let call =
        stage.eks_api().create_nodegroup().cluster_name("web").nodegroup_name("theirs").node_role(role);
    let call = call.set_subnets(Some(info.subnets[..1].to_vec()));
    let (sim, operation) = (stage.sim.clone(), stage.eks.delete("web"));
    let report = stage.run(move || async move {
        let theirs = async {
            // The delete has listed the groups and is at work on ours.
            sim.sleep_impl().sleep(Duration::from_secs(30)).await;
            call.send().await.expect("made");
        };
        tokio::join!(operation, theirs).0
    });
    let report = report?;
    assert!(report.deleted.iter().any(|it| it == "node group theirs"), "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_protected_cluster_is_not_touched() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    let protect = |protected| {
        let call = stage.eks_api().update_cluster_config().name("web").deletion_protection(protected);
        stage.run(move || call.send()).expect("accepted");
        stage.sim.advance(Duration::from_secs(300));
    };
    protect(true);
    let before = writes(&stage.sim);
    let error = stage.delete("web").expect_err("it is protected");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Conflict, Some("cluster web")));
    assert_eq!(error.message(), "the cluster is protected against deletion");
    assert!(error.hint().is_some_and(|hint| hint.starts_with("Nothing was touched.")), "{error}");
    assert_eq!(writes(&stage.sim), before);
    protect(false);
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Protection is off before anything is deleted, and a delete that dies on the way goes on.
#[test]
fn a_protected_cluster_goes_when_the_caller_says_so() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    let call = stage.eks_api().update_cluster_config().name("web").deletion_protection(true);
    stage.run(move || call.send()).expect("accepted");
    stage.sim.advance(Duration::from_secs(900));
    let before = writes(&stage.sim).len();
    let options = DeleteOptions::default().disable_deletion_protection(true);
    let first = stage.eks.delete_with("web", options.clone().timeout_seconds(30));
    let error = stage.run(move || first).expect_err("an update takes a minute");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(writes(&stage.sim).len() - before, 2, "{:?}", writes(&stage.sim));
    let operation = stage.eks.delete_with("web", options);
    let report = stage.run(move || operation)?;
    assert_eq!(report.deleted.iter().filter(|it| *it == "cluster web").count(), 1, "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn what_never_was_is_no_error() -> Result<(), Error> {
    let stage = Stage::default();
    let report = stage.delete("web")?;
    assert!(!report.found);
    assert_eq!(writes(&stage.sim), Vec::<String>::new());
    Ok(())
}
