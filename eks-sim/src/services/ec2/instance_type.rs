//! Instance types and where they are offered.

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::data::{self, Zone};
use super::filter::{Filters, exact};
use super::instance_type_table::{INSTANCE_TYPES, InstanceType};
use super::listing::paged;

/// What all types of a family share: name, architecture, manufacturer, accelerator.
struct Family(&'static str, &'static str, &'static str, Option<(&'static str, &'static str, u32)>);

const INTEL: (&str, &str) = ("x86_64", "Intel");
const AMD: (&str, &str) = ("x86_64", "AMD");
const GRAVITON: (&str, &str) = ("arm64", "AWS");

const fn family(name: &'static str, processor: (&'static str, &'static str)) -> Family {
    Family(name, processor.0, processor.1, None)
}

/// A family with accelerators: manufacturer, name, memory of each in MiB.
const fn accelerated(
    name: &'static str,
    processor: (&'static str, &'static str),
    accelerator: (&'static str, &'static str, u32),
) -> Family {
    Family(name, processor.0, processor.1, Some(accelerator))
}

const FAMILIES: &[Family] = &[
    family("t2", INTEL),
    family("t3", INTEL),
    family("t3a", AMD),
    family("t4g", GRAVITON),
    family("m5", INTEL),
    family("m5a", AMD),
    family("m6i", INTEL),
    family("m6a", AMD),
    family("m6g", GRAVITON),
    family("m7i", INTEL),
    family("m7a", AMD),
    family("m7g", GRAVITON),
    family("m8g", GRAVITON),
    family("c5", INTEL),
    family("c5a", AMD),
    family("c6i", INTEL),
    family("c6a", AMD),
    family("c6g", GRAVITON),
    family("c7i", INTEL),
    family("c7g", GRAVITON),
    family("c8g", GRAVITON),
    family("r5", INTEL),
    family("r5a", AMD),
    family("r6i", INTEL),
    family("r6g", GRAVITON),
    family("r7i", INTEL),
    family("r7g", GRAVITON),
    family("r8g", GRAVITON),
    accelerated("g4dn", INTEL, ("NVIDIA", "T4", 16_384)),
    accelerated("g5", AMD, ("NVIDIA", "A10G", 24_576)),
    accelerated("p3", INTEL, ("NVIDIA", "V100", 16_384)),
    accelerated("p4d", INTEL, ("NVIDIA", "A100", 40_960)),
    accelerated("p5", AMD, ("NVIDIA", "H100", 81_920)),
    family("inf1", INTEL),
    family("inf2", AMD),
    family("trn1", INTEL),
];

/// Families that a zone does not have. us-east-1e and us-west-2d are known from what users meet ("Your requested
/// instance type (t3.micro) is not supported in your requested Availability Zone (us-east-1e)"); the rest is
/// our estimate, so that accelerators are scarce.
const MISSING: &[(&str, &[&str])] = &[
    ("use1-az5", &["t4g", "m8g", "c8g", "r8g", "g5", "p3", "p4d", "p5", "inf1", "inf2", "trn1"]),
    ("use1-az1", &["inf1", "p3", "trn1"]),
    ("usw2-az4", &["t2", "p3", "p4d", "p5", "inf1", "trn1"]),
    ("usw1-az1", &["p3", "p4d", "p5", "inf1", "inf2", "trn1"]),
    ("usw1-az3", &["p3", "p4d", "p5", "inf1", "inf2", "trn1"]),
];

/// The zone that has nothing newer than t2.
const OLDEST_ZONE: &str = "use1-az3";

/// Regions that opened after t2 had been succeeded.
const WITHOUT_T2: &[&str] = &["ap-northeast-3", "eu-north-1"];

/// An instance type as the Price List knows it.
pub(crate) struct PricedInstanceType {
    pub(crate) name: &'static str,
    pub(crate) vcpus: u32,
    /// In GiB.
    pub(crate) memory: f64,
    /// In US dollars an hour.
    pub(crate) price: f64,
}

/// Every type that has a price.
pub(crate) fn priced_instance_types() -> impl Iterator<Item = PricedInstanceType> {
    INSTANCE_TYPES.iter().map(|known| PricedInstanceType {
        name: known.name,
        vcpus: known.vcpus,
        memory: known.memory,
        price: known.price,
    })
}

/// The type called `name`.
pub(super) fn find(name: &str) -> Option<&'static InstanceType> {
    INSTANCE_TYPES.iter().find(|known| known.name == name)
}

