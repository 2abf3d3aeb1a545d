use crate::wire::{Params, Service};

use super::{Account, REGION, error};

#[test]
fn addresses_are_counted() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/28");
    let free = |account: &mut Account| {
        let path = "subnetSet/item/availableIpAddressCount";
        account.get("DescribeSubnets", &[("SubnetId.1", &subnet)], path)
    };
    assert_eq!(free(&mut account), "11");
    let answer = account
        .ok("CreateNetworkInterface", &[("SubnetId", &subnet), ("SecondaryPrivateIpAddressCount", "9")]);
    assert_eq!(answer.at("networkInterface/privateIpAddress"), "10.0.0.4");
    assert_eq!(answer.at("networkInterface/status"), "available");
    assert_eq!(free(&mut account), "1");
    let taken = [("SubnetId", subnet.as_str()), ("PrivateIpAddress", "10.0.0.4")];
    assert_eq!(account.code("CreateNetworkInterface", &taken), "InvalidIPAddress.InUse");
    let outside = [("SubnetId", subnet.as_str()), ("PrivateIpAddress", "10.0.0.15")];
    assert_eq!(account.code("CreateNetworkInterface", &outside), "InvalidParameterValue");
    account.ok("CreateNetworkInterface", &[("SubnetId", &subnet)]);
    assert_eq!(
        account.code("CreateNetworkInterface", &[("SubnetId", &subnet)]),
        "InsufficientFreeAddressesInSubnet"
    );
}

#[test]
fn a_services_interface_is_in_use_and_only_the_service_deletes_it() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let params = Params::new()
        .set("SubnetId", subnet.as_str())
        .set("Description", "Amazon EKS web")
        .set("Operator.Principal", "eks.amazonaws.com");
    let call = |account: &mut Account, operation: &str, params: Params| {
        account
            .world
            .call_internal("eks.amazonaws.com", Service::Ec2, REGION, operation, params)
            .unwrap()
            .xml()
    };
    let id = call(&mut account, "CreateNetworkInterface", params)
        .at("networkInterface/networkInterfaceId")
        .to_owned();
    let filter = [("Filter.1.Name", "description"), ("Filter.1.Value.1", "Amazon EKS *")];
    let answer = account.ok("DescribeNetworkInterfaces", &filter);
    let item = answer.all("networkInterfaceSet/item")[0];
    assert_eq!((item.at("status"), item.at("requesterManaged")), ("in-use", "true"));
    let attachment = item.at("attachment/attachmentId").to_owned();
    assert_eq!(account.code("DetachNetworkInterface", &[("AttachmentId", &attachment)]), "AuthFailure");
    assert_eq!(
        account.refused("DeleteNetworkInterface", &[("NetworkInterfaceId", &id)]),
        error("InvalidParameterValue", &format!("Network interface '{id}' is currently in use."))
    );
    let delete = Params::new().set("NetworkInterfaceId", id);
    call(&mut account, "DeleteNetworkInterface", delete);
    assert!(!account.left().contains(&"AWS::EC2::NetworkInterface"));
}
