use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;

use super::*;
use crate::aws::call::Service;
use crate::aws::canned::{self, json, refused_in_xml};

fn describe() -> Call {
    Service::Eks.read("DescribeCluster", "cluster web")
}

async fn refusal(wire: &Wire) -> Refusal {
    wire.send(&describe(), || wire.eks().describe_cluster().name("web").send()).await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_names_operation_resource_code_and_request() {
    let body = r#"{"__type":"ResourceNotFoundException","message":"No cluster found for name: web."}"#;
    let (wire, _) = canned::wire(move |_| json(404, body));
    let refusal = refusal(&wire).await;
    assert_eq!(refusal.class, Class::Gone);
    assert_eq!(refusal.error.kind(), ErrorKind::NotFound);
    assert_eq!(refusal.error.operation(), Some("eks:DescribeCluster"));
    assert_eq!(
        refusal.error.to_string(),
        "cluster web: No cluster found for name: web (ResourceNotFoundException from eks:DescribeCluster, \
         request request-7)"
    );
}

#[tokio::test]
async fn query_services_are_read_alike() {
    let text = "Stack with id eks-web does not exist";
    let (wire, _) = canned::wire(move |_| refused_in_xml("ValidationError", text));
    let call = Service::CloudFormation.read("DescribeStacks", "stack eks-web");
    let request = || wire.cloudformation().describe_stacks().stack_name("eks-web").send();
    let refusal = wire.send(&call, request).await.unwrap_err();
    assert_eq!(refusal.class, Class::Gone);
    assert_eq!(refusal.error.message(), text);
    assert_eq!(refusal.error.request_id(), Some("request-7"));
}

#[tokio::test]
async fn what_goes_wrong_below_http_can_pass() {
    // `other` without a kind is what a connect time-out looks like: facts/failures.md S8.
    let broken: [fn() -> ConnectorError; 3] = [
        || ConnectorError::other("connect timed out".into(), None),
        || ConnectorError::io("connection reset by peer".into()),
        || ConnectorError::timeout("no answer".into()),
    ];
    for error in broken {
        let (wire, requests) = canned::wire(move |_| Err(error()));
        let refusal = refusal(&wire).await;
        assert_eq!(refusal.class, Class::Transient, "{:?}", error());
        assert!(refusal.error.is_retryable());
        assert_eq!(refusal.error.kind(), ErrorKind::Unreachable);
        assert_eq!(requests.lock().unwrap().len(), 1, "the SDK's own retries are off");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_can_pass_and_a_page_of_html_is_no_operation() {
    let (wire, _) = canned::wire(|_| json(200, "{\"cluster\":"));
    assert_eq!(refusal(&wire).await.class, Class::Transient);
    let (wire, _) = canned::wire(|_| json(404, "<!doctype html><title>404 Not Found</title>"));
    assert_eq!(refusal(&wire).await.class, Class::Unsupported);
    let (wire, _) = canned::wire(|_| json(502, "<html>Bad Gateway</html>"));
    assert_eq!(refusal(&wire).await.class, Class::Transient);
}

#[tokio::test]
async fn without_a_source_of_credentials_the_hint_says_where_to_get_some() {
    let http = crate::aws::config::http_client();
    let wire = Wire::new(&canned::config().to_builder().http_client(http).build(), 1).unwrap();
    let refusal = refusal(&wire).await;
    assert_eq!(refusal.class, Class::NoCredentials, "{}", refusal.error.chain());
    let hint = refusal.error.hint().unwrap_or_default();
    assert!(hint.contains("AWS_PROFILE") && hint.contains("aws sso login"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn throttling_holds_the_next_call_back() {
    let (wire, _) = canned::wire(|_| json(429, r#"{"__type":"TooManyRequestsException"}"#));
    let before = tokio::time::Instant::now();
    assert_eq!(refusal(&wire).await.class, Class::Throttled);
    assert_eq!(before.elapsed(), Duration::ZERO);
    // The clock of this configuration stands still, so the pause is seen in the sleep alone.
    let again = tokio::time::timeout(Duration::from_millis(400), refusal(&wire)).await;
    assert!(again.is_err(), "the second call was sent without a pause");
}

#[tokio::test]
async fn every_page_is_asked_for() {
    let (wire, requests) = canned::wire(|request| match request.contains("nextToken") {
        false => json(200, r#"{"nodegroups":["a","b"],"nextToken":"more"}"#),
        true => json(200, r#"{"nodegroups":["c"]}"#),
    });
    let pages = || wire.eks().list_nodegroups().cluster_name("web").into_paginator().send();
    let pages = wire.pages(&Service::Eks.read("ListNodegroups", "cluster web"), pages).await.unwrap();
    let names: Vec<_> = pages.into_iter().filter_map(|page| page.nodegroups).flatten().collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(requests.lock().unwrap().len(), 2);
}

#[test]
fn a_configuration_that_would_lose_its_time_outs_is_refused() {
    let whole = canned::config();
    let mut builder = whole.to_builder();
    builder.set_sleep_impl(None);
    let error = Wire::new(&builder.build(), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    let mut builder = whole.to_builder();
    builder.set_time_source(None);
    assert_eq!(Wire::new(&builder.build(), 1).unwrap_err().kind(), ErrorKind::Internal);
    let error = Wire::new(&whole.to_builder().region(None).build(), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert!(error.hint().is_some_and(|hint| hint.contains("AWS_REGION")));
}

#[test]
fn retries_are_off_and_time_outs_are_on() {
    let config = hardened(&canned::config());
    assert_eq!(config.retry_config().map(RetryConfig::max_attempts), Some(1));
    let timeouts = config.timeout_config().unwrap();
    assert_eq!(timeouts.connect_timeout(), Some(Duration::from_secs(3)));
    assert_eq!(timeouts.operation_attempt_timeout(), Some(Duration::from_secs(10)));
    assert_eq!(timeouts.operation_timeout(), Some(Duration::from_secs(30)));
    assert!(!config.stalled_stream_protection().unwrap().is_enabled());
}

#[test]
fn a_wire_shows_no_credentials() {
    let (wire, _) = canned::wire(|_| json(200, "{}"));
    let shown = format!("{wire:?}");
    assert!(!shown.contains("ANOTREAL") && !shown.contains("notrealrnrELgWzOk3IfjzDKtFBhDby"), "{shown}");
}

#[test]
fn costs_are_told_in_one_place_of_a_partition() {
    for (region, home) in [
        ("us-west-2", Some("us-east-1")),
        ("eu-central-1", Some("us-east-1")),
        ("cn-north-1", Some("cn-northwest-1")),
        ("us-gov-west-1", None),
        ("us-iso-east-1", None),
    ] {
        assert_eq!(cost_explorer_region(region), home, "{region}");
    }
}
