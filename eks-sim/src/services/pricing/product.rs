//! What can be rented, by the hour, in the shape of the Price List's offers.

use serde_json::{Map, Value, json};

use crate::price;
use crate::services::ec2::{self, priced_instance_types};

/// When the prices of the table were published.
const PUBLISHED: &str = "2026-01-19T00:00:00Z";
/// AWS's code of on-demand terms, and of a rate per hour.
const ON_DEMAND: &str = "JRTCKXETXF";
const PER_HOUR: &str = "6YS6EN2CT7";

/// One product in any region.
pub(super) struct Product {
    pub(super) service: &'static str,
    pub(super) family: &'static str,
    /// Attributes that are the same everywhere.
    own: Vec<(&'static str, String)>,
    /// What the usage type says after the region's prefix.
    usage: String,
    description: String,
    unit: &'static str,
    dollars: f64,
}

/// Everything that has a price here.
pub(super) fn products() -> impl Iterator<Item = Product> {
    let rented = [
        Product {
            service: "AmazonEC2",
            family: "NAT Gateway",
            own: owned(&[("group", "NGW:NatGateway"), ("operation", "NatGateway")]),
            usage: "NatGateway-Hours".to_owned(),
            description: "NAT Gateway Hour".to_owned(),
            unit: "Hrs",
            dollars: price::NAT_GATEWAY,
        },
        Product {
            service: "AmazonVPC",
            family: "VpcEndpoint",
            own: owned(&[("group", "VpcEndpoint"), ("operation", "VpcEndpoint")]),
            usage: "VpcEndpoint-Hours".to_owned(),
            description: "VPC Endpoint Hour".to_owned(),
            unit: "Hrs",
            dollars: price::INTERFACE_ENDPOINT,
        },
        Product {
            service: "AmazonEKS",
            family: "Compute",
            own: owned(&[("operation", "CreateOperation")]),
            usage: "AmazonEKS-Hours:perCluster".to_owned(),
            description: "Amazon EKS cluster usage".to_owned(),
            unit: "Hrs",
            dollars: price::CONTROL_PLANE_STANDARD,
        },
        Product {
            service: "AmazonEC2",
            family: "Storage",
            own: owned(&[("volumeApiName", "gp3"), ("volumeType", "General Purpose")]),
            usage: "EBS:VolumeUsage.gp3".to_owned(),
            description: "GB-month of General Purpose (gp3) provisioned storage".to_owned(),
            unit: "GB-Mo",
            dollars: price::GP3_MONTH,
        },
    ];
    rented.into_iter().chain(priced_instance_types().map(instance))
}

fn instance(kind: ec2::PricedInstanceType) -> Product {
    let fixed = [
        ("capacitystatus", "Used"),
        ("licenseModel", "No License required"),
        ("marketoption", "OnDemand"),
        ("operatingSystem", "Linux"),
        ("operation", "RunInstances"),
        ("preInstalledSw", "NA"),
        ("tenancy", "Shared"),
    ];
    let mut own = owned(&fixed);
    own.push(("instanceType", kind.name.to_owned()));
    own.push(("memory", format!("{} GiB", kind.memory)));
    own.push(("vcpu", kind.vcpus.to_string()));
    Product {
        service: "AmazonEC2",
        family: "Compute Instance",
        own,
        usage: format!("BoxUsage:{}", kind.name),
        description: format!("On Demand Linux {} Instance Hour", kind.name),
        unit: "Hrs",
        dollars: kind.price,
    }
}

fn owned(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

impl Product {
    /// The regions that a search is about: to make every product in every region for one of them would be slow.
    pub(super) fn regions(&self, filters: &[Value]) -> Vec<&'static str> {
        let wanted = filters.iter().find(|filter| filter["Field"] == "regionCode");
        let wanted = wanted
            .filter(|filter| filter["Type"] == "TERM_MATCH")
            .and_then(|filter| filter["Value"].as_str());
        ec2::region_names().filter(|name| wanted.is_none_or(|wanted| wanted == *name)).collect()
    }

    /// Name and value of each attribute in a region.
    pub(super) fn attributes(&self, region: &str) -> Vec<(&'static str, String)> {
        let mut attributes = self.own.clone();
        attributes.push(("locationType", "AWS Region".to_owned()));
        attributes.push(("regionCode", region.to_owned()));
        attributes.push(("servicecode", self.service.to_owned()));
        attributes.push(("usagetype", format!("{}{}", prefix(region), self.usage)));
        attributes
    }

    /// The offer, as the service writes it into a string.
    pub(super) fn shown(&self, region: &str) -> Value {
        let attributes: Map<String, Value> = self
            .attributes(region)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let sku = sku(region, &self.usage);
        let (term, rate) = (format!("{sku}.{ON_DEMAND}"), format!("{sku}.{ON_DEMAND}.{PER_HOUR}"));
        let dollars = format!("{:.10}", self.dollars);
        json!({
            "product": {"productFamily": self.family, "attributes": attributes, "sku": sku},
            "serviceCode": self.service,
            "terms": {"OnDemand": {term: {
                "priceDimensions": {&rate: {
                    "unit": self.unit,
                    "beginRange": "0",
                    "endRange": "Inf",
                    "description": format!("${} per {}", self.dollars, self.description),
                    "appliesTo": [],
                    "rateCode": rate,
                    "pricePerUnit": {"USD": dollars},
                }},
                "sku": sku,
                "effectiveDate": PUBLISHED,
                "offerTermCode": ON_DEMAND,
                "termAttributes": {},
            }}},
            "version": "20260119000000",
            "publicationDate": PUBLISHED,
        })
    }
}

/// Sixteen letters and digits that stand for a product in a region.
fn sku(region: &str, usage: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{region}/{usage}"));
    digest
        .iter()
        .take(16)
        .map(|byte| char::from(b"ABCDEFGHJKMNPQRSTUVWXYZ23456789"[usize::from(*byte) % 31]))
        .collect()
}

/// What usage types of a region begin with. us-east-1 has nothing there; the first regions of a continent kept their old
/// abbreviation (U).
fn prefix(region: &str) -> String {
    match region {
        "us-east-1" => return String::new(),
        "eu-west-1" => return "EU-".to_owned(),
        "sa-east-1" => return "SAE1-".to_owned(),
        _ => {}
    }
    let mut parts = region.split('-');
    let continent = parts.next().unwrap_or_default().to_uppercase();
    let directions = parts.next().unwrap_or_default();
    let number = parts.next().unwrap_or_default();
    let short: String = match directions {
        "northeast" => "N".to_owned(),
        "southeast" => "S".to_owned(),
        other => other.chars().take(1).collect::<String>().to_uppercase(),
    };
    format!("{continent}{short}{number}-")
}
