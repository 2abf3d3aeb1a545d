//! The schema, held against what is really written and read.

use jsonschema::Validator;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::schema;
use crate::spec::{Cluster, LabelChange, TagChange, Taint, TaintChange, TaintEffect, TaintKey, VpcFilter};
use crate::{
    ApplyOptions, CreateOptions, DeleteOptions, Error, ErrorKind, Guards, ListOptions, PatchOptions,
    ReapOptions, TagOptions, Violation,
};

fn types() -> Map<String, Value> {
    let Value::Object(mut document) = schema() else { panic!("a document") };
    let Some(Value::Object(types)) = document.remove("$defs") else { panic!("types") };
    types
}

/// Refuses what the schema does not know, also where the schema itself is open.
fn validator(name: &str) -> Validator {
    let mut types = types();
    assert!(types.contains_key(name), "{name}");
    for definition in types.values_mut() {
        let has_keys = definition.get("properties").is_some()
            || definition["oneOf"]
                .as_array()
                .is_some_and(|all| all.iter().all(|one| one.get("properties").is_some()));
        if has_keys {
            definition["unevaluatedProperties"] = json!(false);
        }
    }
    let document = json!({ "$ref": format!("#/$defs/{name}"), "$defs": types });
    jsonschema::options().build(&document).expect("a schema")
}

fn known(name: &str, value: &impl Serialize) {
    let value = serde_json::to_value(value).expect("JSON");
    let problems: Vec<String> = validator(name)
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(problems, [""; 0], "{name}: {value:#}");
}

/// Every option that there is, as the spec's own tests write it.
fn everything() -> Cluster {
    let snapshot =
        include_str!("../spec/tests/snapshots/eks_core__spec__tests__text__everything_has_a_spelling.snap");
    let (_, yaml) = snapshot[4..].split_once("\n---\n").expect("a snapshot");
    Cluster::from_yaml(yaml).expect("a spec")
}

#[test]
fn every_option_of_a_spec_is_known() {
    known("Cluster", &everything());
    known("Cluster", &Cluster::default());
    known("Cluster", &Cluster::default().defaulted());
}

#[test]
fn a_spec_that_sets_everything_uses_every_key() {
    let written = serde_json::to_value(everything()).expect("JSON");
    for (name, value) in [("Cluster", &written), ("NodeGroup", &written["nodeGroups"][0])] {
        let types = types();
        let keys = types[name]["properties"].as_object().expect("keys");
        // What excludes something of the example, or came after it.
        let apart =
            ["ami", "capacityReservationId", "ownRole", "policyArns", "autoscaling", "expires", "ipFamily"];
        for key in keys.keys().filter(|key| !apart.contains(&key.as_str())) {
            assert!(
                value.get(key).is_some(),
                "{name}.{key} is in no example: the schema may know what is not there"
            );
        }
    }
}

#[test]
fn changes_and_options_are_known() {
    known("LabelChange", &LabelChange::set("example.com/team", "a").and_remove("old"));
    known("TagChange", &TagChange::set("cost", "42").and_remove("old"));
    let gone = TaintKey::of("app", TaintEffect::NoExecute);
    known("TaintChange", &TaintChange::set(Taint::no_schedule("app", "batch")).and_remove(gone));
    known("VpcFilter", &VpcFilter::tagged("Name", "shared").subnets_tagged("tier", "app"));
    known("CreateOptions", &CreateOptions::default().timeout_seconds(60).preflight(true));
    known("Guards", &Guards { regions: Some(["us-west-2".to_owned()].into()), ..Guards::default() });
}

#[test]
fn an_error_is_known() {
    let error = Error::invalid(vec![Violation::new("scaling.min", 3, "be at most `max`, which is 2")]);
    known("ErrorDetails", &error);
    known(
        "ErrorDetails",
        &Error::new(ErrorKind::NoCapacity, "none left").with_hint("wait").with_source(error),
    );
}

