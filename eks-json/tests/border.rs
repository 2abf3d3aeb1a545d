//! What bindings call, as they call it.

use eks_json::{Answer, Client, Failure, Operation, SimulatedAccount, text};
use serde_json::{Value, json};

fn account() -> (SimulatedAccount, Client) {
    let account = SimulatedAccount::start("").expect("an account");
    let client = account.client("").expect("a client");
    (account, client)
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

fn value(answer: Answer) -> Value {
    serde_json::from_str(&answer.expect("an answer")).expect("JSON")
}

fn failure(answer: Result<impl std::fmt::Debug, Failure>) -> Value {
    serde_json::from_str(&answer.expect_err("a failure").0).expect("JSON")
}

fn begin(client: &Client, call: &Value) -> Operation {
    client.begin(&call.to_string()).expect("it begins")
}

fn ask(client: &Client, question: &Value) -> Value {
    value(wait(client.ask(&question.to_string())))
}

fn left(account: &SimulatedAccount) -> usize {
    value(account.turn(r#"{"method":"left"}"#)).as_array().expect("a list").len()
}

fn web() -> Value {
    json!({ "method": "create", "cluster": { "name": "web" } })
}

#[test]
fn a_life_in_json() {
    let (account, client) = account();
    let plan = ask(&client, &json!({ "method": "plan", "of": web() }));
    assert_eq!(plan["cluster"], "web", "{plan}");
    let drawn = value(text::work(&json!({ "method": "draw", "plan": plan, "form": "text" }).to_string()));
    assert!(drawn.as_str().expect("text").starts_with("Create cluster web"), "{drawn}");
    let create = begin(&client, &web());
    let info = value(wait(create.result()));
    assert_eq!((info["name"].as_str(), info["nodes"].as_array().map(Vec::len)), (Some("web"), Some(2)));
    assert_eq!(value(wait(create.result())), info, "as often as it is asked for");
    let scale = json!({ "method": "scale", "cluster": "web", "group": info["nodeGroups"][0]["name"], "scaling": { "max": 3, "desired": 3 } });
    assert_eq!(value(wait(begin(&client, &scale).result()))["desired"], 3);
    let described = ask(&client, &json!({ "method": "describe", "name": "web" }));
    assert_eq!(described["nodes"].as_array().map(Vec::len), Some(3));
    assert!(
        ask(&client, &json!({ "method": "token", "name": "web" }))["token"]
            .as_str()
            .expect("text")
            .starts_with("k8s-aws-v1.")
    );
    let yaml = value(text::work(&json!({ "method": "kubeconfig", "info": described }).to_string()));
    assert!(yaml.as_str().expect("YAML").contains("apiVersion"), "{yaml}");
    let report = value(wait(begin(&client, &json!({ "method": "delete", "name": "web" })).result()));
    assert_eq!(report["name"], "web", "{report}");
    assert_eq!(left(&account), 0);
}

/// Events are there for whoever comes late, and for two at once.
#[test]
fn events_are_kept_for_everybody() {
    let (_account, client) = account();
    let create = begin(&client, &web());
    let read = |operation: &Operation| {
        let mut events = Vec::new();
        while let Some(event) = wait(operation.event(events.len())) {
            events.push(value(event));
        }
        events
    };
    let first = read(&create);
    assert!(first.len() > 10, "{first:?}");
    assert_eq!(read(&create), first);
    assert_eq!(value(wait(create.result()))["name"], "web");
    let late = begin(&client, &json!({ "method": "delete", "name": "web" }));
    wait(late.result()).expect("it ends");
    let events = read(&late);
    assert!(events.len() > 5, "{events:?}");
    assert_eq!(events[0]["event"], "planned", "what it began with is there for latecomers");
    assert_eq!(
        value(late.plan().expect("it has begun"))["steps"].as_array().map(|steps| steps.is_empty()),
        Some(false)
    );
}

#[test]
fn whoever_stops_waiting_stops_nothing_and_a_handle_goes_on() {
    let (account, client) = account();
    let create = begin(&client, &web());
    drop(create.result());
    // Into its life: then it is let go of, and taken up again by its handle.
    for number in 0..4 {
        wait(create.event(number)).expect("an event").expect("JSON");
    }
    let handle = value(create.detach().expect("it has begun"));
    assert_eq!(failure(wait(create.result()))["kind"], "cancelled");
    let other = account.client("").expect("a client");
    let resumed = begin(&other, &json!({ "method": "resume", "handle": handle }));
    assert_eq!((resumed.verb(), value(wait(resumed.result()))["name"].as_str()), ("create", Some("web")));
    // A create can be undone, also at once, a delete cannot.
    for events in [0, 4] {
        let shop = begin(&client, &json!({ "method": "create", "cluster": { "name": "shop" } }));
        for number in 0..events {
            wait(shop.event(number)).expect("an event").expect("JSON");
        }
        let undone = shop.roll_back().expect("a create can be undone");
        let report = value(wait(undone.result()));
        assert_eq!((report["outcome"].as_str(), report["name"].as_str()), (Some("deleted"), Some("shop")));
        assert_eq!(failure(wait(shop.result()))["kind"], "cancelled");
        assert_eq!(failure(undone.roll_back().map(|_| ()))["kind"], "unsupported");
    }
    let never = begin(&client, &json!({ "method": "create", "cluster": { "version": "1.23" } }));
    let error = failure(wait(never.result()));
    let undone = never.roll_back().expect("it is a create");
    assert_eq!(value(wait(undone.result()))["found"], false, "{error}");
    wait(begin(&client, &json!({ "method": "delete", "name": "web" })).result()).expect("it is gone");
    assert_eq!(left(&account), 0);
}

#[test]
fn what_is_wrong_is_said_with_its_path_before_anything_is_called() {
    let (account, client) = account();
    let refused = |call: Value| failure(client.begin(&call.to_string()).map(|_| ()));
    let wrong = refused(json!({ "method": "create", "cluster": { "name": "web", "nodegroups": [] } }));
    assert_eq!(
        (wrong["kind"].as_str(), wrong["violations"][0]["field"].as_str()),
        (Some("invalidSpec"), Some("nodegroups")),
        "{wrong}"
    );
    let wrong = refused(json!({ "method": "delete", "name": "web", "options": { "keepLog": true } }));
    assert_eq!(
        (wrong["kind"].as_str(), wrong["violations"][0]["field"].as_str()),
        (Some("invalidSpec"), Some("keepLog")),
        "{wrong}"
    );
    assert_eq!(refused(json!({ "method": "resume", "handle": {} }))["kind"], "invalidSpec");
    assert_eq!(refused(json!({ "method": "explode" }))["kind"], "internal");
    assert_eq!(
        failure(Client::new(r#"{"regoin":"us-east-1"}"#).map(|_| ()))["violations"][0]["field"],
        "regoin"
    );
    assert_eq!(
        failure(SimulatedAccount::start(r#"{"sede":1}"#).map(|_| ()))["violations"][0]["field"],
        "sede"
    );
    assert_eq!(
        failure(account.turn(r#"{"method":"addFault","fault":{"evry":2}}"#))["violations"][0]["field"],
        "evry"
    );
    assert_eq!(
        failure(account.turn(r#"{"method":"advance","seconds":-1}"#))["violations"][0]["field"],
        "seconds"
    );
    client.close();
    assert_eq!(
        failure(wait(client.ask(r#"{"method":"list"}"#)))["message"],
        "the client is closed. Make another one"
    );
    assert_eq!(refused(web())["message"], "the client is closed. Make another one");
    assert_eq!(value(account.turn(r#"{"method":"ledger"}"#))["calls"].as_array().map(Vec::len), Some(0));
}

#[test]
fn specs_are_read_and_written() {
    let yaml = "name: web\nregion: us-west-2\nversion: '1.34'\n";
    let spec = value(text::work(&json!({ "method": "readYaml", "yaml": yaml }).to_string()));
    assert_eq!(spec["name"], "web");
    let again = value(text::work(&json!({ "method": "writeYaml", "cluster": spec }).to_string()));
    assert!(again.as_str().expect("text").contains("name: web"), "{again}");
    let config = value(text::work(&json!({ "method": "writeClusterConfig", "cluster": spec }).to_string()));
    let read = json!({ "method": "readClusterConfig", "yaml": config }).to_string();
    assert_eq!(value(text::work(&read))["name"], "web");
    let wrong = failure(text::work(&json!({ "method": "check", "cluster": { "name": "-" } }).to_string()));
    assert_eq!(wrong["violations"][0]["field"], "name");
}
