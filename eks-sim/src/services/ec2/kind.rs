//! What all kinds of resources share: ids, the errors about them, tags, the ledger.

use crate::wire::{AwsError, Call};
use crate::world::World;

use super::table::ById;
use super::{state, tags};

/// A kind of resource.
pub(super) struct Kind {
    /// How its ids begin.
    pub(super) prefix: &'static str,
    /// Its name in tag specifications and DescribeTags.
    pub(super) resource_type: &'static str,
    /// Its name in the ledger.
    pub(super) ledger: &'static str,
    /// The code for an id that is not there, and the text around the id (facts/aws.md §2.10).
    not_found: (&'static str, &'static str, &'static str),
    /// The code for an id that cannot be one.
    malformed: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $prefix:literal, $resource_type:literal, $ledger:literal,
        $code:literal, $before:literal, $after:literal, $malformed:literal;)*) => {
        impl Kind {
            $(pub(super) const $name: Kind = Kind {
                prefix: $prefix,
                resource_type: $resource_type,
                ledger: $ledger,
                not_found: ($code, $before, $after),
                malformed: $malformed,
            };)*

            pub(super) const ALL: &[&Kind] = &[$(&Kind::$name,)*];
        }
    };
}

kinds! {
    VPC = "vpc-", "vpc", "AWS::EC2::VPC",
        "InvalidVpcID.NotFound", "The vpc ID '", "' does not exist", "InvalidVpcID.Malformed";
    SUBNET = "subnet-", "subnet", "AWS::EC2::Subnet",
        "InvalidSubnetID.NotFound", "The subnet ID '", "' does not exist", "InvalidSubnetID.Malformed";
    INTERNET_GATEWAY = "igw-", "internet-gateway", "AWS::EC2::InternetGateway",
        "InvalidInternetGatewayID.NotFound", "The internetGateway ID '", "' does not exist",
        "InvalidInternetGatewayId.Malformed";
    EGRESS_ONLY_INTERNET_GATEWAY = "eigw-", "egress-only-internet-gateway", "AWS::EC2::EgressOnlyInternetGateway",
        "InvalidGatewayID.NotFound", "The eigw ID '", "' does not exist", "InvalidEgressOnlyInternetGatewayId.Malformed";
    ROUTE_TABLE = "rtb-", "route-table", "AWS::EC2::RouteTable",
        "InvalidRouteTableID.NotFound", "The routeTable ID '", "' does not exist", "InvalidRouteTableId.Malformed";
    ADDRESS = "eipalloc-", "elastic-ip", "AWS::EC2::EIP",
        "InvalidAllocationID.NotFound", "The allocation ID '", "' does not exist", "InvalidAllocationID.NotFound";
    NAT_GATEWAY = "nat-", "natgateway", "AWS::EC2::NatGateway",
        "NatGatewayNotFound", "NatGateway ", " was not found", "NatGatewayMalformed";
    VPC_ENDPOINT = "vpce-", "vpc-endpoint", "AWS::EC2::VPCEndpoint",
        "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '", "' does not exist",
        "InvalidVpcEndpointId.Malformed";
    SECURITY_GROUP = "sg-", "security-group", "AWS::EC2::SecurityGroup",
        "InvalidGroup.NotFound", "The security group '", "' does not exist", "InvalidGroupId.Malformed";
    SECURITY_GROUP_RULE = "sgr-", "security-group-rule", "AWS::EC2::SecurityGroupRule",
        "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '", "' does not exist",
        "InvalidSecurityGroupRuleId.Malformed";
    NETWORK_INTERFACE = "eni-", "network-interface", "AWS::EC2::NetworkInterface",
        "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '", "' does not exist",
        "InvalidNetworkInterfaceId.Malformed";
    CAPACITY_RESERVATION = "cr-", "capacity-reservation", "AWS::EC2::CapacityReservation",
        "InvalidCapacityReservationId.NotFound", "The capacity reservation ID '", "' does not exist",
        "InvalidCapacityReservationId.Malformed";
    KEY_PAIR = "key-", "key-pair", "AWS::EC2::KeyPair",
        "InvalidKeyPair.NotFound", "The key pair '", "' does not exist", "InvalidKeyPair.Format";
    LAUNCH_TEMPLATE = "lt-", "launch-template", "AWS::EC2::LaunchTemplate",
        "InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID ", ", does not exist.",
        "InvalidLaunchTemplateId.Malformed";
    VOLUME = "vol-", "volume", "AWS::EC2::Volume",
        "InvalidVolume.NotFound", "The volume '", "' does not exist.", "InvalidParameterValue";
    INSTANCE = "i-", "instance", "AWS::EC2::Instance",
        "InvalidInstanceID.NotFound", "The instance ID '", "' does not exist", "InvalidInstanceID.Malformed";
}

