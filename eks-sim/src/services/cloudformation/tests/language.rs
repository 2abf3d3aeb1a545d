use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::services::cloudformation::intrinsic::{Referent, Scope, evaluate, resolve};
use crate::services::cloudformation::output::Export;
use crate::services::cloudformation::template::Template;
use crate::services::cloudformation::{graph, yaml};

fn scope() -> Scope {
    Scope {
        region: "us-west-2".into(),
        account: "123456789012".into(),
        stack_name: "web".into(),
        stack_id: "arn:aws:cloudformation:us-west-2:123456789012:stack/web/1".into(),
        parameters: BTreeMap::from([
            ("Size".to_owned(), json!("3")),
            ("Names".to_owned(), json!(["a", "b"])),
        ]),
        mappings: json!({ "Sizes": { "small": { "cpu": "2" } } }),
        extended: false,
        conditions: BTreeMap::from([("Yes".to_owned(), true), ("No".to_owned(), false)]),
        zones: BTreeMap::from([(
            "us-west-2".to_owned(),
            vec!["us-west-2a".to_owned(), "us-west-2b".to_owned()],
        )]),
        exports: Arc::new(BTreeMap::from([(
            "shared".to_owned(),
            Export { stack: "network".into(), value: "vpc-9".into() },
        )])),
        resources: BTreeMap::from([(
            "Role".to_owned(),
            Referent {
                reference: "web-role".into(),
                attributes: BTreeMap::from([("Arn".to_owned(), json!("arn:aws:iam::1:role/web-role"))]),
            },
        )]),
    }
}

#[test]
fn functions() {
    let table = [
        (json!({ "Ref": "Size" }), json!("3")),
        (json!({ "Ref": "Names" }), json!(["a", "b"])),
        (json!({ "Ref": "Role" }), json!("web-role")),
        (json!({ "Ref": "AWS::Region" }), json!("us-west-2")),
        (json!({ "Ref": "AWS::AccountId" }), json!("123456789012")),
        (json!({ "Ref": "AWS::Partition" }), json!("aws")),
        (json!({ "Ref": "AWS::StackName" }), json!("web")),
        (json!({ "Ref": "AWS::URLSuffix" }), json!("amazonaws.com")),
        (
            json!({ "Fn::Sub": "${AWS::StackId}" }),
            json!("arn:aws:cloudformation:us-west-2:123456789012:stack/web/1"),
        ),
        (json!({ "Fn::GetAtt": ["Role", "Arn"] }), json!("arn:aws:iam::1:role/web-role")),
        (json!({ "Fn::GetAtt": "Role.Arn" }), json!("arn:aws:iam::1:role/web-role")),
        (
            json!({ "Fn::Sub": "${Role}/${Role.Arn}/${!Kept}/$x" }),
            json!("web-role/arn:aws:iam::1:role/web-role/${Kept}/$x"),
        ),
        (json!({ "Fn::Sub": ["${A}-${Size}", { "A": { "Ref": "AWS::Region" } }] }), json!("us-west-2-3")),
        (json!({ "Fn::Join": ["-", ["a", { "Ref": "Size" }, 4, true]] }), json!("a-3-4-true")),
        (json!({ "Fn::Join": [",", { "Ref": "Names" }] }), json!("a,b")),
        (json!({ "Fn::Select": [1, ["a", "b"]] }), json!("b")),
        (json!({ "Fn::Select": ["0", { "Fn::GetAZs": "" }] }), json!("us-west-2a")),
        (json!({ "Fn::Split": ["|", "a|b||c"] }), json!(["a", "b", "", "c"])),
        (json!({ "Fn::GetAZs": { "Ref": "AWS::Region" } }), json!(["us-west-2a", "us-west-2b"])),
        (
            json!({ "Fn::Cidr": ["192.168.0.0/16", 3, 13] }),
            json!(["192.168.0.0/19", "192.168.32.0/19", "192.168.64.0/19"]),
        ),
        (json!({ "Fn::Select": [1, { "Fn::Cidr": ["2001:db8::/56", 2, 64] }] }), json!("2001:db8:0:1::/64")),
        (json!({ "Fn::Base64": { "Fn::Sub": "n=${Size}" } }), json!("bj0z")),
        (json!({ "Fn::FindInMap": ["Sizes", "small", "cpu"] }), json!("2")),
        (json!({ "Fn::ImportValue": "shared" }), json!("vpc-9")),
        (json!({ "Fn::If": ["Yes", "then", "else"] }), json!("then")),
        (json!({ "Fn::If": ["No", "then", "else"] }), json!("else")),
        (json!({ "A": { "Fn::If": ["No", 1, { "Ref": "AWS::NoValue" }] }, "B": 2 }), json!({ "B": 2 })),
        (json!([1, { "Ref": "AWS::NoValue" }, 3]), json!([1, 3])),
        // A member that merely looks like one.
        (json!({ "Ref": "Size", "Other": 1 }), json!({ "Ref": "Size", "Other": 1 })),
    ];
    for (value, expected) in table {
        assert_eq!(resolve(&value, &scope()).expect("it resolves"), expected, "{value}");
    }
}

