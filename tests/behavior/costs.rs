//! What a plan says of money, and a client that must not spend more than it is allowed to.

use eks_core::simulator::{Effect, Fault, SimulatorExt};
use eks_core::{Cluster, CreateOptions, Error, ErrorKind, Guards};
use tests::{REGION, Stage, left, said, writes};

fn guarded(stage: &Stage, guards: Guards) -> Stage {
    let eks = stage.sim.eks_builder().guards(guards).config(stage.sim.sdk_config(REGION));
    Stage { eks, sim: stage.sim.clone() }
}

fn web() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

fn deny_prices(stage: &Stage) {
    stage.sim.add_fault(Fault {
        service: Some("pricing".to_owned()),
        effect: Effect::Error {
            code: "AccessDeniedException".to_owned(),
            message: "User is not authorized to perform: pricing:GetProducts".to_owned(),
            status: 400,
        },
        ..Fault::default()
    });
}

#[test]
fn a_plan_has_the_prices_of_its_region() -> Result<(), Error> {
    let stage = Stage::default();
    let plan = stage.plan(&web())?;
    let cost = plan.cost.as_ref().expect("a cost");
    assert!((cost.dollars_per_hour().expect("all is known") - 0.3695).abs() < 1e-3, "{cost}");
    let text = plan.to_string();
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("   cost ")).take(3).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
       cost                    $0.37 an hour, $270 a month (list prices, the oldest of 2026-01-19)
                               control plane $0.100, NAT gateway $0.045, 3 × public IPv4 address $0.015, 2 × m5.large $0.192, 2 × 80 GiB disk $0.018
                               and by use: traffic through the NAT gateway
    ");
    Ok(())
}

/// What the ledger charges for an hour of control plane, gateway, addresses, nodes and disks is what the plan had said.
#[test]
fn what_is_charged_is_what_was_said() -> Result<(), Error> {
    let stage = Stage::default();
    let plan = stage.plan(&web())?;
    stage.create(&web())?;
    let cost = |stage: &Stage| stage.sim.ledger().cost(stage.sim.now());
    let before = cost(&stage);
    stage.sim.advance(std::time::Duration::from_secs(3600));
    let charged = cost(&stage) - before;
    let items = plan.cost.expect("a cost").items;
    let said: f64 = items.iter().filter_map(|it| it.dollars_per_hour()).sum();
    assert!((charged - said).abs() < 1e-6, "charged ${charged}, said ${said}");
    Ok(())
}

/// A plan does not fail for want of prices.
#[test]
fn who_may_not_ask_for_prices_has_a_plan_without_them() -> Result<(), Error> {
    let stage = Stage::default();
    deny_prices(&stage);
    let cost = stage.plan(&web())?.cost.expect("a cost");
    assert_eq!(cost.dollars_per_hour(), None);
    insta::assert_snapshot!(cost.to_string(), @"at least $0.12 an hour, $84 a month (list prices, the oldest of 2026-11-22): control plane $0.100, 3 × public IPv4 address $0.015; unknown: NAT gateway, 2 × m5.large, 2 × 80 GiB disk");
    Ok(())
}

#[test]
fn prices_are_asked_for_by_who_reads_them_alone() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&web())?;
    let asked = stage.sim.ledger().client_calls().filter(|call| call.service == "pricing").count();
    assert_eq!(asked, 0);
    Ok(())
}

#[test]
fn too_dear_a_cluster_is_not_begun() -> Result<(), Error> {
    let stage = guarded(&Stage::default(), Guards::default().highest_dollars_per_hour(0.3));
    let error = stage.create(&web()).expect_err("too dear");
    insta::assert_snapshot!(said(&error), @r"
    Guarded
      resource: cluster web
      message: guard `highestDollarsPerHour` forbids to create it: it costs $0.370 an hour, and $0.3 is allowed
      hint: Nothing was touched. Choose fewer or smaller nodes, or use a client whose guards allow it
    ");
    assert_eq!(writes(&stage.sim), [""; 0]);
    let handle = stage.eks.create_handle(&web())?;
    let eks = stage.eks.clone();
    let tick = stage.run(move || async move { eks.tick(handle).await }).expect_err("too dear");
    assert_eq!((tick.kind(), writes(&stage.sim).len()), (ErrorKind::Guarded, 0));

    let small = Cluster::builder().name("web").no_node_groups().build()?;
    let create = stage.eks.create_with(&small, CreateOptions::default().preflight(true));
    stage.run(move || create)?;
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}

#[test]
fn what_has_no_known_price_is_not_begun_unless_that_is_allowed() -> Result<(), Error> {
    let stage = Stage::default();
    deny_prices(&stage);
    let guards = Guards::default().highest_dollars_per_hour(1.0);
    let careful = guarded(&stage, guards.clone());
    let error = careful.create(&web()).expect_err("unknown prices");
    insta::assert_snapshot!(said(&error), @r"
    Guarded
      resource: cluster web
      message: guard `highestDollarsPerHour` forbids to create it: these prices are unknown: NAT gateway (AWS's Price List did not tell it for us-west-2), 2 × m5.large (AWS's Price List did not tell it for us-west-2), 2 × 80 GiB disk (AWS's Price List did not tell it for us-west-2)
      hint: Nothing was touched. Allow the caller `pricing:GetProducts`, or set `allowUnknownPrices` in the guards
    ");
    assert_eq!(writes(&stage.sim), [""; 0]);
    guarded(&stage, guards.allow_unknown_prices()).create(&web()).map(drop)
}
