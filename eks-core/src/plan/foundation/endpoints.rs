//! VPC endpoints of the foundation: interface endpoints in the private subnets, and S3's on their route tables
//! (facts/eksctl.md §2.4, fully private).

use serde_json::{Map, Value, json};

use super::{id, named, reference, resource};
use crate::spec::NewNetwork;

/// The one group of all interface endpoints.
const SECURITY_GROUP: &str = "VPCEndpointSecurityGroup";

pub(super) fn add(resources: &mut Map<String, Value>, network: &NewNetwork, block: &str, zones: &[String]) {
    if network.endpoints.is_empty() {
        return;
    }
    let each =
        |kind: &str| -> Vec<Value> { zones.iter().map(|zone| reference(&id::in_zone(kind, zone))).collect() };
    let (subnets, tables) = (each(id::PRIVATE_SUBNET), each("PrivateRouteTable"));
    for service in &network.endpoints {
        let name = format!("VPCEndpoint{}", service.replace(['.', '-'], "").to_uppercase());
        let mut properties = json!({
            "VpcId": reference(id::VPC),
            "ServiceName": { "Fn::Sub": format!("com.amazonaws.${{AWS::Region}}.{service}") },
            "Tags": named(&name, &[]),
        });
        if matches!(service.as_str(), "s3" | "dynamodb") {
            properties["VpcEndpointType"] = json!("Gateway");
            properties["RouteTableIds"] = json!(tables);
        } else {
            properties["VpcEndpointType"] = json!("Interface");
            properties["PrivateDnsEnabled"] = json!(true);
            properties["SubnetIds"] = json!(subnets);
            properties["SecurityGroupIds"] = json!([reference(SECURITY_GROUP)]);
        }
        resources.insert(name, resource("AWS::EC2::VPCEndpoint", properties));
    }
    // Endpoints speak HTTPS; nodes of every group, and pods, call from the VPC's own block.
    resources.insert(
        SECURITY_GROUP.to_owned(),
        resource(
            "AWS::EC2::SecurityGroup",
            json!({
                "GroupDescription": "Lets the VPC in to its endpoints",
                "VpcId": reference(id::VPC),
                "SecurityGroupIngress": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": block }],
                "Tags": named(SECURITY_GROUP, &[]),
            }),
        ),
    );
}