/// `m5` of `m5.large`.
fn family_name(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

fn family_of(name: &str) -> &'static Family {
    let own = family_name(name);
    FAMILIES.iter().find(|family| family.0 == own).unwrap_or(&FAMILIES[0])
}

/// `x86_64` or `arm64`.
pub(super) fn architecture(name: &str) -> &'static str {
    family_of(name).1
}

/// Whether `zone` of `region` has the type.
pub(super) fn offered(name: &str, region: &str, zone: &Zone) -> bool {
    let own = family_name(name);
    let opted_in = data::regions().any(|(known, given)| known == region && !given);
    if own == "t2" && (opted_in || WITHOUT_T2.contains(&region)) {
        return false;
    }
    if zone.id == OLDEST_ZONE {
        return own == "t2";
    }
    !MISSING.iter().any(|(id, families)| *id == zone.id && families.contains(&own))
}

pub(super) fn describe_offerings(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let names = &[("instance-type", "instanceType"), ("location", "location")];
    let filters = Filters::read(params, names)?;
    let zones = data::zones(&call.region);
    let kind = params.get("LocationType").unwrap_or("region");
    let location = |zone: &Zone| match kind {
        "availability-zone" => zone.name.clone(),
        "availability-zone-id" => zone.id.clone(),
        _ => call.region.clone(),
    };
    if !["region", "availability-zone", "availability-zone-id", "outpost"].contains(&kind) {
        let message = format!("Value ({kind}) for parameter locationType is invalid.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    // Most callers ask about a few types: no others are shown to the filters.
    let asked: Vec<_> = exact(params).into_iter().filter(|(name, _)| name == "instance-type").collect();
    let wanted = |known: &&InstanceType| asked.iter().all(|(_, values)| values.contains(known.name));
    let mut shown: Vec<Xml> = Vec::new();
    for known in INSTANCE_TYPES.iter().filter(|known| kind != "outpost" && wanted(known)) {
        let mut locations: Vec<String> =
            zones.iter().filter(|zone| offered(known.name, &call.region, zone)).map(location).collect();
        locations.dedup();
        shown.extend(locations.into_iter().map(|location| {
            Xml::new("item").children([
                Xml::text("instanceType", known.name),
                Xml::text("locationType", kind),
                Xml::text("location", location),
            ])
        }));
    }
    let shown = shown.into_iter().filter(|item| filters.admit(item)).collect();
    paged(call, "instanceTypeOfferingSet", shown, 1000)
}

pub(super) fn describe(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let wanted = params.list("InstanceType");
    if !wanted.is_empty() && params.get("MaxResults").is_some() {
        let message = "The parameter instanceTypes cannot be used with the parameter maxResults";
        return Err(AwsError::new("InvalidParameterCombination", message));
    }
    let zones = data::zones(&call.region);
    let there = |name: &str| zones.iter().any(|zone| offered(name, &call.region, zone));
    let unknown: Vec<&str> =
        wanted.iter().copied().filter(|name| find(name).is_none() || !there(name)).collect();
    if !unknown.is_empty() {
        let message = format!("The following supplied instance types do not exist: [{}]", unknown.join(", "));
        return Err(AwsError::new("InvalidInstanceType", message));
    }
    let filters = Filters::read(
        params,
        &[
            ("bare-metal", "bareMetal"),
            ("burstable-performance-supported", "burstablePerformanceSupported"),
            ("current-generation", "currentGeneration"),
            ("hypervisor", "hypervisor"),
            ("instance-type", "instanceType"),
            ("memory-info.size-in-mib", "memoryInfo/sizeInMiB"),
            ("network-info.ipv4-addresses-per-interface", "networkInfo/ipv4AddressesPerInterface"),
            ("network-info.maximum-network-interfaces", "networkInfo/maximumNetworkInterfaces"),
            ("processor-info.supported-architecture", "processorInfo/supportedArchitectures/item"),
            ("supported-usage-class", "supportedUsageClasses/item"),
            ("vcpu-info.default-vcpus", "vCpuInfo/defaultVCpus"),
        ],
    )?;
    let shown = INSTANCE_TYPES
        .iter()
        .filter(|known| (wanted.is_empty() || wanted.contains(&known.name)) && there(known.name))
        .map(|known| Xml::new("item").children(members(known)))
        .filter(|item| filters.admit(item))
        .collect();
    paged(call, "instanceTypeSet", shown, 100)
}

fn members(known: &InstanceType) -> Vec<Xml> {
    let Family(name, architecture, manufacturer, accelerator) = *family_of(known.name);
    let nitro = !["t2", "p3"].contains(&name);
    // Graviton, t2 and the `medium` sizes have one thread on each core.
    let threads = if architecture == "arm64" || name == "t2" || known.vcpus == 1 { 1 } else { 2 };
    let memory = (known.memory * 1024.0) as u64;
    let mut members = vec![
        Xml::text("instanceType", known.name),
        Xml::text("currentGeneration", true),
        Xml::text("freeTierEligible", ["t2.micro", "t3.micro"].contains(&known.name)),
        Xml::texts("supportedUsageClasses", "item", ["on-demand", "spot"]),
        Xml::texts("supportedRootDeviceTypes", "item", ["ebs"]),
        Xml::texts("supportedVirtualizationTypes", "item", ["hvm"]),
        Xml::text("bareMetal", false),
        Xml::text("hypervisor", if nitro { "nitro" } else { "xen" }),
        Xml::new("processorInfo").children([
            Xml::texts("supportedArchitectures", "item", [architecture]),
            Xml::text("manufacturer", manufacturer),
        ]),
        Xml::new("vCpuInfo").children([
            Xml::text("defaultVCpus", known.vcpus),
            Xml::text("defaultCores", known.vcpus / threads),
            Xml::text("defaultThreadsPerCore", threads),
        ]),
        Xml::new("memoryInfo").child(Xml::text("sizeInMiB", memory)),
        Xml::new("networkInfo").children([
            Xml::text("maximumNetworkInterfaces", known.interfaces),
            Xml::text("maximumNetworkCards", 1),
            Xml::text("defaultNetworkCardIndex", 0),
            Xml::text("ipv4AddressesPerInterface", known.addresses),
            Xml::text("ipv6AddressesPerInterface", known.addresses),
            Xml::text("ipv6Supported", true),
            Xml::text("enaSupport", if name == "t2" { "unsupported" } else { "required" }),
            Xml::text("efaSupported", false),
        ]),
        Xml::text("burstablePerformanceSupported", name.starts_with('t') && name != "trn1"),
        Xml::text("supportedInRegion", true),
    ];
    if let Some((manufacturer, model, memory)) = accelerator {
        let gpu = vec![
            Xml::text("name", model),
            Xml::text("manufacturer", manufacturer),
            Xml::text("count", known.gpus),
            Xml::new("memoryInfo").child(Xml::text("sizeInMiB", memory)),
        ];
        members.push(Xml::new("gpuInfo").children([
            Xml::list("gpus", "item", [gpu]),
            Xml::text("totalGpuMemoryInMiB", memory * known.gpus),
        ]));
    }
    members
}
