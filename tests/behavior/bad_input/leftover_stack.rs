//! A stack of the foundation's name, left over in every state, ours and somebody else's (facts/failures.md C12).
//!
//! `REVIEW_IN_PROGRESS`, `UPDATE_ROLLBACK_FAILED` and the states of imports, which take change sets or
//! misfortune to reach, have their rows in the table of `eks-core/src/plan/tests/leftover_stack.rs`.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use aws_sdk_cloudformation::types::{Capability, OnFailure, Tag};
use eks_core::{Cluster, ClusterStatus, Error, ErrorKind, NodeGroup};
use serde_json::{Value, json};
use tests::{Stage, left, living, said, writes};

fn cluster() -> Cluster {
    Cluster::builder().name("web").no_node_groups().build().expect("valid")
}

/// The foundation stack of the cluster as the library makes it.
struct Foundation {
    name: String,
    template: Value,
    tags: BTreeMap<String, String>,
}

static FOUNDATION: LazyLock<Foundation> = LazyLock::new(|| {
    let stage = Stage::default();
    let plan = stage.plan(&cluster()).expect("a plan");
    let step = plan.step("createFoundation").expect("a foundation");
    let name = step.resource.strip_prefix("stack ").expect("a stack").to_owned();
    stage.create(&cluster()).expect("undisturbed");
    let (client, of) = (stage.cloudformation(), name.clone());
    let (template, tags) = stage.run(move || async move {
        let template = client.get_template().stack_name(&of).send().await.expect("a template");
        let stacks = client.describe_stacks().stack_name(&of).send().await.expect("a stack").stacks;
        let tags = stacks.into_iter().flatten().flat_map(|stack| stack.tags.unwrap_or_default());
        (template.template_body.unwrap_or_default(), tags.filter_map(|tag| tag.key.zip(tag.value)).collect())
    });
    Foundation { name, template: serde_json::from_str(&template).expect("JSON"), tags }
});

/// Whose stack it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    Ours,
    Foreign,
}

/// An account with a stack of that name.
struct Scene {
    stage: Stage,
    owner: Owner,
}

impl Scene {
    fn new(owner: Owner) -> Self {
        Self { stage: Stage::default(), owner }
    }

    fn template(&self) -> Value {
        FOUNDATION.template.clone()
    }

    /// The template with one more address, for which the account has no quota.
    fn template_that_fails(&self) -> Value {
        let mut template = self.template();
        template["Resources"]["Late"] = json!({
            "Type": "AWS::EC2::EIP",
            "Properties": { "Domain": "vpc" },
            "DependsOn": "NATGateway",
        });
        self.stage.sim.with_world(|world| world.quotas().elastic_addresses = 1);
        template
    }

