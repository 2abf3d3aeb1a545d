//! Stacks that eksctl left without their cluster: it is gone, or was never made.

use eks_core::{DeleteOptions, Error, ErrorKind};
use tests::{Eksctl, Stage, eksctl_that_failed, left, writes};

use super::{allowed, delete};

/// Somebody has deleted the cluster by EKS's own API (facts/eksctl.md §5: eksctl fails on what is left).
#[test]
fn of_a_cluster_that_is_gone() -> Result<(), Error> {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    eksctl.pod_identity_role("default", "app");
    let call = stage.eks_api().delete_cluster().name("web");
    stage.run(move || call.send()).expect("it is empty");
    stage.sim.advance(std::time::Duration::from_secs(900));
    let before = writes(&stage.sim).len();
    let foreign = delete(&stage, DeleteOptions::default()).expect_err("they are eksctl's");
    assert_eq!(foreign.kind(), ErrorKind::AlreadyExists);
    assert!(
        foreign.message().contains("eksctl-web-cluster, eksctl-web-podidentityrole-default-app"),
        "{foreign}"
    );
    assert_eq!(writes(&stage.sim).len(), before);
    let report = delete(&stage, allowed())?;
    assert!(report.found);
    assert_eq!(report.deleted, ["stack eksctl-web-podidentityrole-default-app", "stack eksctl-web-cluster"]);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// The create failed and was rolled back: `eksctl delete` says that there is no cluster (eksctl#6620).
#[test]
fn of_a_cluster_that_was_never_made() -> Result<(), Error> {
    let stage = Stage::default();
    eksctl_that_failed(&stage, "web");
    let report = delete(&stage, allowed())?;
    assert_eq!(report.deleted, ["stack eksctl-web-cluster"]);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn nothing_at_all_is_no_error() -> Result<(), Error> {
    let stage = Stage::default();
    let report = delete(&stage, DeleteOptions::default())?;
    assert!(!report.found);
    assert_eq!(writes(&stage.sim), Vec::<String>::new());
    Ok(())
}
