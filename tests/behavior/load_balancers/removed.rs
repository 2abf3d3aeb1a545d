//! What goes with the cluster.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;
use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::{Cluster, Error, GivenNetwork};
use tests::{Stage, left, living};

use super::{CLASSIC, V2, balancer, changes, cluster, held_ingress, of_controller, place, service};

const NETWORK: (&str, &str) = ("service.beta.kubernetes.io/aws-load-balancer-type", "nlb");

/// Kubernetes takes them away itself, with all that it made beside them.
#[test]
fn by_kubernetes() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    service(&stage, "shop", &[]);
    service(&stage, "mail", &[NETWORK]);
    let living = living(&stage.sim);
    assert_eq!((living.get(CLASSIC), living.get(V2)), (Some(&1), Some(&1)));
    let report = stage.delete("web")?;
    assert!(
        report.deleted.contains(&"Service default/mail, Service default/shop".to_owned()),
        "{:?}",
        report.deleted
    );
    assert_eq!(report.unchecked, Vec::<String>::new());
    assert_eq!(changes(&stage, true), Vec::<String>::new(), "nothing was left to us");
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// The API server cannot be reached: all is found by its tags.
#[test]
fn without_kubernetes() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    service(&stage, "shop", &[]);
    service(&stage, "mail", &[NETWORK]);
    balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
    let auto = [("eks:eks-cluster-name", "web".to_owned())];
    balancer(&stage, "k8s-auto", LoadBalancerTypeEnum::Network, place(&info), &auto);
    stage.sim.with_world(|world| world.trouble().api_server_unreachable = true);
    let report = stage.delete("web")?;
    let named =
        report.deleted.iter().find(|it| it.starts_with("load balancers a")).cloned().unwrap_or_default();
    for name in ["app/k8s-site/", "net/k8s-auto/"] {
        assert!(named.contains(name), "{:?}", report.deleted);
    }
    assert_eq!(report.unchecked, Vec::<String>::new());
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Kubernetes lets go of one thing and holds another for ever: it is not waited for.
#[test]
fn what_kubernetes_holds() -> Result<(), Error> {
    let times = [true, false].map(|held| {
        let stage = Stage::default();
        let info = stage.create(&cluster()).expect("undisturbed");
        service(&stage, "shop", &[]);
        balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
        if held {
            held_ingress(&stage);
        }
        let began = stage.sim.now();
        stage.delete("web").expect("what is held is swept");
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "held: {held}");
        stage.sim.now().since(began).as_secs()
    });
    let [held, free] = times;
    assert!(held > free && held - free < 90, "{held} s instead of {free} s");
    Ok(())
}

/// In a VPC of somebody else's they go before the cluster, by whose name they are known.
#[test]
fn in_a_given_network() -> Result<(), Error> {
    for reachable in [true, false] {
        let stage = Stage::default();
        let network = stage.given_network();
        let before = left(&stage.sim);
        let given = network.subnets.iter().fold(GivenNetwork::builder(), |it, id| it.private_subnet(id));
        let cluster = Cluster::builder().name("web").no_node_groups().network(given.build()?).build()?;
        let info = stage.create(&cluster)?;
        let internal = ("service.beta.kubernetes.io/aws-load-balancer-internal", "true");
        service(&stage, "shop", &[internal]);
        balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
        stage.sim.with_world(move |world| world.trouble().api_server_unreachable = !reachable);
        stage.delete("web")?;
        assert_eq!(left(&stage.sim), before, "reachable: {reachable}");
    }
    Ok(())
}

/// Controllers work until the cluster is gone: what they make while it goes is seen by its interfaces.
#[test]
fn what_came_while_the_cluster_went() -> Result<(), Error> {
    for after in [60, 250, 300] {
        let stage = Stage::default();
        let info = stage.create(&cluster())?;
        let elbv2 = stage.elbv2();
        let tag =
            aws_sdk_elasticloadbalancingv2::types::Tag::builder().key("elbv2.k8s.aws/cluster").value("web");
        let call = elbv2.create_load_balancer().name("k8s-late").scheme("internal".into()).tags(tag.build());
        let call = call.set_subnets(Some(info.subnets[..2].to_vec()));
        let (sim, operation) = (stage.sim.clone(), stage.eks.delete("web"));
        let report = stage.run(move || async move {
            let late = async {
                sim.sleep_impl().sleep(Duration::from_secs(after)).await;
                call.send().await.expect("made");
            };
            tokio::join!(operation, late).0
        });
        let report = report.unwrap_or_else(|error| panic!("{after} s: {}", error.chain()));
        assert!(
            report.deleted.iter().any(|it| it.contains("app/k8s-late/")),
            "{after} s: {:?}",
            report.deleted
        );
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{after} s");
    }
    Ok(())
}

/// Tags are asked for twenty at a time.
#[test]
fn many_of_them() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    for number in 0..15 {
        let name = format!("k8s-{number}");
        balancer(&stage, &name, LoadBalancerTypeEnum::Network, place(&info), &of_controller("web"));
    }
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// A plan says what there is to go, and touches nothing.
#[test]
fn in_the_plan() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    let plan = |stage: &Stage| {
        let eks = stage.eks.clone();
        stage.run(move || async move { eks.plan_delete("web").await })
    };
    let ids = |stage: &Stage| -> Result<Vec<String>, Error> {
        Ok(plan(stage)?.steps.iter().map(|step| format!("{}: {}", step.id, step.resource)).collect())
    };
    assert!(!ids(&stage)?.iter().any(|step| step.contains("LoadBalancers")));
    service(&stage, "shop", &[]);
    balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
    let before = left(&stage.sim);
    let steps = ids(&stage)?;
    assert!(steps.contains(&"releaseLoadBalancers: Service default/shop".to_owned()), "{steps:?}");
    let sweep = steps.iter().find(|step| step.starts_with("deleteLoadBalancers: load balancers a"));
    assert!(sweep.is_some_and(|step| step.contains(", app/k8s-site/")), "{steps:?}");
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// Who has none pays three questions, once.
#[test]
fn where_there_are_none() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    stage.delete("web")?;
    let ledger = stage.sim.ledger();
    let asked = ledger.client_calls().filter(|call| call.service == "elasticloadbalancing");
    let asked: Vec<&str> = asked.map(|call| call.operation.as_str()).collect();
    assert_eq!(asked, ["DescribeLoadBalancers", "DescribeLoadBalancers", "DescribeTargetGroups"]);
    Ok(())
}
