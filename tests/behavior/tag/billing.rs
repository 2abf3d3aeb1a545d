//! What billing makes of the tags: it knows a key hours after its first use, and has to be told to split costs by it.

use std::time::Duration;

use eks_core::simulator::{Settings, Trouble};
use eks_core::{Cluster, CostTagStatus, Error, TagChange, TagOptions, TagReport};
use tests::{Stage, writes};

use super::{change, tag};

fn stage(linked_account: bool) -> Result<Stage, Error> {
    let trouble = Trouble { linked_account, ..Trouble::default() };
    let stage = Stage::with(Settings { trouble, ..Settings::default() });
    stage.create(&Cluster::builder().name("web").build()?)?;
    Ok(stage)
}

fn activate(stage: &Stage, change: &TagChange) -> Result<TagReport, Error> {
    let tag = stage.eks.tag_with("web", change, TagOptions::default().activate(true));
    stage.run(move || tag)
}

fn status(report: &TagReport) -> Vec<(&str, CostTagStatus)> {
    report.billing.iter().map(|(key, status)| (key.as_str(), *status)).collect()
}

fn activations(stage: &Stage) -> usize {
    writes(&stage.sim).iter().filter(|it| it.starts_with("ce:")).count()
}

#[test]
fn a_key_is_activated_once_billing_knows_it() -> Result<(), Error> {
    use CostTagStatus::{Active, Inactive, Unseen};
    let stage = stage(false)?;
    let report = activate(&stage, &change())?;
    assert_eq!(status(&report), [("aws:eks:cluster-name", Unseen), ("cost-center", Unseen)]);
    insta::assert_snapshot!(report.billing_problem.as_deref().unwrap_or_default());
    assert!(report.is_whole(), "{report}");
    assert_eq!(activations(&stage), 0);

    stage.sim.advance(Duration::from_secs(24 * 3600));
    let report = tag(&stage, &change())?;
    assert_eq!(status(&report), [("aws:eks:cluster-name", Inactive), ("cost-center", Inactive)]);
    assert_eq!(activations(&stage), 0, "nobody asked for it");

    let report = activate(&stage, &change())?;
    assert_eq!(status(&report), [("aws:eks:cluster-name", Active), ("cost-center", Active)]);
    assert_eq!((report.is_whole(), report.billing_problem), (true, None));
    assert_eq!(activations(&stage), 1);
    activate(&stage, &change())?;
    assert_eq!(activations(&stage), 1);
    Ok(())
}

#[test]
fn a_member_account_is_told_that_billing_is_not_its_own() -> Result<(), Error> {
    let stage = stage(true)?;
    let report = activate(&stage, &change())?;
    assert!(report.billing.values().all(|status| *status == CostTagStatus::Unchecked), "{report}");
    insta::assert_snapshot!(report.billing_problem.as_deref().unwrap_or_default());
    assert!(report.is_whole(), "{report}");
    assert!(report.tagged.iter().any(|it| it.kind == "instances"), "{report}");
    assert_eq!(activations(&stage), 0);
    Ok(())
}
