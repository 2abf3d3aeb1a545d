use super::{Account, error};

fn group(account: &mut Account, vpc: &str, name: &str) -> String {
    account.get(
        "CreateSecurityGroup",
        &[("GroupName", name), ("GroupDescription", "d"), ("VpcId", vpc)],
        "groupId",
    )
}

#[test]
fn names_are_unique_in_a_vpc() {
    let mut account = Account::new();
    let vpc = account.vpc();
    group(&mut account, &vpc, "nodes");
    let sent = [("GroupName", "nodes"), ("GroupDescription", "d"), ("VpcId", vpc.as_str())];
    assert_eq!(
        account.refused("CreateSecurityGroup", &sent),
        error(
            "InvalidGroup.Duplicate",
            &format!("The security group 'nodes' already exists for VPC '{vpc}'")
        )
    );
    let other = account.vpc();
    group(&mut account, &other, "nodes");
    let reserved = [("GroupName", "sg-nodes"), ("GroupDescription", "d"), ("VpcId", vpc.as_str())];
    assert_eq!(account.code("CreateSecurityGroup", &reserved), "InvalidParameterValue");
}

#[test]
fn rules_come_and_go() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let id = group(&mut account, &vpc, "nodes");
    let peer = group(&mut account, &vpc, "control-plane");
    let sent = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.Groups.1.GroupId", peer.as_str()),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ("IpPermissions.1.IpRanges.1.Description", "inside"),
    ];
    let answer = account.ok("AuthorizeSecurityGroupIngress", &sent);
    assert_eq!(answer.all("securityGroupRuleSet/item").len(), 2);
    assert_eq!(
        account.refused("AuthorizeSecurityGroupIngress", &sent),
        error(
            "InvalidPermission.Duplicate",
            "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW\" already exists"
        )
    );
    let shown = account.ok("DescribeSecurityGroups", &[("GroupId.1", &id)]);
    let path = "securityGroupInfo/item/ipPermissions/item";
    assert_eq!(shown.all(path).len(), 1);
    assert_eq!(shown.at(&format!("{path}/groups/item/groupId")), peer);
    assert_eq!(shown.at(&format!("{path}/ipRanges/item/description")), "inside");
    // facts/aws.md §2.10
    assert_eq!(
        account.refused("DeleteSecurityGroup", &[("GroupId", &peer)]),
        error("DependencyViolation", &format!("resource {peer} has a dependent object"))
    );
    let rule = answer.at("securityGroupRuleSet/item/securityGroupRuleId").to_owned();
    account.ok("RevokeSecurityGroupIngress", &[("GroupId", &id), ("SecurityGroupRuleId.1", &rule)]);
    let group_rule = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "6"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.Groups.1.GroupId", peer.as_str()),
    ];
    account.ok("RevokeSecurityGroupIngress", &group_rule);
    assert_eq!(account.code("RevokeSecurityGroupIngress", &group_rule), "InvalidPermission.NotFound");
    account.ok("DeleteSecurityGroup", &[("GroupId", &peer)]);
    account.ok("DeleteSecurityGroup", &[("GroupId", &id)]);
    let rules =
        account.ok("DescribeSecurityGroupRules", &[("Filter.1.Name", "group-id"), ("Filter.1.Value.1", &id)]);
    assert!(rules.all("securityGroupRuleSet/item").is_empty());
}

#[test]
fn permissions_are_checked() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let id = group(&mut account, &vpc, "nodes");
    for (protocol, from, to, block) in [
        ("tcp", "", "", "10.0.0.0/8"),
        ("tcp", "443", "80", "10.0.0.0/8"),
        ("tcp", "443", "70000", "10.0.0.0/8"),
        ("carrier-pigeon", "1", "2", "10.0.0.0/8"),
        ("tcp", "1", "2", "10.0.0.0/99"),
    ] {
        let sent = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", protocol),
            ("IpPermissions.1.FromPort", from),
            ("IpPermissions.1.ToPort", to),
            ("IpPermissions.1.IpRanges.1.CidrIp", block),
        ];
        assert_eq!(
            account.code("AuthorizeSecurityGroupEgress", &sent),
            "InvalidParameterValue",
            "{protocol} {from}"
        );
    }
    let everything = [
        ("GroupId", id.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    // A new group lets everything out.
    assert_eq!(account.code("AuthorizeSecurityGroupEgress", &everything), "InvalidPermission.Duplicate");
    account.ok("RevokeSecurityGroupEgress", &everything);
    account.ok("AuthorizeSecurityGroupEgress", &everything);
}

#[test]
fn the_default_group_and_groups_in_use_stay() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let filter = [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", vpc.as_str()),
        ("Filter.2.Name", "group-name"),
        ("Filter.2.Value.1", "default"),
    ];
    let default = account.get("DescribeSecurityGroups", &filter, "securityGroupInfo/item/groupId");
    assert_eq!(account.code("DeleteSecurityGroup", &[("GroupId", &default)]), "CannotDelete");
    let id = group(&mut account, &vpc, "nodes");
    let sent = [("SubnetId", subnet.as_str()), ("SecurityGroupId.1", id.as_str())];
    let interface = account.get("CreateNetworkInterface", &sent, "networkInterface/networkInterfaceId");
    assert_eq!(account.code("DeleteSecurityGroup", &[("GroupId", &id)]), "DependencyViolation");
    account.ok("DeleteNetworkInterface", &[("NetworkInterfaceId", &interface)]);
    account.ok("DeleteSecurityGroup", &[("GroupId", &id)]);
}