#[test]
fn unknown_keys_of_what_users_write_are_refused() {
    fn refused<T: DeserializeOwned>() {
        let error =
            serde_json::from_value::<T>(json!({ "noSuchKey": 1 })).err().expect("refused").to_string();
        assert!(error.contains("noSuchKey"), "{error}");
    }
    refused::<Cluster>();
    refused::<TaintChange>();
    refused::<VpcFilter>();
    refused::<CreateOptions>();
    refused::<ApplyOptions>();
    refused::<DeleteOptions>();
    refused::<PatchOptions>();
    refused::<TagOptions>();
    refused::<ListOptions>();
    refused::<ReapOptions>();
    refused::<Guards>();
    // What these are made of: the schema has it from the same attribute as serde.
    for (name, definition) in types() {
        if definition["x-role"] == "input" && definition.get("properties").is_some() {
            assert_eq!(definition["additionalProperties"], false, "{name}: `deny_unknown_fields` is missing");
        }
    }
}

#[test]
fn every_type_and_member_is_described() {
    fn undescribed(place: &str, schema: &Value) -> Vec<String> {
        let mut places = Vec::new();
        if !schema["description"].is_string() {
            places.push(place.to_owned());
        }
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            places.extend(undescribed(&format!("{place} {}", variant["const"]), variant));
        }
        for (key, member) in schema["properties"].as_object().into_iter().flatten() {
            // The tag of a variant says which it is, and what a variant holds is described with the variant.
            let of_variant = schema.get("x-role").is_none() && schema["additionalProperties"] == false;
            if member.get("const").is_none() && !of_variant && !member["description"].is_string() {
                places.push(format!("{place}.{key}"));
            }
        }
        places
    }
    let places: Vec<String> =
        types().iter().flat_map(|(name, definition)| undescribed(name, definition)).collect();
    assert_eq!(places, [""; 0]);
}

#[cfg(all(feature = "sim", feature = "ec2"))]
mod simulated {
    use eks_sim::Settings;

    use super::known;
    use crate::simulator::{Rehearsal, Simulator, SimulatorExt};
    use crate::{ApplyOptions, Cluster, Error, Taint, TaintChange};

    #[test]
    fn what_a_lifecycle_tells_is_known() {
        let simulator = Simulator::start();
        let stage = simulator.clone();
        let cluster = super::Cluster::from_yaml(
            "{name: web, nodeGroups: [{name: one, taints: [{key: a, effect: NoSchedule}]}], \
             fargateProfiles: [{name: web, selectors: [{namespace: web}]}]}",
        )
        .expect("a spec");
        let told = simulator.run(move || async move { Rehearsal::of(&stage, &cluster).await });
        let rehearsal = told.expect("no wait lasts for ever").expect("a lifecycle");
        assert!(rehearsal.events.len() > 10);
        known("Rehearsal", &rehearsal);
        known("Ledger", &simulator.ledger());
    }

    #[test]
    fn what_reads_tell_is_known() {
        let simulator = Simulator::start();
        let eks = simulator.eks();
        let done = simulator.run(move || async move {
            let cluster = Cluster::builder().name("web").build()?;
            known("Plan", &eks.plan(&cluster).await?);
            known("Preflight", &eks.preflight(&cluster).await?);
            known("ClusterInfo", &eks.create(&cluster).await?);
            known("ClusterDetails", &eks.describe_in_full("web").await?);
            for summary in &eks.list().await? {
                known("ClusterSummary", summary);
            }
            known("Cluster", &eks.spec_of("web").await?);
            let group = eks.describe("web").await?.node_groups.remove(0).name;
            let change = TaintChange::set(Taint::no_schedule("app", "batch"));
            known("NodeGroupInfo", &eks.taint("web", &group, &change).await?);
            known("TagReport", &eks.tag("web", &crate::TagChange::set("cost", "42")).await?);
            known("Plan", &eks.plan_delete("web").await?);
            let changed = Cluster { zonal_shift: Some(true), ..cluster };
            known("Plan", &eks.plan_with(&changed, ApplyOptions::default()).await?);
            known("DeleteReport", &eks.delete("web").await?);
            Ok::<_, Error>(())
        });
        done.expect("no wait lasts for ever").expect("a lifecycle");
    }

    #[test]
    fn settings_are_known() {
        known("Settings", &Settings::default());
    }
}
