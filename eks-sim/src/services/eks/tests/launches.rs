//! What launch templates do to nodes: those that start and join, and those that do not.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::setting::{Setting, merged};

const GROUP: fn() -> Value = || json!({"clusterName": "c", "nodegroupName": "n"});
const IMAGE: (&str, &str) = ("ImageId", "ami-0123456789abcdef0");
const JOINS: &str = "NodeCreationFailure: Instances failed to join the kubernetes cluster";

/// A cluster and what its nodes need to know of it.
fn setting(more: Value) -> (Setting, Value) {
    let mut setting = Setting::new();
    setting.cluster(more);
    let cluster = setting.ok("DescribeCluster", json!({"name": "c"}))["cluster"].clone();
    (setting, cluster)
}

/// What becomes of a group with this template: its status, or its first issue.
fn becomes(setting: &mut Setting, data: &[(&str, &str)], more: Value) -> String {
    let number = setting.world.hex_id(8);
    let name = format!("template-{number}");
    let members: Vec<(String, &str)> =
        data.iter().map(|(name, value)| (format!("LaunchTemplateData.{name}"), *value)).collect();
    let mut params = vec![("LaunchTemplateName", name.as_str())];
    params.extend(members.iter().map(|(name, value)| (name.as_str(), *value)));
    setting.ec2("CreateLaunchTemplate", &params);
    let request = setting.nodegroup_request(merged(json!({"launchTemplate": {"name": name}}), more));
    setting.ok("CreateNodegroup", request);
    setting.pass(1500);
    let group = setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone();
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(900);
    match &group["health"]["issues"][0] {
        Value::Null => group["status"].as_str().unwrap_or_default().to_owned(),
        issue => {
            assert_eq!(group["status"], "CREATE_FAILED");
            format!("{}: {}", issue["code"].as_str().unwrap(), issue["message"].as_str().unwrap())
        }
    }
}

fn multipart(part: &str) -> String {
    BASE64_STANDARD.encode(format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"edge\"\n\n--edge\n{part}\n--edge--\n"
    ))
}

fn nodeadm(cluster: &Value) -> Value {
    json!({"apiVersion": "node.eks.aws/v1alpha1", "kind": "NodeConfig", "spec": {"cluster": {
        "name": "c",
        "apiServerEndpoint": cluster["endpoint"],
        "certificateAuthority": cluster["certificateAuthority"]["data"],
        "cidr": cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"],
    }}})
}

#[test]
fn user_data_beside_that_of_eks_is_a_mime_multipart() {
    let (mut setting, _) = setting(json!({}));
    let script = BASE64_STANDARD.encode("#!/bin/bash\necho hello");
    let refused = "Ec2LaunchTemplateInvalidConfiguration: User data was not in the MIME multipart format.";
    assert_eq!(becomes(&mut setting, &[("UserData", &script)], json!({})), refused);
    let part = multipart("Content-Type: text/x-shellscript\n\n#!/bin/bash\necho hello");
    assert_eq!(becomes(&mut setting, &[("UserData", &part)], json!({})), "ACTIVE");
    // Bottlerocket reads TOML.
    let toml = BASE64_STANDARD.encode("[settings.motd]\nmotd = \"hello\"");
    let bottlerocket = json!({"amiType": "BOTTLEROCKET_x86_64"});
    assert_eq!(becomes(&mut setting, &[("UserData", &toml)], bottlerocket), "ACTIVE");
}

#[test]
fn an_image_of_ones_own_joins_if_its_user_data_says_how() {
    let (mut setting, cluster) = setting(json!({}));
    assert_eq!(becomes(&mut setting, &[IMAGE], json!({})), JOINS);
    let good = nodeadm(&cluster);
    let mut other = good.clone();
    other["spec"]["cluster"]["apiServerEndpoint"] = json!("https://elsewhere.example");
    let mut less = good.clone();
    less["spec"]["cluster"]["cidr"] = Value::Null;
    let part = |config: &Value| multipart(&format!("Content-Type: application/node.eks.aws\n\n{config:#}\n"));
    let toml = format!(
        "[settings.kubernetes]\ncluster-name = \"c\"\napi-server = {}\ncluster-certificate = {}\n",
        cluster["endpoint"], cluster["certificateAuthority"]["data"]
    );
    for (user_data, outcome) in [
        (part(&good), "ACTIVE"),
        (BASE64_STANDARD.encode(good.to_string()), "ACTIVE"),
        (part(&other), JOINS),
        (part(&less), JOINS),
        (multipart("Content-Type: text/x-shellscript\n\n#!/bin/bash\n/etc/eks/bootstrap.sh c\n"), "ACTIVE"),
        (BASE64_STANDARD.encode("#!/bin/bash\n/etc/eks/bootstrap.sh d"), JOINS),
        (BASE64_STANDARD.encode(toml), "ACTIVE"),
        (BASE64_STANDARD.encode("#!/bin/bash\necho hello"), JOINS),
    ] {
        let data = [IMAGE, ("UserData", &user_data)];
        assert_eq!(becomes(&mut setting, &data, json!({})), outcome, "{user_data}");
    }
}

