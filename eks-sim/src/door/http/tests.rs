use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::Server;
use crate::instant::Instant;
use crate::settings::Settings;

fn ask(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        server.address(),
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return (0, answer) };
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn control(server: &Server, method: &str, what: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, answer) = ask(server, method, &format!("/_sim/{what}"), "", &body);
    (status, serde_json::from_str(&answer).unwrap())
}

/// GetCallerIdentity, signed by the simulated clock.
fn caller(server: &Server) -> (u16, String) {
    let (_, clock) = control(server, "GET", "clock", &Value::Null);
    let now = clock["now"].as_str().unwrap();
    let stamp: String = now.split('.').next().unwrap().chars().filter(|c| !"-:".contains(*c)).collect();
    let day = &stamp[..8];
    let headers = format!(
        "x-amz-date: {stamp}Z\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=AKIA/{day}/eu-west-1/sts/aws4_request, Signature=0\r\n"
    );
    ask(server, "POST", "/", &headers, "Action=GetCallerIdentity&Version=2011-06-15")
}

#[test]
fn services_answer() {
    let server = Server::start(Settings::default(), 0, 600.0).unwrap();
    let (status, body) = caller(&server);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("user/simulated"), "{body}");
    let (_, ledger) = control(&server, "GET", "ledger", &Value::Null);
    assert_eq!(ledger["calls"][0]["action"], "sts:GetCallerIdentity");
}

#[test]
fn faults_come_and_go() {
    let server = Server::start(Settings::default(), 0, 0.0).unwrap();
    let cut = json!([{ "service": "sts", "effect": { "kind": "cutBeforeAccept" } }]);
    assert_eq!(control(&server, "POST", "faults", &cut).0, 200);
    assert_eq!(caller(&server), (0, String::new()));
    assert_eq!(control(&server, "DELETE", "faults", &Value::Null).1, json!([]));
    assert_eq!(caller(&server).0, 200);
    let (status, error) = control(&server, "POST", "faults", &json!([{ "color": "red" }]));
    assert_eq!(status, 400);
    assert!(error["message"].as_str().unwrap().contains("color"), "{error}");
}

#[test]
fn the_clock_is_moved_by_hand() {
    let server = Server::start(Settings::default(), 0, 0.0).unwrap();
    let (_, clock) = control(&server, "GET", "clock", &Value::Null);
    assert_eq!(clock["now"], clock["start"]);
    let (_, clock) = control(&server, "POST", "clock", &json!({ "advanceSeconds": 90 }));
    assert_eq!(clock["now"], "2026-11-22T09:01:30.000Z");
    assert_eq!(control(&server, "POST", "clock", &json!({ "speed": -1 })).0, 400);
}

#[test]
fn trouble_and_reset() {
    let server = Server::start(Settings::default(), 0, 0.0).unwrap();
    let (status, trouble) = control(&server, "POST", "trouble", &json!({ "nodesNeverJoin": true }));
    assert_eq!((status, &trouble["nodesNeverJoin"]), (200, &json!(true)));
    assert_eq!(trouble["iamPropagation"], true);
    assert_eq!(control(&server, "POST", "trouble", &json!({ "nodesNeverJoined": true })).0, 400);
    caller(&server);
    let (_, settings) = control(&server, "POST", "reset", &json!({ "seed": 7 }));
    assert_eq!((&settings["seed"], &settings["trouble"]["nodesNeverJoin"]), (&json!(7), &json!(false)));
    let (_, ledger) = control(&server, "GET", "ledger", &Value::Null);
    assert_eq!(ledger["calls"], json!([]));
    assert_eq!(control(&server, "GET", "nothing", &Value::Null).0, 404);
}

#[test]
fn what_is_not_listed_is_unknown() {
    let server = Server::start(Settings::default(), 0, 0.0).unwrap();
    let (_, operations) = control(&server, "GET", "operations", &Value::Null);
    assert_eq!(operations["sts"], json!(["GetCallerIdentity"]));
    let names = |service: &str| operations[service].as_array().unwrap().len();
    assert!(names("eks") > 30 && names("ec2") > 60 && names("iam") > 30 && names("cloudformation") > 10);
}

#[test]
fn who_does_not_sign_is_told_so() {
    let server = Server::start(Settings::default(), 0, 0.0).unwrap();
    for (path, body, code) in [
        ("/", "Action=GetCallerIdentity&Version=2011-06-15", "<Code>MissingAuthenticationToken</Code>"),
        ("/", "Action=DescribeVpcs&Version=2016-11-15", "<Code>AuthFailure</Code>"),
        ("/clusters", "", "Missing Authentication Token"),
        ("/", "Action=Nothing", "no service"),
    ] {
        let (status, answer) = ask(&server, if body.is_empty() { "GET" } else { "POST" }, path, "", body);
        assert!(status >= 400 && answer.contains(code), "{status} {answer}");
    }
}

#[test]
fn the_date_is_by_the_clock_that_the_client_signs_by() {
    let [simulated, wall] =
        ["2026-11-22T09:00:00Z", "2031-01-02T03:04:05Z"].map(|at| Instant::parse(at).unwrap());
    let date = |signed: Option<&str>| {
        let request =
            signed.into_iter().fold(Request::builder(), |request, at| request.header("x-amz-date", at));
        super::date(&request.body(Bytes::new()).unwrap(), simulated, wall).http_date()
    };
    assert_eq!(date(Some("20261122T090100Z")), "Sun, 22 Nov 2026 09:00:00 GMT");
    assert_eq!(date(Some("20310102T030406Z")), "Thu, 02 Jan 2031 03:04:05 GMT");
    assert_eq!(date(None), "Thu, 02 Jan 2031 03:04:05 GMT");
}
