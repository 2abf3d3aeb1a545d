//! Every operation: its name, the members it requires (the service model's `required`), its code.

use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

use super::{instance_profile, open_id_connect, policy, role, role_policy, service_linked_role};

pub(super) type Run = fn(&mut World, &Params) -> Result<Answer, AwsError>;

pub(super) struct Operation {
    name: &'static str,
    pub(super) required: &'static [&'static str],
    pub(super) run: Run,
}

const fn operation(name: &'static str, required: &'static [&'static str], run: Run) -> Operation {
    Operation { name, required, run }
}

pub(super) fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

const OPERATIONS: &[Operation] = &[
    operation("CreateRole", &["RoleName", "AssumeRolePolicyDocument"], role::create),
    operation("GetRole", &["RoleName"], role::get),
    operation("DeleteRole", &["RoleName"], role::delete),
    operation("ListRoles", &[], role::list),
    operation("UpdateRole", &["RoleName"], role::update),
    operation("UpdateRoleDescription", &["RoleName", "Description"], role::update_description),
    operation("UpdateAssumeRolePolicy", &["RoleName", "PolicyDocument"], role::update_assume_role_policy),
    operation("TagRole", &["RoleName", "Tags"], role::tag),
    operation("UntagRole", &["RoleName", "TagKeys"], role::untag),
    operation("ListRoleTags", &["RoleName"], role::list_tags),
    operation("AttachRolePolicy", &["RoleName", "PolicyArn"], role_policy::attach),
    operation("DetachRolePolicy", &["RoleName", "PolicyArn"], role_policy::detach),
    operation("ListAttachedRolePolicies", &["RoleName"], role_policy::list_attached),
    operation("PutRolePolicy", &["RoleName", "PolicyName", "PolicyDocument"], role_policy::put),
    operation("GetRolePolicy", &["RoleName", "PolicyName"], role_policy::get),
    operation("DeleteRolePolicy", &["RoleName", "PolicyName"], role_policy::delete),
    operation("ListRolePolicies", &["RoleName"], role_policy::list),
    operation("CreateServiceLinkedRole", &["AWSServiceName"], service_linked_role::create),
    operation("CreateInstanceProfile", &["InstanceProfileName"], instance_profile::create),
    operation("GetInstanceProfile", &["InstanceProfileName"], instance_profile::get),
    operation("DeleteInstanceProfile", &["InstanceProfileName"], instance_profile::delete),
    operation("ListInstanceProfiles", &[], instance_profile::list),
    operation("ListInstanceProfilesForRole", &["RoleName"], instance_profile::list_for_role),
    operation("AddRoleToInstanceProfile", &["InstanceProfileName", "RoleName"], instance_profile::add_role),
    operation(
        "RemoveRoleFromInstanceProfile",
        &["InstanceProfileName", "RoleName"],
        instance_profile::remove_role,
    ),
    operation("CreatePolicy", &["PolicyName", "PolicyDocument"], policy::create),
    operation("GetPolicy", &["PolicyArn"], policy::get),
    operation("DeletePolicy", &["PolicyArn"], policy::delete),
    operation("ListPolicies", &[], policy::list),
    operation("GetPolicyVersion", &["PolicyArn", "VersionId"], policy::get_version),
    operation("ListPolicyVersions", &["PolicyArn"], policy::list_versions),
    operation("CreateOpenIDConnectProvider", &["Url"], open_id_connect::create),
    operation("GetOpenIDConnectProvider", &["OpenIDConnectProviderArn"], open_id_connect::get),
    operation("DeleteOpenIDConnectProvider", &["OpenIDConnectProviderArn"], open_id_connect::delete),
    operation("ListOpenIDConnectProviders", &[], open_id_connect::list),
    operation("TagOpenIDConnectProvider", &["OpenIDConnectProviderArn", "Tags"], open_id_connect::tag),
    operation("UntagOpenIDConnectProvider", &["OpenIDConnectProviderArn", "TagKeys"], open_id_connect::untag),
];