    fn tags(&self) -> Vec<Tag> {
        let foreign = BTreeMap::from([("owner".to_owned(), "somebody".to_owned())]);
        let tags = if self.owner == Owner::Ours { &FOUNDATION.tags } else { &foreign };
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    fn create(&self, template: &Value, on_failure: OnFailure) {
        let call = self.stage.cloudformation().create_stack();
        let call = call.stack_name(&FOUNDATION.name).template_body(template.to_string());
        let call = call.set_tags(Some(self.tags())).on_failure(on_failure);
        let call = call.capabilities(Capability::CapabilityNamedIam);
        self.stage.run(move || call.send()).expect("created");
    }

    fn update(&self, template: &Value, rollback: bool) {
        let call = self.stage.cloudformation().update_stack();
        let call = call.stack_name(&FOUNDATION.name).template_body(template.to_string());
        let call = call.disable_rollback(!rollback).capabilities(Capability::CapabilityNamedIam);
        self.stage.run(move || call.send()).expect("updated");
    }

    fn delete(&self) {
        let call = self.stage.cloudformation().delete_stack().stack_name(&FOUNDATION.name);
        self.stage.run(move || call.send()).expect("deleted");
    }

    fn status(&self) -> String {
        let call = self.stage.cloudformation().describe_stacks().stack_name(&FOUNDATION.name);
        let answer = self.stage.run(move || call.send());
        let stack = answer.ok().and_then(|answer| answer.stacks).and_then(|stacks| stacks.into_iter().next());
        stack.and_then(|stack| stack.stack_status).map_or("none".to_owned(), |it| it.as_str().to_owned())
    }

    /// Lets time pass until the stack is in this state.
    fn reach(&self, status: &str) {
        let started = self.stage.sim.now();
        while self.status() != status {
            let waited = self.stage.sim.now().since(started);
            assert!(waited < Duration::from_secs(2400), "{status} is not reached from {}", self.status());
            // A state can be over in a moment, or last for a quarter of an hour.
            let step = if waited < Duration::from_secs(240) { 500 } else { 10_000 };
            self.stage.sim.advance(Duration::from_millis(step));
        }
    }

    fn complete(&self) {
        self.create(&self.template(), OnFailure::DoNothing);
        self.reach("CREATE_COMPLETE");
    }

    /// Somebody's network interface in one of the stack's subnets, as soon as there is one.
    fn occupy(&self) -> String {
        loop {
            let call = self.stage.cloudformation().describe_stack_resources().stack_name(&FOUNDATION.name);
            let answer = self.stage.run(move || call.send()).expect("described");
            let subnet = answer.stack_resources.into_iter().flatten().find_map(|resource| {
                let is_subnet = resource.resource_type.as_deref() == Some("AWS::EC2::Subnet");
                resource.physical_resource_id.filter(|id| is_subnet && id.starts_with("subnet-"))
            });
            let Some(subnet) = subnet else {
                self.stage.sim.advance(Duration::from_millis(250));
                continue;
            };
            let call = self.stage.ec2().create_network_interface().subnet_id(subnet).description("a printer");
            let made = self.stage.run(move || call.send()).expect("made");
            return made.network_interface.and_then(|it| it.network_interface_id).expect("an id");
        }
    }

    fn vacate(&self, interface: &str) {
        let call = self.stage.ec2().delete_network_interface().network_interface_id(interface);
        self.stage.run(move || call.send()).expect("deleted");
    }
}

/// Brings a scene's stack into a state; what stays in its way comes back.
type Setup = fn(&Scene) -> Option<String>;

/// Every state that stacks come to by themselves.
const STATES: &[(&str, Setup)] = &[
    ("CREATE_IN_PROGRESS", |scene| {
        scene.create(&scene.template(), OnFailure::DoNothing);
        scene.stage.sim.advance(Duration::from_secs(5));
        None
    }),
    ("CREATE_COMPLETE", |scene| {
        scene.complete();
        None
    }),
    ("CREATE_FAILED", |scene| {
        scene.create(&scene.template_that_fails(), OnFailure::DoNothing);
        scene.reach("CREATE_FAILED");
        None
    }),
    ("CREATE_FAILED", |scene| {
        scene.create(&scene.template_that_fails(), OnFailure::DoNothing);
        scene.reach("CREATE_FAILED");
        // The cause is gone.
        scene.stage.sim.with_world(|world| world.quotas().elastic_addresses = 5);
        None
    }),
    ("ROLLBACK_IN_PROGRESS", |scene| {
        scene.create(&scene.template_that_fails(), OnFailure::Rollback);
        scene.reach("ROLLBACK_IN_PROGRESS");
        None
    }),
    ("ROLLBACK_COMPLETE", |scene| {
        scene.create(&scene.template_that_fails(), OnFailure::Rollback);
        scene.reach("ROLLBACK_COMPLETE");
        None
    }),
    ("ROLLBACK_FAILED", |scene| {
        scene.create(&scene.template_that_fails(), OnFailure::Rollback);
        let interface = scene.occupy();
        scene.reach("ROLLBACK_FAILED");
        Some(interface)
    }),
    ("DELETE_IN_PROGRESS", |scene| {
        scene.complete();
        scene.delete();
        scene.stage.sim.advance(Duration::from_secs(5));
        None
    }),
    ("DELETE_FAILED", |scene| {
        scene.complete();
        let interface = scene.occupy();
        scene.delete();
        scene.reach("DELETE_FAILED");
        Some(interface)
    }),
    ("UPDATE_IN_PROGRESS", |scene| {
        scene.complete();
        scene.update(&with_table(scene.template()), true);
        scene.stage.sim.advance(Duration::from_secs(2));
        None
    }),
    ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", |scene| {
        scene.create(&with_table(scene.template()), OnFailure::DoNothing);
        scene.reach("CREATE_COMPLETE");
        scene.update(&scene.template(), true);
        scene.reach("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
        None
    }),
    ("UPDATE_COMPLETE", |scene| {
        scene.complete();
        scene.update(&with_table(scene.template()), true);
        scene.reach("UPDATE_COMPLETE");
        None
    }),
    ("UPDATE_FAILED", |scene| {
        scene.complete();
        scene.update(&scene.template_that_fails(), false);
        scene.reach("UPDATE_FAILED");
        None
    }),
    ("UPDATE_FAILED", |scene| {
        scene.complete();
        scene.update(&scene.template_that_fails(), false);
        scene.reach("UPDATE_FAILED");
        // The cause is gone.
        scene.stage.sim.with_world(|world| world.quotas().elastic_addresses = 5);
        None
    }),
    ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", |scene| {
        scene.complete();
        scene.update(&scene.template_that_fails(), true);
        scene.reach("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
        None
    }),
    ("UPDATE_ROLLBACK_COMPLETE", |scene| {
        scene.complete();
        scene.update(&scene.template_that_fails(), true);
        scene.reach("UPDATE_ROLLBACK_COMPLETE");
        None
    }),
];

/// The template with a route table more.
fn with_table(mut template: Value) -> Value {
    let vpc = json!({ "Ref": "VPC" });
    template["Resources"]["More"] = json!({ "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": vpc } });
    template
}

/// A scene in a state, and what stays in the way.
fn scene(owner: Owner, state: &str, setup: Setup) -> (Scene, Option<String>) {
    let scene = Scene::new(owner);
    let obstacle = setup(&scene);
    assert_eq!(scene.status(), state);
    (scene, obstacle)
}

