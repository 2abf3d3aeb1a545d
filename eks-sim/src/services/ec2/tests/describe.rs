use super::{Account, error};

#[test]
fn filters_have_wildcards_and_know_their_names() {
    let mut account = Account::new();
    let vpc = account.vpc();
    account.subnet(&vpc, "10.0.0.0/24");
    account.subnet(&vpc, "10.0.16.0/24");
    for (name, value, count) in [
        ("vpc-id", vpc.as_str(), 2),
        ("cidr-block", "10.0.*", 2),
        ("cidr-block", "10.0.?.0/24", 1),
        ("cidr", "10.0.16.0/24", 1),
        ("availability-zone-id", "use1-az1", 3),
        ("vpc-id", "vpc-0", 0),
    ] {
        let answer = account.ok("DescribeSubnets", &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]);
        assert_eq!(answer.all("subnetSet/item").len(), count, "{name}={value}");
    }
    assert_eq!(
        account.refused("DescribeSubnets", &[("Filter.1.Name", "colour"), ("Filter.1.Value.1", "red")]),
        error("InvalidParameterValue", "The filter 'colour' is invalid")
    );
}

#[test]
fn pages_lead_on_to_the_end() {
    let mut account = Account::new();
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let answer = account.ok("DescribeSubnets", &[("MaxResults", "4"), ("NextToken", &token)]);
        seen.extend(answer.all("subnetSet/item/subnetId").iter().map(|id| id.value().to_owned()));
        token = answer.at("nextToken").to_owned();
        if token.is_empty() {
            break;
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 6);
    assert_eq!(account.code("DescribeSubnets", &[("NextToken", "nonsense")]), "InvalidNextToken");
    let both = [("SubnetId.1", seen[0].as_str()), ("MaxResults", "5")];
    assert_eq!(account.code("DescribeSubnets", &both), "InvalidParameterCombination");
}

#[test]
fn ids_that_are_not_there_are_errors() {
    let mut account = Account::new();
    let unknown = "0123456789abcdef0";
    for (operation, parameter, prefix, code) in [
        ("DescribeVpcs", "VpcId.1", "vpc", "InvalidVpcID.NotFound"),
        ("DescribeSubnets", "SubnetId.1", "subnet", "InvalidSubnetID.NotFound"),
        ("DescribeInternetGateways", "InternetGatewayId.1", "igw", "InvalidInternetGatewayID.NotFound"),
        ("DescribeRouteTables", "RouteTableId.1", "rtb", "InvalidRouteTableID.NotFound"),
        ("DescribeNatGateways", "NatGatewayId.1", "nat", "NatGatewayNotFound"),
        ("DescribeAddresses", "AllocationId.1", "eipalloc", "InvalidAllocationID.NotFound"),
        ("DescribeSecurityGroups", "GroupId.1", "sg", "InvalidGroup.NotFound"),
        ("DescribeSecurityGroupRules", "SecurityGroupRuleId.1", "sgr", "InvalidSecurityGroupRuleId.NotFound"),
        ("DescribeNetworkInterfaces", "NetworkInterfaceId.1", "eni", "InvalidNetworkInterfaceID.NotFound"),
        ("DescribeLaunchTemplates", "LaunchTemplateId.1", "lt", "InvalidLaunchTemplateId.NotFound"),
        ("DescribeInstances", "InstanceId.1", "i", "InvalidInstanceID.NotFound"),
    ] {
        assert_eq!(account.code(operation, &[(parameter, &format!("{prefix}-{unknown}"))]), code);
    }
    assert_eq!(account.code("DescribeVpcs", &[("VpcId.1", "my-vpc")]), "InvalidVpcID.Malformed");
}

#[test]
fn required_members_unknown_operations_and_dry_runs() {
    let mut account = Account::new();
    assert_eq!(
        account.refused("DeleteVpc", &[]),
        error("MissingParameter", "The request must contain the parameter VpcId")
    );
    assert_eq!(account.code("MakeCoffee", &[]), "InvalidAction");
    let dry = [("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")];
    assert_eq!(account.call("CreateVpc", &dry).unwrap_err().status, 412);
    assert!(account.left().is_empty());
}

#[test]
fn reads_can_lag_behind_new_resources() {
    let mut account = Account::new();
    account.world.trouble().read_lag_seconds = 30.0;
    let vpc = account.vpc();
    assert_eq!(account.code("DescribeVpcs", &[("VpcId.1", &vpc)]), "InvalidVpcID.NotFound");
    account.pass(31);
    account.ok("DescribeVpcs", &[("VpcId.1", &vpc)]);
}

#[test]
fn operations_are_named_once() {
    let names: Vec<&str> =
        super::super::operations::OPERATIONS.iter().map(|operation| operation.name).collect();
    let distinct: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len());
}
