//! What the caller may not do, and what has no room: told, and no failure of the whole.

use aws_sdk_ec2::types::Tag;
use eks_core::ErrorKind;
use eks_core::simulator::{Effect, Fault};
use tests::{Stage, said};

use super::{Error, change, counts, has, instances, stage, tag, volumes};

fn deny(stage: &Stage, service: &str, operation: Option<&str>) {
    stage.sim.add_fault(Fault {
        service: Some(service.to_owned()),
        operation: operation.map(str::to_owned),
        effect: Effect::Error {
            code: "AccessDeniedException".to_owned(),
            message: format!("User is not authorized to perform: {service}:{}", operation.unwrap_or("*")),
            status: 403,
        },
        ..Fault::default()
    });
}

#[test]
fn what_may_not_be_looked_at_is_told() -> Result<(), Error> {
    let stage = stage()?;
    deny(&stage, "autoscaling", None);
    deny(&stage, "elasticloadbalancing", None);
    deny(&stage, "logs", None);
    deny(&stage, "ce", None);
    deny(&stage, "cloudformation", None);
    deny(&stage, "eks", Some("ListFargateProfiles"));
    deny(&stage, "ec2", Some("DescribeVolumes"));
    let report = tag(&stage, &change())?;
    insta::assert_snapshot!(report.to_string());
    assert_eq!(counts(&report), [("cluster", 1), ("node groups", 2), ("add-ons", 3), ("instances", 4)]);
    Ok(())
}

#[test]
fn what_may_not_be_tagged_is_told() -> Result<(), Error> {
    let stage = stage()?;
    deny(&stage, "autoscaling", Some("CreateOrUpdateTags"));
    deny(&stage, "elasticloadbalancing", Some("AddTags"));
    deny(&stage, "logs", Some("TagResource"));
    deny(&stage, "cloudformation", Some("UpdateStack"));
    deny(&stage, "ec2", Some("CreateTags"));
    let report = tag(&stage, &change())?;
    insta::assert_snapshot!(report.to_string());
    assert_eq!(
        counts(&report),
        [("cluster", 1), ("node groups", 2), ("Fargate profiles", 1), ("add-ons", 3)]
    );
    // Once it is allowed, the same call does the rest.
    stage.sim.clear_faults();
    assert!(tag(&stage, &change())?.is_whole());
    Ok(())
}

#[test]
fn without_the_cluster_itself_it_is_a_failure() -> Result<(), Error> {
    let stage = stage()?;
    deny(&stage, "eks", Some("TagResource"));
    let error = tag(&stage, &change()).expect_err("denied");
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
    insta::assert_snapshot!(said(&error).replace(|c: char| c.is_ascii_digit(), "0"));
    stage.sim.clear_faults();
    deny(&stage, "eks", Some("DescribeCluster"));
    assert_eq!(tag(&stage, &change()).expect_err("denied").kind(), ErrorKind::AccessDenied);
    Ok(())
}

/// One of them has fifty tags: it is left as it is, and told; the others are tagged.
#[test]
fn what_has_no_room_is_told() -> Result<(), Error> {
    let stage = stage()?;
    let full = instances(&stage).into_keys().next().expect("it has instances");
    let (ec2, id) = (stage.ec2(), full.clone());
    stage.run(move || async move {
        for at in 0..50 {
            let tag = Tag::builder().key(format!("filler-{at}")).value("").build();
            // Some are refused: it has tags already.
            let _full = ec2.create_tags().resources(&id).tags(tag).send().await;
        }
    });
    let report = tag(&stage, &change())?;
    assert_eq!(report.untagged.len(), 1, "{report}");
    assert!(report.untagged[0].contains("may not have more than 50 tags"), "{report}");
    for (id, tags) in instances(&stage) {
        assert_eq!(has(&tags, "cost-center", "4711"), id != full, "{id}: {tags:?}");
    }
    assert!(volumes(&stage).values().all(|tags| has(tags, "cost-center", "4711")));
    Ok(())
}
