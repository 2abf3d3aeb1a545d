use super::Account;

fn launched(account: &mut Account, more: &[(&str, &str)]) -> String {
    let mut sent = vec![
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("ImageId", "ami-0123456789abcdef0"),
        ("InstanceType", "m5.large"),
    ];
    sent.extend(more);
    account.get("RunInstances", &sent, "instancesSet/item/instanceId")
}

fn of(account: &mut Account, instance: &str) -> crate::wire::Xml {
    let filter = [("Filter.1.Name", "attachment.instance-id"), ("Filter.1.Value.1", instance)];
    account.ok("DescribeVolumes", &filter)
}

#[test]
fn an_instance_has_its_disks_until_it_is_terminated() {
    let mut account = Account::new();
    let instance = launched(
        &mut account,
        &[
            ("BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
            ("BlockDeviceMapping.1.Ebs.VolumeSize", "80"),
            ("BlockDeviceMapping.2.DeviceName", "/dev/sdf"),
            ("BlockDeviceMapping.2.Ebs.VolumeSize", "10"),
            ("BlockDeviceMapping.2.Ebs.DeleteOnTermination", "false"),
            ("TagSpecification.1.ResourceType", "volume"),
            ("TagSpecification.1.Tag.1.Key", "team"),
            ("TagSpecification.1.Tag.1.Value", "web"),
        ],
    );
    let seen = of(&mut account, &instance);
    let sizes: Vec<&str> = seen.all("volumeSet/item/size").iter().map(|size| size.value()).collect();
    assert_eq!(seen.all("volumeSet/item/tagSet/item/value").len(), 2);
    assert_eq!(sizes.iter().filter(|size| ["80", "10"].contains(size)).count(), 2, "{sizes:?}");
    let described = account.ok("DescribeInstances", &[("InstanceId.1", &instance)]);
    let mapped = "reservationSet/item/instancesSet/item/blockDeviceMapping/item/ebs/volumeId";
    assert_eq!(described.all(mapped).len(), 2);
    let root = described.at(mapped).to_owned();
    assert_eq!(account.code("DeleteVolume", &[("VolumeId", &root)]), "VolumeInUse");
    let record = account.world.ledger().find("AWS::EC2::Volume", &root).expect("in the ledger");
    assert!((record.price_per_hour - 80.0 * 0.08 / 730.0).abs() < 1e-9);

    account.ok("TerminateInstances", &[("InstanceId.1", &instance)]);
    account.pass(60);
    assert!(of(&mut account, &instance).all("volumeSet/item").is_empty());
    let left = account.ok("DescribeVolumes", &[]);
    assert_eq!(left.at("volumeSet/item/status"), "available");
    assert_eq!(left.at("volumeSet/item/size"), "10");
    let left = left.at("volumeSet/item/volumeId").to_owned();
    account.ok("DeleteVolume", &[("VolumeId", &left)]);
    assert_eq!(account.code("DescribeVolumes", &[("VolumeId.1", &left)]), "InvalidVolume.NotFound");
    assert!(!account.left().contains(&"AWS::EC2::Volume"));
}

#[test]
fn who_maps_nothing_gets_the_images_disk() {
    let mut account = Account::new();
    let instance = launched(&mut account, &[]);
    let seen = of(&mut account, &instance);
    assert_eq!((seen.at("volumeSet/item/size"), seen.at("volumeSet/item/volumeType")), ("20", "gp3"));
}

#[test]
fn volumes_of_ones_own() {
    let mut account = Account::new();
    let sent = [
        ("AvailabilityZone", "us-east-1a"),
        ("Size", "8"),
        ("TagSpecification.1.ResourceType", "volume"),
        ("TagSpecification.1.Tag.1.Key", "kubernetes.io/cluster/web"),
        ("TagSpecification.1.Tag.1.Value", "owned"),
    ];
    let made = account.ok("CreateVolume", &sent);
    assert_eq!((made.at("status"), made.at("volumeType")), ("creating", "gp2"));
    let filter = [("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", "kubernetes.io/cluster/web")];
    assert_eq!(account.ok("DescribeVolumes", &filter).at("volumeSet/item/status"), "available");
    for (more, code) in [
        (vec![("AvailabilityZone", "us-east-1z"), ("Size", "8")], "InvalidZone.NotFound"),
        (vec![("AvailabilityZone", "us-east-1a")], "MissingParameter"),
        (vec![("AvailabilityZone", "us-east-1a"), ("Size", "8"), ("VolumeType", "gp9")], "UnknownVolumeType"),
    ] {
        assert_eq!(account.code("CreateVolume", &more), code);
    }
}