#[test]
fn somebody_elses() {
    for (state, setup) in STATES {
        let (scene, _) = scene(Owner::Foreign, state, *setup);
        let (before, there) = (writes(&scene.stage.sim), living(&scene.stage.sim));
        let created = scene.stage.create(&cluster()).expect_err(state);
        let deleted = scene.stage.delete("web").expect_err(state);
        assert_eq!(said(&created), said(&deleted));
        assert_eq!(created.kind(), ErrorKind::AlreadyExists, "{state}");
        assert_eq!(created.resource(), Some(format!("stack {}", FOUNDATION.name).as_str()));
        let message =
            format!("a stack of this name exists in state {state} and was not made by this library");
        assert_eq!(created.message(), message);
        let hint = "Nothing was touched. Choose another cluster name, or delete that stack if it is yours";
        assert_eq!(created.hint(), Some(hint));
        assert_eq!(writes(&scene.stage.sim), before, "{state}: nothing was touched");
        // What CloudFormation is at, it goes on with.
        if !state.ends_with("IN_PROGRESS") {
            assert_eq!(living(&scene.stage.sim), there, "{state}");
            assert_eq!(scene.status(), *state);
        }
    }
}

/// The stack of a node group, too, can be somebody else's.
#[test]
fn somebody_elses_under_the_name_of_a_node_groups() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster =
        Cluster::builder().name("web").node_group(NodeGroup::builder().name("a").build()?).build()?;
    let plan = stage.plan(&cluster)?;
    let step = plan.step("createNodeGroupStack/a").expect("a group has a stack");
    let name = step.resource.strip_prefix("stack ").expect("a stack").to_owned();
    let handle = json!({ "Resources": { "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" } } });
    let call = stage.cloudformation().create_stack().stack_name(&name).template_body(handle.to_string());
    stage.run(move || call.send()).expect("created");
    let before = writes(&stage.sim);
    let error = stage.create(&cluster).expect_err("the name is taken");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.resource(), Some(format!("stack {name}").as_str()));
    assert!(error.message().ends_with("exists and was not made by this library"), "{error}");
    assert_eq!(error.hint(), Some("Choose another name, or delete what has it if it is yours"));
    assert_eq!(writes(&stage.sim), before, "nothing was touched");
    Ok(())
}

/// What a create does with a stack of ours, and what it does once the cause is gone.
#[test]
fn ours_when_created() {
    let mut told = String::new();
    for (state, setup) in STATES {
        let (scene, obstacle) = scene(Owner::Ours, state, *setup);
        let stage = &scene.stage;
        told.push_str(&format!("{state}: "));
        match stage.create(&cluster()) {
            Ok(_) => told.push_str("it goes on\n"),
            Err(error) => {
                told.push_str(&format!("{}\n", without_ids(&said(&error))));
                stage.sim.with_world(|world| world.quotas().elastic_addresses = 5);
                obstacle.iter().for_each(|interface| scene.vacate(interface));
                if error.hint().is_some_and(|hint| hint.contains("delete")) {
                    stage.delete("web").unwrap_or_else(|error| panic!("{state}: {}", error.chain()));
                }
                let info = stage.create(&cluster());
                info.unwrap_or_else(|error| panic!("{state}: {}", error.chain()));
            }
        }
        let eks = stage.eks.clone();
        let info = stage.run(move || async move { eks.describe("web").await }).expect("it is there");
        assert_eq!(info.status, ClusterStatus::Active, "{state}");
        stage.delete("web").unwrap_or_else(|error| panic!("{state}: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{state}");
    }
    insta::assert_snapshot!(told);
}

/// What a delete does with a stack of ours.
#[test]
fn ours_when_deleted() -> Result<(), Error> {
    let mut told = String::new();
    for (state, setup) in STATES {
        let (scene, obstacle) = scene(Owner::Ours, state, *setup);
        let stage = &scene.stage;
        told.push_str(&format!("{state}: "));
        match (stage.delete("web"), obstacle) {
            (Ok(report), None) => {
                assert!(report.found, "{state}");
                told.push_str("it is gone\n");
            }
            (Err(error), Some(interface)) => {
                told.push_str(&format!("{}\n", without_ids(&said(&error))));
                assert!(error.message().contains(&interface), "{state}: what is in the way is named");
                scene.vacate(&interface);
                stage.delete("web").unwrap_or_else(|error| panic!("{state}: {}", error.chain()));
            }
            (Ok(_), Some(interface)) => panic!("{state}: {interface} is in the way, and nobody said so"),
            (Err(error), None) => panic!("{state}: {}", error.chain()),
        }
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{state}");
    }
    insta::assert_snapshot!(told);
    Ok(())
}

/// Ids differ from run to run.
fn without_ids(text: &str) -> String {
    let id = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        word.len() > 12
            && word
                .rsplit('-')
                .next()
                .is_some_and(|it| it.len() >= 12 && it.chars().all(|c| c.is_ascii_hexdigit()))
    };
    text.split(' ').map(|word| if id(word) { "…" } else { word }).collect::<Vec<_>>().join(" ")
}