#[test]
fn functions_that_fail() {
    let table = [
        (
            json!({ "Fn::Select": [3, ["a"]] }),
            "Template error: Fn::Select cannot select nonexistent value at index 3",
        ),
        (
            json!({ "Fn::Join": ["-", "a"] }),
            "Template error: Fn::Join requires the second parameter to be a list of strings",
        ),
        (
            json!({ "Fn::GetAtt": ["Role", "Color"] }),
            "Template error: resource Role does not support attribute type Color in Fn::GetAtt",
        ),
        (json!({ "Fn::ImportValue": "no" }), "No export named no found."),
        (
            json!({ "Fn::Cidr": ["10.0.0.0/24", 3, 7] }),
            "Template error: Fn::Cidr cannot divide 10.0.0.0/24 into 3 networks of 7 bits",
        ),
        (
            json!({ "Fn::FindInMap": ["Sizes", "big", "cpu"] }),
            "Template error: Unable to get mapping for Sizes::big::cpu",
        ),
        (
            json!({ "Fn::FindInMap": ["Sizes", "big", "cpu", { "DefaultValue": "1" }] }),
            "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the \
             attribute for return value",
        ),
        (json!({ "Fn::Transform": {} }), "Template error: unsupported function: Fn::Transform"),
    ];
    for (value, expected) in table {
        assert_eq!(resolve(&value, &scope()).expect_err("it fails").message, expected);
    }
}

#[test]
fn the_default_of_a_mapping_is_an_extension() {
    let scope = Scope { extended: true, ..scope() };
    let default = json!({ "DefaultValue": { "Ref": "Size" } });
    for (key, expected) in [("small", "2"), ("big", "3")] {
        let value = json!({ "Fn::FindInMap": ["Sizes", key, "cpu", default] });
        assert_eq!(resolve(&value, &scope).expect("it resolves"), expected);
    }
    let other = json!({ "Fn::FindInMap": ["Sizes", "big", "cpu", { "Default": "1" }] });
    assert!(resolve(&other, &scope).is_err());
}

