use super::{Account, error};

/// Whether a working route leads from the subnet to an internet gateway: by its own table, else the main one.
fn is_public(account: &mut Account, vpc: &str, subnet: &str) -> bool {
    let mut tables = |filter: &str, value: &str| {
        let sent = [
            ("Filter.1.Name", "vpc-id"),
            ("Filter.1.Value.1", vpc),
            ("Filter.2.Name", filter),
            ("Filter.2.Value.1", value),
        ];
        account.ok("DescribeRouteTables", &sent)
    };
    let mut answer = tables("association.subnet-id", subnet);
    if answer.all("routeTableSet/item").is_empty() {
        answer = tables("association.main", "true");
    }
    let routes = answer.all("routeTableSet/item/routeSet/item");
    routes.iter().any(|route| route.at("gatewayId").starts_with("igw-") && route.at("state") == "active")
}

#[test]
fn a_subnet_is_public_by_its_own_table_or_the_main_one() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    assert!(!is_public(&mut account, &vpc, &subnet));
    let gateway = account.gateway(&vpc);
    let main = account.get(
        "DescribeRouteTables",
        &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)],
        "routeTableSet/item/routeTableId",
    );
    let route = |table: &str| {
        [
            ("RouteTableId".to_owned(), table.to_owned()),
            ("DestinationCidrBlock".to_owned(), "0.0.0.0/0".to_owned()),
            ("GatewayId".to_owned(), gateway.clone()),
        ]
    };
    let sent = route(&main);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    account.ok("CreateRoute", &sent);
    assert!(is_public(&mut account, &vpc, &subnet));
    let table = account.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTable/routeTableId");
    let pair = [("RouteTableId", table.as_str()), ("SubnetId", subnet.as_str())];
    let association = account.get("AssociateRouteTable", &pair, "associationId");
    assert!(!is_public(&mut account, &vpc, &subnet));
    assert_eq!(
        account.refused("AssociateRouteTable", &pair),
        error(
            "Resource.AlreadyAssociated",
            &format!(
                "the specified association for route table {table} conflicts with an existing association"
            )
        )
    );
    assert_eq!(account.code("DeleteRouteTable", &[("RouteTableId", &table)]), "DependencyViolation");
    let back = [("AssociationId", association.as_str()), ("RouteTableId", main.as_str())];
    let fresh = account.get("ReplaceRouteTableAssociation", &back, "newAssociationId");
    assert!(is_public(&mut account, &vpc, &subnet));
    account.ok("DisassociateRouteTable", &[("AssociationId", &fresh)]);
    account.ok("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
    assert!(!is_public(&mut account, &vpc, &subnet));
    let answer = account.ok("DescribeRouteTables", &[("RouteTableId.1", &main)]);
    let states: Vec<&str> =
        answer.all("routeTableSet/item/routeSet/item/state").iter().map(|state| state.value()).collect();
    assert_eq!(states, ["active", "blackhole"]);
}

#[test]
fn routes_are_checked() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let gateway = account.gateway(&vpc);
    let loose = account.get("CreateInternetGateway", &[], "internetGateway/internetGatewayId");
    let table = account.get("CreateRouteTable", &[("VpcId", &vpc)], "routeTable/routeTableId");
    for (destination, kind, target, code) in [
        ("10.0.0.0/16", "GatewayId", gateway.as_str(), "RouteAlreadyExists"),
        ("0.0.0.0/0", "GatewayId", loose.as_str(), "InvalidParameterValue"),
        ("0.0.0.0/0", "GatewayId", "igw-0", "InvalidGatewayID.NotFound"),
        ("0.0.0.0/0", "NatGatewayId", "nat-0", "InvalidNatGatewayID.NotFound"),
        ("everywhere", "GatewayId", gateway.as_str(), "InvalidParameterValue"),
        ("0.0.0.0/0", "LocalGatewayId", "lgw-0", "MissingParameter"),
    ] {
        let sent = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", destination), (kind, target)];
        assert_eq!(account.code("CreateRoute", &sent), code, "{destination} {target}");
    }
    let default = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0")];
    assert_eq!(account.code("DeleteRoute", &default), "InvalidRoute.NotFound");
    let local = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "10.0.0.0/16")];
    assert_eq!(account.code("DeleteRoute", &local), "InvalidParameterValue");
}
