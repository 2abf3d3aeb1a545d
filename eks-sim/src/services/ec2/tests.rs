//! EC2 as its callers see it. Each test drives operations through the service's entry, on the virtual clock.

mod address;
mod capacity_block;
mod describe;
mod instance;
mod instance_type;
mod key_pair;
mod launch_template;
mod nat_gateway;
mod network_interface;
mod route_table;
mod security_group;
mod tags;
mod volume;
mod vpc;

use std::time::Duration;

use crate::services;
use crate::settings::Settings;
use crate::wire::{Answer, AwsError, Call, Input, Params, Service, Xml};
use crate::world::World;

const REGION: &str = "us-east-1";

/// An account with some operations done in it.
struct Account {
    world: World,
}

impl Account {
    fn new() -> Self {
        Self { world: World::new(Settings::default()) }
    }

    /// Calls as a client does, with members such as `[("VpcId", "vpc-1")]`.
    fn call(&mut self, operation: &str, members: &[(&str, &str)]) -> Result<Xml, AwsError> {
        self.call_in(REGION, operation, members)
    }

    fn call_in(&mut self, region: &str, operation: &str, members: &[(&str, &str)]) -> Result<Xml, AwsError> {
        let mut params = Params::new().set("Action", operation).set("Version", "2016-11-15");
        for (name, value) in members {
            params.insert(*name, *value);
        }
        let (region, operation) = (region.to_owned(), operation.to_owned());
        let call =
            Call { service: Service::Ec2, operation, region, input: Input::Params(params), failure: None };
        services::call(&mut self.world, &call).map(Answer::xml)
    }

    fn ok(&mut self, operation: &str, members: &[(&str, &str)]) -> Xml {
        self.call(operation, members).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// The text at `path` of the answer.
    fn get(&mut self, operation: &str, members: &[(&str, &str)], path: &str) -> String {
        self.ok(operation, members).at(path).to_owned()
    }

    /// Code and message of the refusal.
    fn refused(&mut self, operation: &str, members: &[(&str, &str)]) -> (String, String) {
        match self.call(operation, members) {
            Ok(_) => panic!("{operation} was not refused"),
            Err(error) => (error.code, error.message),
        }
    }

    fn code(&mut self, operation: &str, members: &[(&str, &str)]) -> String {
        self.refused(operation, members).0
    }

    fn pass(&mut self, seconds: u64) {
        self.world.settle(self.world.now() + Duration::from_secs(seconds));
    }

    fn vpc(&mut self) -> String {
        self.get("CreateVpc", &[("CidrBlock", "10.0.0.0/16")], "vpc/vpcId")
    }

    fn subnet(&mut self, vpc: &str, block: &str) -> String {
        self.get("CreateSubnet", &[("VpcId", vpc), ("CidrBlock", block)], "subnet/subnetId")
    }

    fn gateway(&mut self, vpc: &str) -> String {
        let id = self.get("CreateInternetGateway", &[], "internetGateway/internetGatewayId");
        self.ok("AttachInternetGateway", &[("InternetGatewayId", &id), ("VpcId", vpc)]);
        id
    }

    fn address(&mut self) -> String {
        self.get("AllocateAddress", &[("Domain", "vpc")], "allocationId")
    }

    fn left(&self) -> Vec<&str> {
        self.world.ledger().left().into_iter().map(|resource| resource.kind.as_str()).collect()
    }
}

/// Owned pairs, to compare with what `refused` yields.
fn error(code: &str, message: &str) -> (String, String) {
    (code.to_owned(), message.to_owned())
}
