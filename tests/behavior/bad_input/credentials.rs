//! Credentials that are missing, wrong, expired, or not enough.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use eks_core::simulator::{Effect, Fault, Settings, SimulatorExt, Trouble};
use eks_core::{Cluster, Error, ErrorKind, ListOptions};
use tests::{Stage, left, made, said, writes};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// A client of the same account with another configuration.
fn with_config(stage: &Stage, change: impl FnOnce(SdkConfig) -> SdkConfig) -> Stage {
    let eks = stage.sim.eks_builder().config(change(stage.sdk()));
    Stage { sim: stage.sim.clone(), eks }
}

/// What everything ends with that calls AWS.
fn everything_ends_with(stage: &Stage) -> Vec<Error> {
    let [one, two, three, four] = std::array::from_fn(|_| stage.eks.clone());
    vec![
        stage.plan(&cluster()).map(drop).expect_err("plan"),
        stage.create(&cluster()).map(drop).expect_err("create"),
        stage.delete("web").map(drop).expect_err("delete"),
        stage.run(move || async move { one.plan_delete("web").await.map(drop) }).expect_err("plan_delete"),
        stage.run(move || async move { two.describe("web").await.map(drop) }).expect_err("describe"),
        stage.run(move || async move { three.list().await.map(drop) }).expect_err("list"),
        stage
            .run(move || async move { four.list_with(ListOptions::default()).await.map(drop) })
            .expect_err("list_with"),
    ]
}

#[test]
fn none() {
    let stage = Stage::default();
    let unset = with_config(&stage, |config| {
        let mut builder = config.into_builder();
        builder.set_credentials_provider(None);
        builder.build()
    });
    let empty = with_config(&stage, |config| {
        let nothing = || async { Err(CredentialsError::not_loaded("no profile, no role, nothing")) };
        let provider = SharedCredentialsProvider::new(provide_credentials_fn(nothing));
        config.into_builder().credentials_provider(provider).build()
    });
    for stage in [unset, empty] {
        let eks = stage.eks.clone();
        let token = stage.run(move || async move { eks.token("web").await.map(drop) });
        for error in everything_ends_with(&stage).into_iter().chain(token.err()) {
            assert_eq!(error.kind(), ErrorKind::NoCredentials, "{}", error.chain());
            assert!(!error.is_retryable());
            assert!(error.hint().is_some_and(|hint| hint.starts_with("Set AWS_PROFILE")), "{error}");
        }
    }
    assert_eq!(stage.sim.ledger().calls.len(), 0, "no call leaves without a signature");
}

#[test]
fn keys_that_aws_does_not_know() {
    let stage = Stage::default();
    let effect = |code: &str, message: &str| Effect::Error {
        code: code.to_owned(),
        message: message.to_owned(),
        status: 403,
    };
    let unknown = effect("InvalidClientTokenId", "The security token included in the request is invalid.");
    for service in ["sts", "cloudformation", "ec2"] {
        let service = Some(service.to_owned());
        stage.sim.add_fault(Fault { service, effect: unknown.clone(), ..Fault::default() });
    }
    let message = "The security token included in the request is invalid.";
    let effect = effect("UnrecognizedClientException", message);
    stage.sim.add_fault(Fault { service: Some("eks".to_owned()), effect, ..Fault::default() });
    let error = stage.create(&cluster()).expect_err("AWS knows no such keys");
    assert_eq!(error.kind(), ErrorKind::NoCredentials);
    assert!(error.hint().is_some_and(|hint| hint.contains("AWS does not know these keys")), "{error}");
    assert_eq!(writes(&stage.sim), Vec::<String>::new());
}

#[test]
fn expired_before_the_first_call() {
    let trouble = Trouble { credentials_expired: Some((0.0, 60.0)), ..Trouble::default() };
    let stage = Stage::with(Settings { trouble, ..Settings::default() });
    for error in everything_ends_with(&stage) {
        assert_eq!(error.kind(), ErrorKind::CredentialsExpired, "{}", error.chain());
        assert!(error.hint().is_some_and(|hint| hint.ends_with("then resume")), "{error}");
    }
    assert_eq!(writes(&stage.sim), Vec::<String>::new());
}

