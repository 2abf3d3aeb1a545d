//! IAM as its callers see it.

use std::time::Duration;

use crate::services;
use crate::settings::Settings;
use crate::wire::{Answer, AwsError, Call, Input, Params, Service, Xml};
use crate::world::World;

use super::view::{NotAssumable, assumable};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
const CLUSTER_POLICY: &str = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
const PERMISSIONS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#;

struct Account {
    world: World,
}

impl Account {
    fn new() -> Self {
        Self { world: World::new(Settings::default()) }
    }

    fn call(&mut self, operation: &str, members: &[(&str, &str)]) -> Result<Xml, AwsError> {
        let mut params = Params::new().set("Action", operation).set("Version", "2010-05-08");
        for (name, value) in members {
            params.insert(*name, *value);
        }
        let (region, operation) = ("us-east-1".to_owned(), operation.to_owned());
        let call =
            Call { service: Service::Iam, operation, region, input: Input::Params(params), failure: None };
        services::call(&mut self.world, &call).map(Answer::xml)
    }

    fn ok(&mut self, operation: &str, members: &[(&str, &str)]) -> Xml {
        self.call(operation, members).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Code, status and message of the refusal.
    fn refused(&mut self, operation: &str, members: &[(&str, &str)]) -> (String, u16, String) {
        match self.call(operation, members) {
            Ok(_) => panic!("{operation} was not refused"),
            Err(error) => (error.code, error.status, error.message),
        }
    }

    fn role(&mut self, name: &str) -> String {
        let sent = [("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
        self.ok("CreateRole", &sent).at("Role/Arn").to_owned()
    }
}

fn error(code: &str, status: u16, message: &str) -> (String, u16, String) {
    (code.to_owned(), status, message.to_owned())
}

#[test]
fn a_role_is_made_shown_and_deleted() {
    let mut account = Account::new();
    let sent = [
        ("RoleName", "cluster"),
        ("AssumeRolePolicyDocument", TRUST),
        ("Path", "/eks/"),
        ("Description", "of a cluster"),
        ("Tags.member.1.Key", "owner"),
        ("Tags.member.1.Value", "web"),
    ];
    account.ok("CreateRole", &sent);
    let shown = account.ok("GetRole", &[("RoleName", "cluster")]);
    assert_eq!(shown.at("Role/Arn"), "arn:aws:iam::123456789012:role/eks/cluster");
    assert!(shown.at("Role/AssumeRolePolicyDocument").starts_with("%7B%22Version%22%3A%222012-10-17%22"));
    assert_eq!(shown.at("Role/Tags/member/Value"), "web");
    assert_eq!(
        account.refused("CreateRole", &sent),
        error("EntityAlreadyExists", 409, "Role with name cluster already exists.")
    );
    account.ok("DeleteRole", &[("RoleName", "cluster")]);
    assert_eq!(
        account.refused("GetRole", &[("RoleName", "cluster")]),
        error("NoSuchEntity", 404, "The role with name cluster cannot be found.")
    );
    assert!(account.world.ledger().left().is_empty());
}

#[test]
fn a_role_stays_while_something_hangs_on_it() {
    let mut account = Account::new();
    account.role("node");
    let name = ("RoleName", "node");
    let policy = [name, ("PolicyArn", CLUSTER_POLICY)];
    account.ok("AttachRolePolicy", &policy);
    account.ok("AttachRolePolicy", &policy);
    let attached = account.ok("ListAttachedRolePolicies", &[name]);
    assert_eq!(attached.all("AttachedPolicies/member").len(), 1);
    assert_eq!(attached.at("AttachedPolicies/member/PolicyName"), "AmazonEKSClusterPolicy");
    let inline = [name, ("PolicyName", "more"), ("PolicyDocument", PERMISSIONS)];
    account.ok("PutRolePolicy", &inline);
    let profile = ("InstanceProfileName", "node");
    account.ok("CreateInstanceProfile", &[profile]);
    account.ok("AddRoleToInstanceProfile", &[profile, name]);
    let profiles = account.ok("ListInstanceProfilesForRole", &[name]);
    assert_eq!(profiles.at("InstanceProfiles/member/Roles/member/RoleName"), "node");
    // facts/aws.md §2.10
    for (message, operation, members) in [
        (
            "Cannot delete entity, must remove roles from instance profile first.",
            "RemoveRoleFromInstanceProfile",
            vec![profile, name],
        ),
        ("Cannot delete entity, must detach all policies first.", "DetachRolePolicy", policy.to_vec()),
        ("Cannot delete entity, must delete policies first.", "DeleteRolePolicy", inline[..2].to_vec()),
    ] {
        assert_eq!(account.refused("DeleteRole", &[name]), error("DeleteConflict", 409, message));
        account.ok(operation, &members);
    }
    account.ok("DeleteRole", &[name]);
    account.ok("DeleteInstanceProfile", &[profile]);
    assert!(account.world.ledger().left().is_empty());
}

#[test]
fn documents_are_checked() {
    let mut account = Account::new();
    for document in [
        "not json",
        "[]",
        r#"{"Version":"2012-10-17"}"#,
        r#"{"Version":"1999-01-01","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ec2:RunInstances"}]}"#,
        r#"{"Statement":[{"Principal":"*","Action":"sts:AssumeRole"}]}"#,
    ] {
        let sent = [("RoleName", "r"), ("AssumeRolePolicyDocument", document)];
        assert_eq!(account.refused("CreateRole", &sent).0, "MalformedPolicyDocument", "{document}");
    }
    assert_eq!(
        account.refused("CreateRole", &[("RoleName", "no spaces"), ("AssumeRolePolicyDocument", TRUST)]),
        error(
            "ValidationError",
            400,
            "1 validation error detected: Value 'no spaces' at 'roleName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+=,.@-]+"
        )
    );
    assert_eq!(account.refused("CreateRole", &[("RoleName", "r")]).0, "ValidationError");
}

#[test]
fn eks_can_assume_a_role_after_a_while_if_it_is_trusted() {
    let mut account = Account::new();
    let arn = account.role("cluster");
    let eks = "eks.amazonaws.com";
    assert_eq!(assumable(&account.world, &arn, eks), Err(NotAssumable::NotYet));
    account.world.settle(account.world.now() + Duration::from_secs(4));
    account.ok("AttachRolePolicy", &[("RoleName", "cluster"), ("PolicyArn", CLUSTER_POLICY)]);
    let role = assumable(&account.world, &arn, eks).unwrap();
    assert_eq!(role.attached, [CLUSTER_POLICY]);
    assert_eq!(assumable(&account.world, &arn, "ec2.amazonaws.com"), Err(NotAssumable::WrongTrust));
    assert_eq!(assumable(&account.world, &format!("{arn}x"), eks), Err(NotAssumable::Missing));
    account.world.trouble().iam_propagation = false;
    let nodes = TRUST.replace("eks.", "ec2.");
    account.ok("UpdateAssumeRolePolicy", &[("RoleName", "cluster"), ("PolicyDocument", &nodes)]);
    assert_eq!(assumable(&account.world, &arn, eks), Err(NotAssumable::WrongTrust));
    assert!(assumable(&account.world, &arn, "ec2.amazonaws.com").is_ok());
}

#[test]
fn lists_come_in_pages() {
    let mut account = Account::new();
    for number in 0..5 {
        account.role(&format!("role-{number}"));
    }
    let first = account.ok("ListRoles", &[("MaxItems", "3")]);
    assert_eq!(first.at("IsTruncated"), "true");
    let marker = first.at("Marker").to_owned();
    let second = account.ok("ListRoles", &[("MaxItems", "3"), ("Marker", &marker)]);
    assert_eq!((second.at("IsTruncated"), second.at("Roles/member/RoleName")), ("false", "role-3"));
    assert_eq!(account.refused("ListRoles", &[("MaxItems", "0")]).0, "ValidationError");
}

#[test]
fn policies_are_the_accounts_or_awss() {
    let mut account = Account::new();
    account.role("node");
    let ebs = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";
    account.ok("AttachRolePolicy", &[("RoleName", "node"), ("PolicyArn", ebs)]);
    assert_eq!(account.ok("GetPolicy", &[("PolicyArn", ebs)]).at("Policy/AttachmentCount"), "1");
    let sent = [("PolicyName", "autoscaler"), ("PolicyDocument", PERMISSIONS)];
    let arn = account.ok("CreatePolicy", &sent).at("Policy/Arn").to_owned();
    assert_eq!(account.refused("CreatePolicy", &sent).0, "EntityAlreadyExists");
    account.ok("AttachRolePolicy", &[("RoleName", "node"), ("PolicyArn", &arn)]);
    assert_eq!(
        account.refused("DeletePolicy", &[("PolicyArn", &arn)]),
        error("DeleteConflict", 409, "Cannot delete a policy attached to entities.")
    );
    account.ok("DetachRolePolicy", &[("RoleName", "node"), ("PolicyArn", &arn)]);
    account.ok("DeletePolicy", &[("PolicyArn", &arn)]);
    assert_eq!(account.ok("ListPolicies", &[("Scope", "Local")]).all("Policies/member").len(), 0);
    let unknown = [("RoleName", "node"), ("PolicyArn", "arn:aws:iam::aws:policy/Nonsense")];
    assert_eq!(account.refused("AttachRolePolicy", &unknown).0, "NoSuchEntity");
}

#[test]
fn service_linked_roles_are_made_once_and_protected() {
    let mut account = Account::new();
    let sent = [("AWSServiceName", "eks-nodegroup.amazonaws.com")];
    assert_eq!(
        account.ok("CreateServiceLinkedRole", &sent).at("Role/Arn"),
        "arn:aws:iam::123456789012:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup"
    );
    assert_eq!(account.refused("CreateServiceLinkedRole", &sent).0, "InvalidInput");
    let role = [("RoleName", "AWSServiceRoleForAmazonEKSNodegroup")];
    assert_eq!(account.refused("DeleteRole", &role).0, "UnmodifiableEntity");
}

#[test]
fn identity_providers_come_and_go() {
    let mut account = Account::new();
    let url = "https://oidc.eks.us-east-1.amazonaws.com/id/ABC";
    let sent = [("Url", url), ("ClientIDList.member.1", "sts.amazonaws.com")];
    let arn = account.ok("CreateOpenIDConnectProvider", &sent).at("OpenIDConnectProviderArn").to_owned();
    assert_eq!(arn, "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC");
    assert_eq!(account.refused("CreateOpenIDConnectProvider", &sent).0, "EntityAlreadyExists");
    let named = [("OpenIDConnectProviderArn", arn.as_str())];
    let shown = account.ok("GetOpenIDConnectProvider", &named);
    assert_eq!(shown.at("ClientIDList/member"), "sts.amazonaws.com");
    assert_eq!(shown.at("Url"), "oidc.eks.us-east-1.amazonaws.com/id/ABC");
    account.ok("DeleteOpenIDConnectProvider", &named);
    account.ok("DeleteOpenIDConnectProvider", &named);
    assert_eq!(account.refused("GetOpenIDConnectProvider", &named).0, "NoSuchEntity");
    let plain = [("Url", "http://example.com")];
    assert_eq!(account.refused("CreateOpenIDConnectProvider", &plain).0, "ValidationError");
}
