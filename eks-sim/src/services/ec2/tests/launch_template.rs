use super::{Account, error};

const DATA: [(&str, &str); 9] = [
    ("LaunchTemplateName", "nodes"),
    ("LaunchTemplateData.ImageId", "ami-0123456789abcdef0"),
    ("LaunchTemplateData.InstanceType", "m5.large"),
    ("LaunchTemplateData.BlockDeviceMapping.1.DeviceName", "/dev/xvda"),
    ("LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize", "80"),
    ("LaunchTemplateData.NetworkInterface.1.SecurityGroupId.1", "sg-1"),
    ("LaunchTemplateData.MetadataOptions.HttpTokens", "required"),
    ("LaunchTemplateData.TagSpecification.1.ResourceType", "instance"),
    ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "team"),
];

#[test]
fn data_comes_back_in_the_answers_form() {
    let mut account = Account::new();
    account.ok("CreateLaunchTemplate", &DATA);
    let answer = account.ok("DescribeLaunchTemplateVersions", &[("LaunchTemplateName", "nodes")]);
    let item = answer.all("launchTemplateVersionSet/item/launchTemplateData")[0];
    for (path, value) in [
        ("imageId", "ami-0123456789abcdef0"),
        ("instanceType", "m5.large"),
        ("blockDeviceMappingSet/item/deviceName", "/dev/xvda"),
        ("blockDeviceMappingSet/item/ebs/volumeSize", "80"),
        ("networkInterfaceSet/item/groupSet/groupId", "sg-1"),
        ("metadataOptions/httpTokens", "required"),
        ("tagSpecificationSet/item/resourceType", "instance"),
        ("tagSpecificationSet/item/tagSet/item/key", "team"),
    ] {
        assert_eq!(item.at(path), value, "{path}");
    }
}

#[test]
fn versions_are_numbered_and_one_is_the_default() {
    let mut account = Account::new();
    let id = account.get("CreateLaunchTemplate", &DATA, "launchTemplate/launchTemplateId");
    let next = [
        ("LaunchTemplateId", id.as_str()),
        ("SourceVersion", "1"),
        ("LaunchTemplateData.InstanceType", "m5.xlarge"),
    ];
    assert_eq!(account.get("CreateLaunchTemplateVersion", &next, "launchTemplateVersion/versionNumber"), "2");
    for (version, instance_type) in [("$Latest", "m5.xlarge"), ("$Default", "m5.large"), ("2", "m5.xlarge")] {
        let read = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateVersion.1", version)];
        let answer = account.ok("DescribeLaunchTemplateVersions", &read);
        let data = answer.all("launchTemplateVersionSet/item/launchTemplateData")[0];
        assert_eq!(data.at("instanceType"), instance_type, "{version}");
        assert_eq!(data.at("imageId"), "ami-0123456789abcdef0", "{version}");
    }
    let read = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateVersion.1", "7")];
    assert_eq!(
        account.code("DescribeLaunchTemplateVersions", &read),
        "InvalidLaunchTemplateId.VersionNotFound"
    );
    let modify = [("LaunchTemplateId", id.as_str()), ("SetDefaultVersion", "2")];
    assert_eq!(account.get("ModifyLaunchTemplate", &modify, "launchTemplate/defaultVersionNumber"), "2");
    let remove = [
        ("LaunchTemplateId", id.as_str()),
        ("LaunchTemplateVersion.1", "1"),
        ("LaunchTemplateVersion.2", "2"),
    ];
    let answer = account.ok("DeleteLaunchTemplateVersions", &remove);
    assert_eq!(answer.all("successfullyDeletedLaunchTemplateVersionSet/item").len(), 1);
    assert_eq!(answer.all("unsuccessfullyDeletedLaunchTemplateVersionSet/item").len(), 1);
    account.ok("DeleteLaunchTemplate", &[("LaunchTemplateName", "nodes")]);
    assert!(account.left().is_empty());
}

#[test]
fn requests_are_checked() {
    let mut account = Account::new();
    account.ok("CreateLaunchTemplate", &DATA);
    assert_eq!(
        account.refused("CreateLaunchTemplate", &DATA),
        error("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
    );
    for (name, data, code) in [
        ("no", "t3.medium", "InvalidLaunchTemplateName.MalformedException"),
        ("no spaces", "t3.medium", "InvalidLaunchTemplateName.MalformedException"),
        ("empty", "", "MissingParameter"),
    ] {
        let sent = [("LaunchTemplateName", name), ("LaunchTemplateData.InstanceType", data)];
        let sent = if data.is_empty() { &sent[..1] } else { &sent[..] };
        assert_eq!(account.code("CreateLaunchTemplate", sent), code, "{name}");
    }
    let user_data = [("LaunchTemplateName", "bad-user-data"), ("LaunchTemplateData.UserData", "not base64!")];
    assert_eq!(account.code("CreateLaunchTemplate", &user_data), "InvalidUserData.Malformed");
    assert_eq!(
        account.code("DeleteLaunchTemplate", &[("LaunchTemplateName", "nobody")]),
        "InvalidLaunchTemplateName.NotFoundException"
    );
}