#[test]
fn an_ssh_key_has_to_be_there() {
    let (mut setting, _) = setting(json!({}));
    let failure = "AsgInstanceLaunchFailures: Could not launch On-Demand Instances. InvalidKeyPair.NotFound - The \
                   key pair 'me' does not exist Launching EC2 instance failed.";
    assert_eq!(becomes(&mut setting, &[("KeyName", "me")], json!({})), failure);
    let request = setting.nodegroup_request(json!({"remoteAccess": {"ec2SshKey": "me"}}));
    let refused = "InvalidParameterException: KeyPair me not found";
    assert_eq!(setting.refused("CreateNodegroup", request.clone()), refused);
    setting.ec2("CreateKeyPair", &[("KeyName", "me")]);
    assert_eq!(becomes(&mut setting, &[("KeyName", "me")], json!({})), "ACTIVE");
    setting.ok("CreateNodegroup", request);
    setting.pass(600);
    let instances =
        setting.ec2("DescribeInstances", &[("Filter.1.Name", "key-name"), ("Filter.1.Value.1", "me")]);
    let running = instances.all("reservationSet/item/instancesSet/item/instanceState/name");
    assert_eq!(running.iter().filter(|state| state.value() == "running").count(), 2);
}

/// Where the private endpoint is on, its name leads to the control plane's interfaces.
#[test]
fn security_groups_have_to_let_nodes_to_the_api_server() {
    for private in [false, true] {
        let mut setting = Setting::new();
        let subnets: Vec<String> = setting.public.iter().chain(&setting.private).cloned().collect();
        setting.cluster(json!({
            "resourcesVpcConfig": {"subnetIds": subnets, "endpointPrivateAccess": private},
        }));
        let cluster = setting.ok("DescribeCluster", json!({"name": "c"}))["cluster"].clone();
        let own = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"].as_str().unwrap().to_owned();
        let vpc = setting.vpc.clone();
        let request = [("GroupName", "nodes"), ("GroupDescription", "Nodes"), ("VpcId", vpc.as_str())];
        let group = setting.ec2("CreateSecurityGroup", &request).at("groupId").to_owned();

        let alone = [("SecurityGroupId.1", group.as_str())];
        let outcome = if private { JOINS } else { "ACTIVE" };
        assert_eq!(becomes(&mut setting, &alone, json!({})), outcome, "private: {private}");
        let both = [("SecurityGroupId.1", own.as_str()), ("SecurityGroupId.2", group.as_str())];
        assert_eq!(becomes(&mut setting, &both, json!({})), "ACTIVE", "private: {private}");
        if private {
            let rule = [
                ("GroupId", own.as_str()),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "443"),
                ("IpPermissions.1.ToPort", "443"),
                ("IpPermissions.1.Groups.1.GroupId", group.as_str()),
            ];
            setting.ec2("AuthorizeSecurityGroupIngress", &rule);
            assert_eq!(becomes(&mut setting, &alone, json!({})), "ACTIVE");
        }
        let out = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        setting.ec2("RevokeSecurityGroupEgress", &out);
        assert_eq!(becomes(&mut setting, &alone, json!({})), JOINS, "nothing leads out of the group");
    }
}

#[test]
fn types_are_named_in_one_place() {
    let (mut setting, _) = setting(json!({}));
    let template = [("LaunchTemplateName", "typed"), ("LaunchTemplateData.InstanceType", "m5.large")];
    setting.ec2("CreateLaunchTemplate", &template);
    let more = json!({"launchTemplate": {"name": "typed"}, "instanceTypes": ["m5.large"]});
    let request = setting.nodegroup_request(more);
    assert_eq!(
        setting.refused("CreateNodegroup", request),
        "InvalidRequestException: Cannot specify instance types in launch template and API request"
    );
}