/// A session ends during each wait in turn, and a new one begins ten minutes later.
#[test]
fn expired_in_mid_wait() {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster()).expect("undisturbed");
    let wanted = made(&undisturbed.sim);
    for from in (0..760).step_by(40) {
        let trouble = Trouble {
            credentials_expired: Some((f64::from(from), f64::from(from) + 600.0)),
            ..Trouble::default()
        };
        let stage = Stage::with(Settings { trouble, ..Settings::default() });
        let start = stage.sim.now();
        let operation = stage.eks.create(&cluster());
        let (events, ended) = stage.watch(operation);
        let error = ended.expect_err("the session ended");
        assert_eq!(error.kind(), ErrorKind::CredentialsExpired, "{from} s: {}", error.chain());
        assert!(events.len() > 1 || from == 0);
        let fresh = start + Duration::from_secs(from as u64 + 601);
        stage.sim.advance(fresh.since(stage.sim.now()));
        let info = stage.create(&cluster()).unwrap_or_else(|error| panic!("{from} s: {}", error.chain()));
        assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2, "{from} s");
        assert_eq!(made(&stage.sim), wanted, "{from} s: made twice, or not at all");
    }
}

#[test]
fn expired_in_mid_delete() {
    for from in (0..460).step_by(40) {
        let stage = Stage::default();
        stage.create(&cluster()).expect("undisturbed");
        let elapsed =
            stage.sim.now().since(stage.sim.with_world(|world| world.settings().start)).as_secs_f64();
        let (from, until) = (elapsed + f64::from(from), elapsed + f64::from(from) + 600.0);
        stage.sim.with_world(move |world| world.trouble().credentials_expired = Some((from, until)));
        let error = stage.delete("web").expect_err("the session ended");
        assert_eq!(error.kind(), ErrorKind::CredentialsExpired, "{from} s: {}", error.chain());
        stage.sim.advance(Duration::from_secs(601));
        // What AWS had begun, it has finished meanwhile.
        let something = !left(&stage.sim).is_empty();
        let report = stage.delete("web").unwrap_or_else(|error| panic!("{from} s: {}", error.chain()));
        assert_eq!(report.found, something, "{from} s");
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{from} s");
    }
}

/// One right is missing at a time, as when a policy is written run by run (facts/failures.md C22).
#[test]
fn not_enough() {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster()).expect("undisturbed");
    let mut told = String::new();
    for (service, operation) in [
        ("sts", "GetCallerIdentity"),
        ("eks", "DescribeClusterVersions"),
        ("ec2", "DescribeAvailabilityZones"),
        ("cloudformation", "CreateStack"),
        ("eks", "CreateCluster"),
        ("eks", "CreateAddon"),
        ("eks", "CreateNodegroup"),
    ] {
        let stage = Stage::default();
        let (code, message) = match service {
            "ec2" => ("UnauthorizedOperation", "You are not authorized to perform this operation."),
            "eks" => ("AccessDeniedException", "User is not authorized to perform this"),
            _ => ("AccessDenied", "User is not authorized to perform this"),
        };
        let effect = Effect::Error { code: code.to_owned(), message: message.to_owned(), status: 403 };
        let (wanted, of) = (Some(operation.to_owned()), Some(service.to_owned()));
        stage.sim.add_fault(Fault { service: of, operation: wanted, effect, ..Fault::default() });
        let error = stage.create(&cluster()).expect_err("a right is missing");
        assert_eq!(error.kind(), ErrorKind::AccessDenied, "{operation}: {}", error.chain());
        told.push_str(&format!("{}\n", said(&error)));
        stage.sim.clear_faults();
        stage.create(&cluster()).unwrap_or_else(|error| panic!("{operation}: {}", error.chain()));
        assert_eq!(made(&stage.sim), made(&undisturbed.sim), "{operation}");
    }
    insta::assert_snapshot!(told);
}
