use super::super::data;
use super::super::instance_type_table::INSTANCE_TYPES;
use super::Account;

#[test]
fn offerings_differ_by_zone() {
    let mut account = Account::new();
    let mut zones = |region: &str, instance_type: &str, location: &str| {
        let sent = [
            ("LocationType", location),
            ("Filter.1.Name", "instance-type"),
            ("Filter.1.Value.1", instance_type),
        ];
        let answer = account.call_in(region, "DescribeInstanceTypeOfferings", &sent).unwrap();
        let found = answer.all("instanceTypeOfferingSet/item/location");
        found.iter().map(|location| location.value().to_owned()).collect::<Vec<_>>()
    };
    let names = zones("us-east-1", "m5.large", "availability-zone");
    assert_eq!(names, ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"]);
    assert!(!zones("us-east-1", "m5.large", "availability-zone-id").contains(&"use1-az3".to_owned()));
    assert_eq!(zones("us-east-1", "t2.micro", "availability-zone").len(), 6);
    assert_eq!(zones("us-west-2", "t2.micro", "availability-zone").len(), 3);
    assert_eq!(zones("eu-north-1", "t2.micro", "region"), [""; 0]);
    assert_eq!(zones("eu-west-1", "t3.medium", "region"), ["eu-west-1"]);
}

#[test]
fn types_are_described() {
    let mut account = Account::new();
    let answer = account
        .ok("DescribeInstanceTypes", &[("InstanceType.1", "t3.medium"), ("InstanceType.2", "m7g.large")]);
    let items = answer.all("instanceTypeSet/item");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].at("memoryInfo/sizeInMiB"), "4096");
    assert_eq!(items[0].at("networkInfo/maximumNetworkInterfaces"), "3");
    assert_eq!(items[0].at("networkInfo/ipv4AddressesPerInterface"), "6");
    assert_eq!(items[1].at("processorInfo/supportedArchitectures/item"), "arm64");
    assert_eq!(
        account.code("DescribeInstanceTypes", &[("InstanceType.1", "z9.huge")]),
        "InvalidInstanceType"
    );
    let gpus = "instanceTypeSet/item/gpuInfo/gpus/item/count";
    assert_eq!(account.get("DescribeInstanceTypes", &[("InstanceType.1", "g5.12xlarge")], gpus), "4");
    let architecture = "instanceTypeSet/item/processorInfo/supportedArchitectures/item";
    assert_eq!(
        account.get("DescribeInstanceTypes", &[("InstanceType.1", "t4g.medium")], architecture),
        "arm64"
    );
}

#[test]
fn the_table_is_sound() {
    let names: std::collections::BTreeSet<&str> = INSTANCE_TYPES.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), INSTANCE_TYPES.len());
    for row in INSTANCE_TYPES {
        assert!(row.vcpus > 0 && row.memory > 0.0 && row.interfaces > 1 && row.addresses > 1, "{}", row.name);
        assert!(row.price > 0.0, "{}", row.name);
    }
    // EC2's pods for each node follow: interfaces * (addresses - 1) + 2.
    for (name, pods) in [("t3.medium", 17), ("m5.large", 29), ("m5.24xlarge", 737), ("g5.48xlarge", 345)] {
        let known = INSTANCE_TYPES.iter().find(|row| row.name == name).unwrap();
        assert_eq!(known.interfaces * (known.addresses - 1) + 2, pods, "{name}");
    }
}

#[test]
fn zones_and_regions() {
    let mut account = Account::new();
    let answer = account.ok("DescribeAvailabilityZones", &[]);
    let ids: Vec<&str> = answer.all("availabilityZoneInfo/item/zoneId").iter().map(|id| id.value()).collect();
    assert_eq!(ids.len(), 6);
    assert!(ids.contains(&"use1-az3"));
    assert_eq!(data::zones("us-west-2").len(), 4);
    assert_eq!(
        account.code("DescribeAvailabilityZones", &[("ZoneName.1", "eu-west-1a")]),
        "InvalidParameterValue"
    );
    let given = account.ok("DescribeRegions", &[]).all("regionInfo/item").len();
    let all = account.ok("DescribeRegions", &[("AllRegions", "true")]).all("regionInfo/item").len();
    assert!(given < all);
    let oldest = [("ZoneName.1", "us-east-1e")];
    assert_eq!(
        account.get("DescribeAvailabilityZones", &oldest, "availabilityZoneInfo/item/zoneId"),
        "use1-az3"
    );
}
