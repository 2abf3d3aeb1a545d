use super::{Account, error};

fn state(account: &mut Account, id: &str) -> String {
    account.get("DescribeNatGateways", &[("NatGatewayId.1", id)], "natGatewaySet/item/state")
}

fn create(account: &mut Account, subnet: &str, allocation: &str) -> String {
    let sent = [("SubnetId", subnet), ("AllocationId", allocation)];
    account.get("CreateNatGateway", &sent, "natGateway/natGatewayId")
}

#[test]
fn it_takes_its_time_and_frees_its_address() {
    let mut account = Account::new();
    let vpc = account.vpc();
    account.gateway(&vpc);
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let allocation = account.address();
    let id = create(&mut account, &subnet, &allocation);
    assert_eq!(state(&mut account, &id), "pending");
    account.pass(109);
    assert_eq!(state(&mut account, &id), "pending");
    account.pass(1);
    assert_eq!(state(&mut account, &id), "available");
    assert_eq!(account.code("DeleteSubnet", &[("SubnetId", &subnet)]), "DependencyViolation");
    assert_eq!(account.code("ReleaseAddress", &[("AllocationId", &allocation)]), "InvalidIPAddress.InUse");
    let association = account.get(
        "DescribeAddresses",
        &[("AllocationId.1", &allocation)],
        "addressesSet/item/associationId",
    );
    assert_eq!(account.code("DisassociateAddress", &[("AssociationId", &association)]), "AuthFailure");
    account.ok("DeleteNatGateway", &[("NatGatewayId", &id)]);
    assert_eq!(state(&mut account, &id), "deleting");
    account.pass(55);
    assert_eq!(state(&mut account, &id), "deleted");
    account.ok("ReleaseAddress", &[("AllocationId", &allocation)]);
    account.ok("DeleteSubnet", &[("SubnetId", &subnet)]);
    account.pass(3600);
    assert_eq!(account.code("DescribeNatGateways", &[("NatGatewayId.1", &id)]), "NatGatewayNotFound");
    let record = account.world.ledger().find("AWS::EC2::NatGateway", &id).unwrap();
    assert_eq!(record.ready.unwrap().since(record.created).as_secs(), 110);
    assert_eq!(record.deleted.unwrap().since(record.deleting.unwrap()).as_secs(), 55);
    assert!((record.cost(account.world.now()) - 165.0 / 3600.0 * 0.045).abs() < 1e-9);
}

#[test]
fn it_fails_later_with_the_models_texts() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let allocation = account.address();
    let id = create(&mut account, &subnet, &allocation);
    account.pass(10);
    let answer = account.ok("DescribeNatGateways", &[("NatGatewayId.1", &id)]);
    let item = answer.all("natGatewaySet/item")[0];
    assert_eq!(item.at("state"), "failed");
    assert_eq!(item.at("failureCode"), "Gateway.NotAttached");
    assert_eq!(item.at("failureMessage"), format!("Network {vpc} has no Internet gateway attached"));
    account.gateway(&vpc);
    let first = create(&mut account, &subnet, &allocation);
    let second = create(&mut account, &subnet, &allocation);
    account.pass(200);
    assert_eq!(state(&mut account, &first), "available");
    let path = "natGatewaySet/item/failureCode";
    assert_eq!(
        account.get("DescribeNatGateways", &[("NatGatewayId.1", &second)], path),
        "Resource.AlreadyAssociated"
    );
    let records = account.left().into_iter().filter(|kind| *kind == "AWS::EC2::NatGateway").count();
    assert_eq!(records, 1);
}

#[test]
fn a_client_token_makes_one() {
    let mut account = Account::new();
    let vpc = account.vpc();
    account.gateway(&vpc);
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let allocation = account.address();
    let sent = [("SubnetId", subnet.as_str()), ("AllocationId", allocation.as_str()), ("ClientToken", "one")];
    let first = account.get("CreateNatGateway", &sent, "natGateway/natGatewayId");
    let again = account.get("CreateNatGateway", &sent, "natGateway/natGatewayId");
    assert_eq!(first, again);
    let other = account.subnet(&vpc, "10.0.1.0/24");
    assert_eq!(
        account.refused(
            "CreateNatGateway",
            &[("SubnetId", &other), ("AllocationId", &allocation), ("ClientToken", "one")]
        ),
        error(
            "IdempotentParameterMismatch",
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."
        )
    );
}

#[test]
fn a_zone_has_five() {
    let mut account = Account::new();
    account.world.settings.quotas.elastic_addresses = 10;
    let vpc = account.vpc();
    account.gateway(&vpc);
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    for _ in 0..5 {
        let allocation = account.address();
        create(&mut account, &subnet, &allocation);
    }
    let allocation = account.address();
    let sent = [("SubnetId", subnet.as_str()), ("AllocationId", allocation.as_str())];
    assert_eq!(account.code("CreateNatGateway", &sent), "NatGatewayLimitExceeded");
}
