//! Options of a control plane: each gets to AWS, a second create finds nothing to do, and a delete leaves nothing.

use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::simulator::Settings;
use eks_core::{
    AccessConfig, AuthenticationMode, Cluster, ControlPlaneTier, CreateOptions, Error, ErrorKind,
    SecretsEncryption,
};
use tests::{Stage, left, writes};

const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn described(stage: &Stage) -> aws_sdk_eks::types::Cluster {
    let call = stage.eks_api().describe_cluster().name("web");
    stage.run(move || call.send()).expect("described").cluster.expect("a cluster")
}

#[test]
fn all_together() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder()
        .name("web")
        .secrets_encryption(SecretsEncryption::key(KEY))
        .access_config(AccessConfig {
            authentication_mode: Some(AuthenticationMode::Api),
            ..AccessConfig::default()
        })
        .zonal_shift(true)
        .control_plane_tier(ControlPlaneTier::Xl)
        .build()?;
    let plan = stage.plan(&cluster)?;
    let how = plan.contents.iter().find(|it| it.what == "control plane").map(|it| it.how.clone());
    let expected =
        format!("encrypted with {KEY}, zonal shift, scaling tier tier-xl, access by entries alone");
    assert_eq!(how, Some(expected));

    stage.create(&cluster)?;
    let made = described(&stage);
    let encryption = &made.encryption_config()[0];
    assert_eq!(encryption.provider().and_then(|it| it.key_arn()), Some(KEY));
    let mode = made.access_config().and_then(|it| it.authentication_mode());
    assert_eq!(mode.map(|mode| mode.as_str()), Some("API"));
    assert_eq!(made.zonal_shift_config().and_then(|it| it.enabled()), Some(true));
    let tier = made.control_plane_scaling_config().and_then(|it| it.tier());
    assert_eq!(tier.map(|tier| tier.as_str()), Some("tier-xl"));

    assert!(stage.plan(&cluster)?.is_empty());
    let other = Cluster { zonal_shift: Some(false), ..cluster };
    let error = stage.create(&other).expect_err("another spec");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains("zonalShift was true and is now false"), "{error}");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn what_is_protected_is_not_deleted_and_nothing_is_touched() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").deletion_protection(true).build()?)?;
    let before = writes(&stage.sim).len();
    let error = stage.delete("web").expect_err("protected");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint().is_some_and(|hint| hint.contains("deletion protection off")), "{error}");
    assert_eq!(writes(&stage.sim).len(), before);

    let call = stage.eks_api().update_cluster_config().name("web").deletion_protection(false);
    let sim = stage.sim.clone();
    stage.run(move || async move {
        call.send().await.expect("accepted");
        // facts/aws.md §1.1: an update of a cluster's configuration takes minutes.
        sim.sleep_impl().sleep(Duration::from_secs(3_600)).await;
    });
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_creator_who_is_no_administrator_goes_by_what_eks_says() -> Result<(), Error> {
    let stage = Stage::default();
    let access_config =
        AccessConfig { bootstrap_cluster_creator_admin_permissions: Some(false), ..AccessConfig::default() };
    let cluster = Cluster::builder().name("web").access_config(access_config).build()?;
    let info = stage.create(&cluster)?;
    assert_eq!((info.node_groups.len(), info.nodes.len()), (1, 0));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn without_kubernetes_eks_is_taken_at_its_word() -> Result<(), Error> {
    let mut settings = Settings::default();
    settings.trouble.api_server_unreachable = true;
    let stage = Stage::with(settings);
    let cluster = Cluster::builder().name("web").build()?;
    let began = stage.sim.now();
    let (eks, options) = (stage.eks.clone(), CreateOptions::default().without_kubernetes());
    let wanted = cluster.clone();
    let info = stage.run(move || async move { eks.create_with(&wanted, options).await })?;
    assert_eq!((info.node_groups.len(), info.nodes.len()), (1, 0));
    // Nobody has waited five minutes for an API server that does not answer.
    assert!(stage.sim.now().since(began) < Duration::from_secs(900));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
