//! What is not ours to remove, or not to be removed unasked, or not to be seen.

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancerAttribute, LoadBalancerTypeEnum};
use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, Error, ErrorKind, GivenNetwork};
use tests::{Stage, left, living, writes};

use super::{V2, balancer, cluster, of_controller, place, service};

/// Somebody else's in our VPC: named, and what can go is gone.
#[test]
fn a_strangers_is_named() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    service(&stage, "shop", &[]);
    let arn = balancer(&stage, "printers", LoadBalancerTypeEnum::Network, place(&info), &[]);
    let error = stage.delete("web").expect_err("it is in the way");
    assert_eq!(error.kind(), ErrorKind::Failed);
    let named = format!("load balancer {arn} is in the network and was not made for this cluster");
    assert!(error.message().contains(&named), "{error}");
    let hint = error.hint().unwrap_or_default();
    assert!(hint.starts_with("Remove what is in the way, or ask its owner to; then delete again"), "{hint}");
    let there = living(&stage.sim);
    assert_eq!(
        (there.get(V2), there.get("AWS::EKS::Cluster"), there.get("AWS::EC2::NatGateway")),
        (Some(&1), None, None)
    );

    let (elbv2, deleted) = (stage.elbv2(), stage.elbv2().delete_load_balancer().load_balancer_arn(&arn));
    stage.run(move || deleted.send()).expect("its owner takes it away");
    let groups = elbv2.describe_target_groups();
    let groups = stage.run(move || groups.send()).expect("there").target_groups.unwrap_or_default();
    for group in groups {
        let call = stage.elbv2().delete_target_group().set_target_group_arn(group.target_group_arn);
        stage.run(move || call.send()).expect("and its target group");
    }
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// In a VPC that others use, theirs are none of our business.
#[test]
fn another_clusters_in_a_given_network() -> Result<(), Error> {
    let stage = Stage::default();
    let network = stage.given_network();
    let at = (network.vpc.as_str(), &network.subnets[..]);
    balancer(&stage, "k8s-other", LoadBalancerTypeEnum::Application, at, &of_controller("web-2"));
    balancer(&stage, "printers", LoadBalancerTypeEnum::Network, at, &[]);
    let shared = [("kubernetes.io/cluster/web", "shared".to_owned())];
    balancer(&stage, "shared", LoadBalancerTypeEnum::Network, at, &shared);
    let before = left(&stage.sim);
    let given = network.subnets.iter().fold(GivenNetwork::builder(), |it, id| it.private_subnet(id));
    let cluster = Cluster::builder().name("web").no_node_groups().network(given.build()?).build()?;
    let info = stage.create(&cluster)?;
    balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// Whoever protected it has to say otherwise; nothing is touched before.
#[test]
fn a_protected_one() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    let arn =
        balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
    let protect = |value: &str| {
        let attribute =
            LoadBalancerAttribute::builder().key("deletion_protection.enabled").value(value).build();
        let call =
            stage.elbv2().modify_load_balancer_attributes().load_balancer_arn(&arn).attributes(attribute);
        stage.run(move || call.send()).expect("accepted");
    };
    protect("true");
    let before = writes(&stage.sim);
    let error = stage.delete("web").expect_err("it is protected");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.resource(), Some(format!("load balancer {arn}").as_str()));
    assert!(error.hint().is_some_and(|hint| hint.contains("ModifyLoadBalancerAttributes")), "{error}");
    assert_eq!(writes(&stage.sim), before);
    protect("false");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Who may not look goes on, and says what was not checked.
#[test]
fn what_must_not_be_seen() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    let operation = |operation: &str| Fault {
        service: Some("elasticloadbalancing".to_owned()),
        operation: Some(operation.to_owned()),
        effect: Effect::Error {
            code: "AccessDenied".to_owned(),
            message: format!("User: ada is not authorized to perform: elasticloadbalancing:{operation}"),
            status: 403,
        },
        ..Fault::default()
    };
    stage.sim.add_fault(operation("DescribeLoadBalancers"));
    let report = stage.delete("web")?;
    let [unchecked] = &report.unchecked[..] else { panic!("{:?}", report.unchecked) };
    for part in [
        "classic load balancers were not looked for",
        "; load balancers were not looked for: User: ada is not authorized",
        "Allow elasticloadbalancing:DescribeLoadBalancers for this identity in IAM",
    ] {
        assert!(unchecked.contains(part), "{unchecked}");
    }
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
