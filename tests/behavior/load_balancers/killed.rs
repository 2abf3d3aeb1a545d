//! A delete with load balancers that dies at every call, and the same call again.

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;
use eks_core::Cluster;
use eks_core::simulator::Effect;
use tests::{Stage, left};

use super::{balancer, cluster, of_controller, place, service};

/// A cluster with a Service's load balancer, and one of a controller that is no more; without nodes where Kubernetes
/// cannot be reached, so that every call can have its turn.
fn stage(reachable: bool) -> Stage {
    let stage = Stage::default();
    let bare = Cluster::builder().name("web").no_node_groups().build().expect("valid");
    let info = stage.create(&if reachable { cluster() } else { bare }).expect("undisturbed");
    service(&stage, "shop", &[]);
    balancer(&stage, "k8s-site", LoadBalancerTypeEnum::Application, place(&info), &of_controller("web"));
    stage.sim.with_world(move |world| world.trouble().api_server_unreachable = !reachable);
    stage
}

fn calls(stage: &Stage) -> u64 {
    stage.sim.ledger().client_calls().count() as u64
}

fn sweep(reachable: bool, stride: usize) {
    let undisturbed = stage(reachable);
    let began = calls(&undisturbed);
    undisturbed.delete("web").expect("undisturbed");
    let deaths = [Effect::DieAfterAccept, Effect::DieBeforeAccept];
    for (call, effect) in (began..calls(&undisturbed)).step_by(stride).zip(deaths.iter().cycle()) {
        let case = format!("call {call}, {effect:?}");
        let stage = stage(reachable);
        stage.die_at(call, effect);
        let _dead = stage.try_delete("web");
        stage.sim.clear_faults();
        let stage = stage.another_process();
        stage.delete("web").unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{case}");
    }
}

#[test]
fn with_kubernetes() {
    sweep(true, 3);
}

#[test]
fn without_kubernetes() {
    sweep(false, 1);
}