#[test]
fn conditions() {
    let conditions: BTreeMap<String, Value> = [
        ("Three", json!({ "Fn::Equals": [{ "Ref": "Size" }, 3] })),
        ("NotThree", json!({ "Fn::Not": [{ "Condition": "Three" }] })),
        ("Both", json!({ "Fn::And": [{ "Condition": "Three" }, { "Condition": "NotThree" }] })),
        ("Either", json!({ "Fn::Or": [{ "Condition": "Three" }, { "Condition": "NotThree" }] })),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let known = evaluate(&conditions, &scope()).expect("they evaluate");
    let holding: Vec<&str> =
        known.iter().filter(|(_, holds)| **holds).map(|(name, _)| name.as_str()).collect();
    assert_eq!(holding, ["Either", "Three"]);
    let round = BTreeMap::from([("A".to_owned(), json!({ "Fn::Not": [{ "Condition": "A" }] }))]);
    assert!(evaluate(&round, &scope()).is_err());
}

#[test]
fn short_forms_of_yaml() {
    let text = r#"
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !Ref Block
      Name: !Sub "${AWS::StackName}-vpc"
      Arn: !GetAtt Role.Arn
      Zone: !Select [0, !GetAZs ""]
      Joined: !Join
        - "-"
        - [a, !Ref B]
      Chosen: !If [Big, 1, !Ref "AWS::NoValue"]
      Flag: true
      Count: 3
"#;
    let value = yaml::read(text).expect("it is YAML");
    assert_eq!(
        value["Resources"]["Vpc"]["Properties"],
        json!({
            "CidrBlock": { "Ref": "Block" },
            "Name": { "Fn::Sub": "${AWS::StackName}-vpc" },
            "Arn": { "Fn::GetAtt": ["Role", "Arn"] },
            "Zone": { "Fn::Select": [0, { "Fn::GetAZs": "" }] },
            "Joined": { "Fn::Join": ["-", ["a", { "Ref": "B" }]] },
            "Chosen": { "Fn::If": ["Big", 1, { "Ref": "AWS::NoValue" }] },
            "Flag": true,
            "Count": 3,
        })
    );
}

#[test]
fn templates_that_are_refused() {
    let vpc = |properties: Value| json!({ "Type": "AWS::EC2::VPC", "Properties": properties });
    let one = |resource: Value| json!({ "Resources": { "A": resource } }).to_string();
    let table = [
        ("{".to_owned(), "Template format error: JSON not well-formed. (line 1, column 1)"),
        ("[]".to_owned(), "Template format error: unsupported structure."),
        ("{}".to_owned(), "Template format error: At least one Resources member must be defined."),
        (r#"{"Resource":{}}"#.to_owned(), "Invalid template property or properties [Resource]"),
        (one(json!({})), "Template format error: [/Resources/A] Every Resources object must contain a Type member."),
        (one(json!({ "Type": "AWS::S3::Nothing" })), "Template format error: Unrecognized resource types: [AWS::S3::Nothing]"),
        (one(json!({ "Type": "AWS::EC2::VPC", "Colour": 1 })), "Invalid template resource property 'Colour'"),
        (
            one(vpc(json!({ "CidrBlock": { "Ref": "Nobody" } }))),
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template",
        ),
        (
            one(json!({ "Type": "AWS::EC2::VPC", "DependsOn": "B" })),
            "Template format error: Unresolved resource dependencies [B] in the Resources block of the template",
        ),
        (
            one(vpc(json!({ "CidrBlock": { "Fn::GetAtt": ["B", "C"] } }))),
            "Template error: instance of Fn::GetAtt references undefined resource B",
        ),
        (
            json!({ "Resources": { "A": vpc(json!({})) }, "Outputs": { "O": { "Value": { "Ref": "Nobody" } } } }).to_string(),
            "Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template",
        ),
        (
            json!({ "Resources": {
                "A": { "Type": "AWS::EC2::VPC", "DependsOn": "B" },
                "B": vpc(json!({ "CidrBlock": { "Fn::Sub": "${A.CidrBlock}" } })),
                "C": { "Type": "AWS::EC2::VPC", "DependsOn": "A" },
            } })
            .to_string(),
            "Circular dependency between resources: [A, B]",
        ),
    ];
    for (body, expected) in table {
        assert_eq!(Template::parse(&body).expect_err("it is refused").message, expected, "{body}");
    }
}

#[test]
fn dependencies_come_from_references_and_depends_on() {
    let template = json!({
        "Conditions": { "Big": { "Fn::Equals": ["a", "a"] } },
        "Resources": {
            "Vpc": { "Type": "AWS::EC2::VPC" },
            "Gateway": { "Type": "AWS::EC2::InternetGateway" },
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "DependsOn": ["Gateway"],
                "Properties": {
                    "VpcId": { "Fn::Sub": ["${V}${Region}", { "V": { "Ref": "Vpc" }, "Region": "x" }] },
                    "CidrBlock": { "Fn::If": ["Big", "10.0.0.0/24", { "Fn::GetAtt": ["Other", "CidrBlock"] }] },
                },
            },
            "Other": { "Type": "AWS::EC2::VPC" },
        }
    });
    let template = Template::parse(&template.to_string()).expect("it is right");
    let conditions = BTreeMap::from([("Big".to_owned(), true)]);
    let found = graph::dependencies(&template, "Subnet", Some(&conditions));
    assert_eq!(found, BTreeMap::from([("Gateway".to_owned(), true), ("Vpc".to_owned(), false)]));
    assert_eq!(graph::dependencies(&template, "Subnet", None).len(), 3);
}

#[test]
fn capabilities_are_told_from_the_types() {
    let capability = |properties: Value| {
        let template =
            json!({ "Resources": { "A": { "Type": "AWS::IAM::Role", "Properties": properties } } });
        Template::parse(&template.to_string()).expect("it is right").capability().map(|(name, _)| name)
    };
    assert_eq!(capability(json!({})), Some("CAPABILITY_IAM"));
    assert_eq!(capability(json!({ "RoleName": "x" })), Some("CAPABILITY_NAMED_IAM"));
    let policy = json!({ "Resources": { "A": {
        "Type": "AWS::IAM::Policy",
        "Properties": { "PolicyName": "p", "PolicyDocument": {}, "Roles": [] },
    } } });
    let policy = Template::parse(&policy.to_string()).expect("it is right");
    assert_eq!(policy.capability().map(|(name, _)| name), Some("CAPABILITY_IAM"));
}
