use super::{Account, error};

#[test]
fn the_default_vpc_is_there_and_not_in_the_ledger() {
    let mut account = Account::new();
    let answer = account.ok("DescribeVpcs", &[]);
    assert_eq!(answer.at("vpcSet/item/cidrBlock"), "172.31.0.0/16");
    assert_eq!(answer.at("vpcSet/item/isDefault"), "true");
    let subnets =
        account.ok("DescribeSubnets", &[("Filter.1.Name", "default-for-az"), ("Filter.1.Value.1", "true")]);
    assert_eq!(subnets.all("subnetSet/item").len(), 6);
    assert_eq!(subnets.at("subnetSet/item/availableIpAddressCount"), "4091");
    assert!(account.left().is_empty());
    let elsewhere = account.call_in("eu-central-1", "DescribeSubnets", &[]).unwrap();
    assert_eq!(elsewhere.all("subnetSet/item").len(), 3);
}

#[test]
fn blocks_are_checked() {
    let mut account = Account::new();
    for (block, code) in [
        ("10.0.0.0/8", "InvalidVpc.Range"),
        ("10.0.0.0/29", "InvalidVpc.Range"),
        ("10.0.0.0", "InvalidParameterValue"),
        ("", "MissingParameter"),
    ] {
        assert_eq!(account.code("CreateVpc", &[("CidrBlock", block)]), code, "{block}");
    }
    let vpc = account.vpc();
    account.subnet(&vpc, "10.0.0.0/24");
    for (block, code) in [
        ("10.1.0.0/24", "InvalidSubnet.Range"),
        ("10.0.0.0/29", "InvalidSubnet.Range"),
        ("10.0.0.128/25", "InvalidSubnet.Conflict"),
        ("10.0.0.0/16", "InvalidSubnet.Conflict"),
        ("nonsense", "InvalidParameterValue"),
    ] {
        assert_eq!(account.code("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", block)]), code, "{block}");
    }
    assert_eq!(
        account.refused("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/25")]),
        error("InvalidSubnet.Conflict", "The CIDR '10.0.0.0/25' conflicts with another subnet")
    );
    let (code, message) = account.refused(
        "CreateSubnet",
        &[("VpcId", &vpc), ("CidrBlock", "10.0.2.0/24"), ("AvailabilityZone", "us-east-1z")],
    );
    assert_eq!(code, "InvalidParameterValue");
    assert!(message.contains("us-east-1a, us-east-1b"), "{message}");
}

#[test]
fn the_default_vpc_counts_for_the_quota() {
    let mut account = Account::new();
    for _ in 0..4 {
        account.vpc();
    }
    assert_eq!(
        account.refused("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]),
        error("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
    );
}

#[test]
fn attributes_change_one_at_a_time() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let read = [("VpcId", vpc.as_str()), ("Attribute", "enableDnsHostnames")];
    assert_eq!(account.get("DescribeVpcAttribute", &read, "enableDnsHostnames/value"), "false");
    account.ok("ModifyVpcAttribute", &[("VpcId", &vpc), ("EnableDnsHostnames.Value", "true")]);
    assert_eq!(account.get("DescribeVpcAttribute", &read, "enableDnsHostnames/value"), "true");
    let both =
        [("VpcId", vpc.as_str()), ("EnableDnsHostnames.Value", "true"), ("EnableDnsSupport.Value", "true")];
    assert_eq!(account.code("ModifyVpcAttribute", &both), "InvalidParameterCombination");
    assert_eq!(account.code("ModifyVpcAttribute", &[("VpcId", &vpc)]), "MissingParameter");
}

#[test]
fn nothing_goes_while_something_depends_on_it() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let gateway = account.gateway(&vpc);
    let refusal =
        error("DependencyViolation", &format!("The vpc '{vpc}' has dependencies and cannot be deleted."));
    assert_eq!(account.refused("DeleteVpc", &[("VpcId", &vpc)]), refusal);
    assert_eq!(
        account.refused("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]),
        error(
            "DependencyViolation",
            &format!("The internetGateway '{gateway}' has dependencies and cannot be deleted.")
        )
    );
    account.ok("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
    account.ok("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]);
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    assert_eq!(account.refused("DeleteVpc", &[("VpcId", &vpc)]), refusal);
    let interface = account.get(
        "CreateNetworkInterface",
        &[("SubnetId", &subnet)],
        "networkInterface/networkInterfaceId",
    );
    assert_eq!(
        account.refused("DeleteSubnet", &[("SubnetId", &subnet)]),
        error(
            "DependencyViolation",
            &format!("The subnet '{subnet}' has dependencies and cannot be deleted.")
        )
    );
    account.ok("DeleteNetworkInterface", &[("NetworkInterfaceId", &interface)]);
    account.ok("DeleteSubnet", &[("SubnetId", &subnet)]);
    let group = account.get(
        "CreateSecurityGroup",
        &[("GroupName", "g"), ("GroupDescription", "d"), ("VpcId", &vpc)],
        "groupId",
    );
    assert_eq!(account.refused("DeleteVpc", &[("VpcId", &vpc)]), refusal);
    account.ok("DeleteSecurityGroup", &[("GroupId", &group)]);
    let table = account.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTable/routeTableId");
    assert_eq!(account.refused("DeleteVpc", &[("VpcId", &vpc)]), refusal);
    account.ok("DeleteRouteTable", &[("RouteTableId", &table)]);
    account.ok("DeleteVpc", &[("VpcId", &vpc)]);
    assert!(account.left().is_empty());
    assert_eq!(
        account.refused("DeleteVpc", &[("VpcId", &vpc)]),
        error("InvalidVpcID.NotFound", &format!("The vpc ID '{vpc}' does not exist"))
    );
    let tables =
        account.ok("DescribeRouteTables", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)]);
    assert!(tables.all("routeTableSet/item").is_empty());
}

#[test]
fn ipv6_blocks_come_and_go() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let with = [("VpcId", vpc.as_str()), ("AmazonProvidedIpv6CidrBlock", "true")];
    let association = account.get("AssociateVpcCidrBlock", &with, "ipv6CidrBlockAssociation/associationId");
    let path = "vpcSet/item/ipv6CidrBlockAssociationSet/item/ipv6CidrBlock";
    let block = account.get("DescribeVpcs", &[("VpcId.1", &vpc)], path);
    let inside = block.replace("::/56", "::/64");
    let subnet = account.get(
        "CreateSubnet",
        &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/24"), ("Ipv6CidrBlock", &inside)],
        "subnet/subnetId",
    );
    let remove = [("AssociationId", association.as_str())];
    assert_eq!(account.code("DisassociateVpcCidrBlock", &remove), "InvalidCidrBlock.InUse");
    account.ok("DeleteSubnet", &[("SubnetId", &subnet)]);
    account.ok("DisassociateVpcCidrBlock", &remove);
    assert_eq!(
        account.code("DisassociateVpcCidrBlock", &remove),
        "InvalidVpcCidrBlockAssociationID.NotFound"
    );
}
