use super::{Account, error};

const BLOCK: [(&str, &str); 3] =
    [("InstanceType", "p5.48xlarge"), ("InstanceCount", "2"), ("CapacityDurationHours", "24")];

/// The reservation of a block that was bought, and its zone.
fn bought(account: &mut Account) -> (String, String) {
    let offers = account.ok("DescribeCapacityBlockOfferings", &BLOCK);
    let offer = offers.all("capacityBlockOfferingSet/item")[0];
    let request = [
        ("CapacityBlockOfferingId", offer.at("capacityBlockOfferingId")),
        ("InstancePlatform", "Linux/UNIX"),
    ];
    let block = account.ok("PurchaseCapacityBlock", &request);
    let at = |name: &str| block.at(&format!("capacityReservation/{name}")).to_owned();
    assert_eq!((at("state").as_str(), at("reservationType").as_str()), ("payment-pending", "capacity-block"));
    assert_eq!(account.code("PurchaseCapacityBlock", &request), "InvalidCapacityBlockOfferingId.NotFound");
    (at("capacityReservationId"), at("availabilityZone"))
}

#[test]
fn a_block_is_scheduled_active_and_over() {
    let mut account = Account::new();
    let (id, _) = bought(&mut account);
    let state = |account: &mut Account| {
        let asked = [("CapacityReservationId.1", id.as_str())];
        account.get("DescribeCapacityReservations", &asked, "capacityReservationSet/item/state")
    };
    account.pass(60);
    assert_eq!(state(&mut account), "scheduled");
    account.pass(7200);
    assert_eq!(state(&mut account), "active");
    assert_eq!(account.left(), ["AWS::EC2::CapacityReservation"]);
    account.pass(24 * 3600);
    assert_eq!(state(&mut account), "expired");
    assert_eq!(account.left(), Vec::<&str>::new());
    for (hours, code) in
        [("25", "InvalidParameterValue"), ("0", "InvalidParameterValue"), ("360", "InvalidParameterValue")]
    {
        let request = [("InstanceType", "p5.48xlarge"), ("CapacityDurationHours", hours)];
        assert_eq!(account.code("DescribeCapacityBlockOfferings", &request), code, "{hours}");
    }
}

#[test]
fn what_is_launched_into_a_block_fits_and_goes_with_it() {
    let mut account = Account::new();
    let (id, zone) = bought(&mut account);
    let vpc = account.vpc();
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24"), ("AvailabilityZone", zone.as_str())];
    let subnet = account.get("CreateSubnet", &subnet, "subnet/subnetId");
    let run = |account: &mut Account, id: &str, kind: &str, count: &str| {
        account.call(
            "RunInstances",
            &[
                ("MinCount", count),
                ("MaxCount", count),
                ("ImageId", "ami-0123456789abcdef0"),
                ("InstanceType", kind),
                ("SubnetId", &subnet),
                ("InstanceMarketOptions.MarketType", "capacity-block"),
                ("CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId", id),
            ],
        )
    };
    let refused = |answer: Result<_, crate::wire::AwsError>| match answer {
        Ok(_) => panic!("launched"),
        Err(refusal) => (refusal.code, refusal.message),
    };
    let full = error(
        "ReservationCapacityExceeded",
        "The requested reservation does not have sufficient compatible and available capacity for this request.",
    );
    let unknown = error(
        "InvalidCapacityReservationId.NotFound",
        "The capacity reservation ID 'cr-0123456789abcdef0' does not exist",
    );
    assert_eq!(refused(run(&mut account, "cr-0123456789abcdef0", "p5.48xlarge", "1")), unknown);
    assert_eq!(refused(run(&mut account, &id, "p5.48xlarge", "1")), full, "it has not begun");
    account.pass(7200);
    assert_eq!(refused(run(&mut account, &id, "p5.48xlarge", "3")), full);
    assert_eq!(refused(run(&mut account, &id, "p4d.24xlarge", "1")), full);
    run(&mut account, &id, "p5.48xlarge", "2").expect("room for two");
    assert_eq!(refused(run(&mut account, &id, "p5.48xlarge", "1")), full);
    account.pass(24 * 3600);
    assert!(!account.left().contains(&"AWS::EC2::Instance"), "{:?}", account.left());
}