impl Kind {
    /// The kind that `id` is of, by its prefix.
    pub(super) fn of_id(id: &str) -> Option<&'static Kind> {
        Self::ALL.iter().copied().find(|kind| id.starts_with(kind.prefix))
    }

    pub(super) fn fresh_id(&self, world: &mut World) -> String {
        format!("{}{}", self.prefix, world.hex_id(17))
    }

    /// A fresh id with the tags that `call` specifies for this kind; `price`: in the ledger from now on.
    pub(super) fn make(&self, world: &mut World, call: &Call, price: f64) -> String {
        let id = self.make_implicit(world, &call.region);
        let now = world.now;
        world.ledger.created(self.ledger, &id, &call.region, now, price);
        let tags = tags::specified(call.params(), self.resource_type);
        tags::put(state::of(world, &call.region), &id, tags);
        id
    }

    /// A fresh id of a resource that AWS makes and deletes by itself, which the ledger leaves out.
    pub(super) fn make_implicit(&self, world: &mut World, region: &str) -> String {
        let id = self.fresh_id(world);
        let now = world.now;
        world.region(region).ec2.born.insert(id.clone(), now);
        id
    }

    pub(super) fn ready(&self, world: &mut World, region: &str, id: &str) {
        let now = world.now;
        world.ledger.ready(self.ledger, id, region, now);
    }

    pub(super) fn deleting(&self, world: &mut World, region: &str, id: &str) {
        let now = world.now;
        world.ledger.deleting(self.ledger, id, region, now);
    }

    /// The resource costs nothing any more and is nowhere but, for some kinds, still listed.
    pub(super) fn deleted(&self, world: &mut World, region: &str, id: &str) {
        let now = world.now;
        world.ledger.deleted(self.ledger, id, region, now);
    }

    /// The resource is gone from every list.
    pub(super) fn forget(&self, world: &mut World, region: &str, id: &str) {
        self.deleted(world, region, id);
        let state = state::of(world, region);
        state.tags.remove(id);
        state.born.remove(id);
    }

    /// The error for an id that is not there.
    pub(super) fn missing(&self, id: &str) -> AwsError {
        let digits = id.strip_prefix(self.prefix).unwrap_or_default();
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
            let expected = self.prefix;
            return AwsError::new(
                self.malformed,
                format!("Invalid id: \"{id}\" (expecting \"{expected}...\")"),
            );
        }
        let (code, before, after) = self.not_found;
        AwsError::new(code, format!("{before}{id}{after}"))
    }
}

impl Kind {
    /// The resource `id` in `map`, or the error for one that is not there.
    pub(super) fn find<'map, T>(
        &self,
        map: &'map std::collections::BTreeMap<String, T>,
        id: &str,
    ) -> Result<&'map T, AwsError> {
        map.get(id).ok_or_else(|| self.missing(id))
    }

    /// The same, to be changed.
    pub(super) fn find_mut<'map, M: ById>(
        &self,
        map: &'map mut M,
        id: &str,
    ) -> Result<&'map mut M::Resource, AwsError> {
        map.by_id_mut(id).ok_or_else(|| self.missing(id))
    }
}
