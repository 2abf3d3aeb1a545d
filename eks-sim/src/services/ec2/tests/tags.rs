use super::Account;

#[test]
fn tags_are_set_filtered_and_removed() {
    let mut account = Account::new();
    let vpc = account.get(
        "CreateVpc",
        &[
            ("CidrBlock", "10.0.0.0/16"),
            ("TagSpecification.1.ResourceType", "vpc"),
            ("TagSpecification.1.Tag.1.Key", "owner"),
            ("TagSpecification.1.Tag.1.Value", "web"),
        ],
        "vpc/vpcId",
    );
    account.ok(
        "CreateTags",
        &[("ResourceId.1", &vpc), ("Tag.1.Key", "kubernetes.io/cluster/web"), ("Tag.1.Value", "owned")],
    );
    for (name, value) in [("tag:owner", "w*"), ("tag-key", "kubernetes.io/cluster/*")] {
        let answer = account.ok("DescribeVpcs", &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]);
        assert_eq!(answer.at("vpcSet/item/vpcId"), vpc, "{name}");
    }
    let of_vpc = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", vpc.as_str())];
    let answer = account.ok("DescribeTags", &of_vpc);
    assert_eq!(answer.all("tagSet/item").len(), 2);
    assert_eq!(answer.at("tagSet/item/resourceType"), "vpc");
    account.ok("DeleteTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "owner"), ("Tag.1.Value", "other")]);
    assert_eq!(account.ok("DescribeTags", &of_vpc).all("tagSet/item").len(), 2);
    account.ok("DeleteTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "owner")]);
    assert_eq!(account.ok("DescribeTags", &of_vpc).all("tagSet/item").len(), 1);
}

#[test]
fn callers_may_not_use_awss_prefix() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let sent = [
        ("ResourceId.1", vpc.as_str()),
        ("Tag.1.Key", "aws:cloudformation:stack-name"),
        ("Tag.1.Value", "s"),
    ];
    assert_eq!(account.code("CreateTags", &sent), "InvalidParameterValue");
    let unknown = [("ResourceId.1", "vpc-0123456789abcdef0"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    assert_eq!(account.code("CreateTags", &unknown), "InvalidVpcID.NotFound");
}
