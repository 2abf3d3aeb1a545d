//! The clusters of many regions: what one of them refuses hides no other.

use eks_core::simulator::{Effect, Fault, SimulatorExt};
use eks_core::{Cluster, ClusterList, Error, ErrorKind, ListOptions, Nat, Network, NewNetwork};
use tests::{REGION, Stage, writes};

/// The other region of the story.
const ELSEWHERE: &str = "eu-west-1";
/// A region that nobody has enabled.
const CLOSED: &str = "eu-south-1";

fn list(stage: &Stage, options: ListOptions) -> Result<ClusterList, Error> {
    let eks = stage.eks.clone();
    stage.run(move || async move { eks.list_with(options).await })
}

/// A cluster here, and one of the same name elsewhere that somebody else has.
fn account() -> Stage {
    let stage = Stage::default();
    let there = Stage { eks: stage.eks.in_region(ELSEWHERE), sim: stage.sim.clone() };
    let network = Network::New(NewNetwork { nat: Some(Nat::None), ..NewNetwork::default() });
    let cluster = Cluster::builder().name("web").no_node_groups().no_addons().build().expect("valid");
    let cluster = Cluster { network, ..cluster };
    stage.create(&cluster).expect("undisturbed");
    there.create(&cluster).expect("undisturbed");
    let api = aws_sdk_eks::Client::new(&stage.sim.sdk_config(ELSEWHERE));
    stage.run(move || async move {
        let cluster = api.describe_cluster().name("web").send().await.expect("there").cluster.expect("there");
        let keys = cluster.tags.unwrap_or_default().into_keys().collect();
        let untag = api.untag_resource().resource_arn(cluster.arn.unwrap_or_default());
        untag.set_tag_keys(Some(keys)).send().await.expect("untagged");
    });
    stage
}

fn places(list: &ClusterList) -> Vec<(&str, &str, bool)> {
    list.clusters.iter().map(|it| (it.region.as_str(), it.name.as_str(), it.ours)).collect()
}

#[test]
fn all_regions_at_once() -> Result<(), Error> {
    let stage = account();
    let (calls, wrote) = (stage.sim.ledger().client_calls().count(), writes(&stage.sim).len());
    let everywhere = list(&stage, ListOptions::default().all_regions())?;
    assert_eq!(places(&everywhere), [(ELSEWHERE, "web", false), (REGION, "web", true)]);
    assert!(everywhere.is_complete(), "{everywhere}");
    let version = &everywhere.clusters[0].version;
    assert_eq!(
        everywhere.to_string(),
        format!(
            "eu-west-1  web  {version}  Active  made by others\nus-west-2  web  {version}  Active  ours\n"
        )
    );
    // One for the regions, one for each of the seventeen that need no opting in, one for each cluster.
    assert_eq!(stage.sim.ledger().client_calls().count() - calls, 1 + 17 + 2);
    assert_eq!(writes(&stage.sim).len(), wrote, "a list changes nothing");

    // Unasked it is the client's own region.
    assert_eq!(places(&list(&stage, ListOptions::default())?), [(REGION, "web", true)]);
    let here = stage.eks.clone();
    assert_eq!(stage.run(move || async move { here.list().await })?.len(), 1);
    Ok(())
}

#[test]
fn a_region_that_cannot_be_asked_is_named_with_the_reason() -> Result<(), Error> {
    let stage = account();
    let options = || ListOptions::default().region(REGION).region(CLOSED).region("Oregon");
    let found = list(&stage, options())?;
    assert_eq!(places(&found), [(REGION, "web", true)]);
    let failed: Vec<_> =
        found.failed_regions.iter().map(|it| (it.region.as_str(), it.error.kind())).collect();
    assert_eq!(failed, [("Oregon", ErrorKind::InvalidSpec), (CLOSED, ErrorKind::NoCredentials)]);
    let hint = found.failed_regions[1].error.hint().unwrap_or_default();
    assert!(hint.contains("eu-south-1 is probably not enabled in this account"), "{hint}");
    assert!(!found.is_complete());
    assert!(found.to_string().contains("eu-south-1  not looked at: "), "{found}");

    // A policy that closes a region, in the middle of the answer.
    stage.sim.add_fault(Fault {
        operation: Some("DescribeCluster".to_owned()),
        times: Some(1),
        effect: Effect::Error {
            code: "AccessDeniedException".to_owned(),
            message: "User: x is not authorized to perform: eks:DescribeCluster".to_owned(),
            status: 403,
        },
        ..Fault::default()
    });
    let found = list(&stage, ListOptions::default().region(REGION).region(ELSEWHERE))?;
    assert_eq!((found.clusters.len(), found.failed_regions.len()), (1, 1));
    assert_eq!(found.failed_regions[0].error.kind(), ErrorKind::AccessDenied);

    // Where no region answers the keys may be wrong after all.
    let nowhere = list(&stage, ListOptions::default().region(CLOSED))?;
    let hint = nowhere.failed_regions[0].error.hint().unwrap_or_default();
    assert!(hint.contains("AWS does not know these keys"), "{hint}");
    Ok(())
}

#[test]
fn regions_that_are_not_known_are_an_error() {
    let stage = account();
    stage.sim.add_fault(Fault {
        operation: Some("DescribeRegions".to_owned()),
        effect: Effect::Error {
            code: "UnauthorizedOperation".to_owned(),
            message: "You are not authorized to perform this operation.".to_owned(),
            status: 403,
        },
        ..Fault::default()
    });
    let error = list(&stage, ListOptions::default().all_regions()).expect_err("nobody knows the regions");
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
    assert!(list(&stage, ListOptions::default().region(ELSEWHERE)).expect("named").is_complete());
}

/// Throttled now and then, as in a large account: every region comes in the end.
#[test]
fn a_list_in_bad_weather() -> Result<(), Error> {
    let stage = account();
    stage.sim.add_fault(Fault { every: Some(3), effect: Effect::Throttle, ..Fault::default() });
    let found = list(&stage, ListOptions::default().all_regions())?;
    assert_eq!(places(&found), [(ELSEWHERE, "web", false), (REGION, "web", true)], "{found}");
    assert!(found.is_complete(), "{found}");
    Ok(())
}
