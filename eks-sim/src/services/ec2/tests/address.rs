use super::{Account, error};

#[test]
fn addresses_are_bound_freed_and_released() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let gateway = account.gateway(&vpc);
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let interface = account.get(
        "CreateNetworkInterface",
        &[("SubnetId", &subnet)],
        "networkInterface/networkInterfaceId",
    );
    let allocation = account.address();
    let bind = [("AllocationId", allocation.as_str()), ("NetworkInterfaceId", interface.as_str())];
    let association = account.get("AssociateAddress", &bind, "associationId");
    let public =
        account.get("DescribeAddresses", &[("AllocationId.1", &allocation)], "addressesSet/item/publicIp");
    assert_eq!(
        account.refused("ReleaseAddress", &[("AllocationId", &allocation)]),
        error("InvalidIPAddress.InUse", &format!("Address {public} is in use."))
    );
    // facts/aws.md §2.10
    assert_eq!(
        account.refused("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]),
        error(
            "DependencyViolation",
            &format!(
                "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before \
                 detaching the gateway."
            )
        )
    );
    account.ok("DisassociateAddress", &[("AssociationId", &association)]);
    account.ok("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
    account.ok("ReleaseAddress", &[("AllocationId", &allocation)]);
    assert_eq!(
        account.code("ReleaseAddress", &[("AllocationId", &allocation)]),
        "InvalidAllocationID.NotFound"
    );
    assert!(!account.left().contains(&"AWS::EC2::EIP"));
}

#[test]
fn the_quota_is_five() {
    let mut account = Account::new();
    for _ in 0..5 {
        account.address();
    }
    assert_eq!(
        account.refused("AllocateAddress", &[]),
        error("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    );
}
