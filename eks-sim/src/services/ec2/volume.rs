//! Volumes (EBS): the disks of instances, and those of one's own, such as a CSI driver makes. Snapshots, and what is on a
//! disk, are not modelled.

use crate::instant::Instant;
use crate::price;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::data::{self, Zone};
use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::tags;

/// What an image asks for where nobody does: Amazon Linux's disk is `/dev/xvda`, and EKS's images want 20 GiB of gp3.
const ROOT: &str = "/dev/xvda";
const ROOT_GIB: u32 = 20;

/// Hours of a month, as AWS reckons the price of a gigabyte-month.
const HOURS: f64 = 730.0;

/// A volume.
pub(super) struct Volume {
    gib: u32,
    kind: String,
    iops: Option<u32>,
    throughput: Option<u32>,
    key: Option<String>,
    encrypted: bool,
    zone: Zone,
    created: Instant,
    pub(super) attachment: Option<Attachment>,
}

/// The instance that a volume is attached to.
pub(super) struct Attachment {
    pub(super) instance: String,
    pub(super) device: String,
    pub(super) at: Instant,
    pub(super) delete_on_termination: bool,
}

const LISTING: Listing = Listing {
    kind: &Kind::VOLUME,
    ids: "VolumeId",
    id: "volumeId",
    set: "volumeSet",
    filters: &[
        ("attachment.delete-on-termination", "attachmentSet/item/deleteOnTermination"),
        ("attachment.device", "attachmentSet/item/device"),
        ("attachment.instance-id", "attachmentSet/item/instanceId"),
        ("attachment.status", "attachmentSet/item/status"),
        ("availability-zone", "availabilityZone"),
        ("encrypted", "encrypted"),
        ("size", "size"),
        ("status", "status"),
        ("volume-id", "volumeId"),
        ("volume-type", "volumeType"),
    ],
    page: 1000,
};

/// The types that there are (service model: VolumeType).
const KINDS: [&str; 7] = ["standard", "io1", "io2", "gp2", "sc1", "st1", "gp3"];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let name = params.get("AvailabilityZone");
    let zone = data::zones(&call.region).into_iter().find(|zone| {
        name == Some(zone.name.as_str()) || params.get("AvailabilityZoneId") == Some(zone.id.as_str())
    });
    let Some(zone) = zone else {
        let Some(name) = name else { return Err(missing("availabilityZone")) };
        return Err(AwsError::new("InvalidZone.NotFound", format!("The zone '{name}' does not exist.")));
    };
    if params.get("Size").is_none() && params.get("SnapshotId").is_none() {
        return Err(missing("size/snapshot"));
    }
    // gp2 is CreateVolume's default (API reference).
    let volume = volume(world, params, "gp2", zone)?;
    let id = Kind::VOLUME.make(world, call, volume.price());
    Kind::VOLUME.ready(world, &call.region, &id);
    state::of(world, &call.region).volumes.insert(id.clone(), volume);
    Ok(Answer::Xml(members(state::of(world, &call.region), &id, Some("creating"))))
}

fn missing(member: &str) -> AwsError {
    AwsError::new("MissingParameter", format!("The request must contain the parameter {member}"))
}

/// A volume as `Size`, `VolumeType` and their siblings say.
fn volume(world: &World, params: &Params, kind: &str, zone: Zone) -> Result<Volume, AwsError> {
    let number = |name: &str| -> Result<Option<u32>, AwsError> {
        let Some(text) = params.get(name) else { return Ok(None) };
        let message = || format!("Value ({text}) for parameter {name} is invalid.");
        text.parse().map(Some).map_err(|_| AwsError::new("InvalidParameterValue", message()))
    };
    let kind = params.get("VolumeType").unwrap_or(kind);
    if !KINDS.contains(&kind) {
        // The text is from memory (U).
        let message = format!("Invalid volume type: {kind}");
        return Err(AwsError::new("UnknownVolumeType", message));
    }
    let default = |given: Option<u32>, of_gp3| given.or((kind == "gp3").then_some(of_gp3));
    Ok(Volume {
        gib: number("VolumeSize")?.or(number("Size")?).unwrap_or(ROOT_GIB),
        // facts/eksctl.md §1.1
        iops: default(number("Iops")?, 3000),
        throughput: default(number("Throughput")?, 125),
        kind: kind.to_owned(),
        key: params.get("KmsKeyId").map(str::to_owned),
        encrypted: params.flag("Encrypted") == Some(true),
        zone,
        created: world.now,
        attachment: None,
    })
}

impl Volume {
    /// US dollars an hour. Other types than gp3 have no row, and cost nothing here.
    fn price(&self) -> f64 {
        if self.kind == "gp3" { f64::from(self.gib) * price::GP3_MONTH / HOURS } else { 0.0 }
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("VolumeId")?;
    let volume = Kind::VOLUME.find(&state::of(world, &call.region).volumes, id)?;
    if let Some(attachment) = &volume.attachment {
        // The text is from memory (U).
        let message = format!("Volume {id} is currently attached to {}", attachment.instance);
        return Err(AwsError::new("VolumeInUse", message));
    }
    remove(world, &call.region, id);
    Ok(Answer::Xml(vec![Xml::text("return", true)]))
}

fn remove(world: &mut World, region: &str, id: &str) {
    if state::of(world, region).volumes.remove(id).is_some() {
        Kind::VOLUME.forget(world, region, id);
    }
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state = state::of(world, &call.region);
    let (volumes, instances) = (&state.volumes, &state.instances);
    let ids = LISTING.candidates(call, volumes, |filter, value| {
        (filter == "attachment.instance-id").then(|| {
            let own = instances.get(value).into_iter().flat_map(|instance| &instance.volumes);
            own.collect()
        })
    });
    let shown = ids.iter().map(|id| Xml::new("item").children(members(state, id, None))).collect();
    LISTING.answer(world, call, shown)
}

/// `status`: another one than it has from the next moment on.
fn members(state: &State, id: &str, status: Option<&str>) -> Vec<Xml> {
    let Some(volume) = state.volumes.get(id) else { return Vec::new() };
    let attachments = volume.attachment.iter().map(|attachment| {
        vec![
            Xml::text("volumeId", id),
            Xml::text("instanceId", &attachment.instance),
            Xml::text("device", &attachment.device),
            Xml::text("status", "attached"),
            Xml::text("attachTime", attachment.at.iso()),
            Xml::text("deleteOnTermination", attachment.delete_on_termination),
        ]
    });
    let mut members = vec![
        Xml::text("volumeId", id),
        Xml::text("size", volume.gib),
        Xml::text("snapshotId", ""),
        Xml::text("availabilityZone", &volume.zone.name),
        Xml::text("availabilityZoneId", &volume.zone.id),
        Xml::text(
            "status",
            status.unwrap_or(if volume.attachment.is_some() { "in-use" } else { "available" }),
        ),
        Xml::text("createTime", volume.created.iso()),
        Xml::list("attachmentSet", "item", attachments),
        tags::set(state, id),
        Xml::text("volumeType", &volume.kind),
        Xml::text("encrypted", volume.encrypted),
        Xml::text("multiAttachEnabled", false),
    ];
    members.extend(volume.iops.map(|iops| Xml::text("iops", iops)));
    members.extend(volume.throughput.map(|throughput| Xml::text("throughput", throughput)));
    members.extend(volume.key.as_ref().map(|key| Xml::text("kmsKeyId", key)));
    members
}

/// The volumes that an instance is launched with: a root disk, and whatever else `data` maps.
pub(super) fn of_launch(
    world: &World,
    data: &Params,
    zone: &Zone,
) -> Result<Vec<(String, Volume, bool)>, AwsError> {
    let mappings = data.structures("BlockDeviceMapping");
    let mut made = Vec::new();
    for mapping in &mappings {
        let ebs = mapping.under("Ebs");
        if ebs.is_empty() {
            continue;
        }
        let device = mapping.get("DeviceName").unwrap_or(ROOT).to_owned();
        let stays = ebs.flag("DeleteOnTermination") == Some(false);
        made.push((device, volume(world, &ebs, "gp3", zone.clone())?, !stays));
    }
    // Bottlerocket's second disk, and others of the user's, come beside the image's own.
    if !made.iter().any(|(device, ..)| [ROOT, "/dev/sda1"].contains(&device.as_str())) {
        made.push((ROOT.to_owned(), volume(world, &Params::new(), "gp3", zone.clone())?, true));
    }
    Ok(made)
}

/// Makes a volume of an instance that is being launched.
pub(super) fn attach(
    world: &mut World,
    region: &str,
    instance: &str,
    (device, mut volume, delete_on_termination): (String, Volume, bool),
) -> String {
    let id = Kind::VOLUME.make_implicit(world, region);
    let (now, price) = (world.now, volume.price());
    world.ledger.created(Kind::VOLUME.ledger, &id, region, now, price);
    Kind::VOLUME.ready(world, region, &id);
    let instance = instance.to_owned();
    volume.attachment = Some(Attachment { instance, device, at: now, delete_on_termination });
    state::of(world, region).volumes.insert(id.clone(), volume);
    id
}

/// The instance of these volumes is terminated: they go with it, or are left.
pub(super) fn let_go(world: &mut World, region: &str, volumes: &[String]) {
    for id in volumes {
        let volume = state::of(world, region).volumes.get_mut(id);
        match volume.and_then(|volume| volume.attachment.take()) {
            Some(attachment) if attachment.delete_on_termination => remove(world, region, id),
            _ => {}
        }
    }
}

/// The element `blockDeviceMapping` of an instance with these volumes.
pub(super) fn mappings(state: &State, volumes: &[String]) -> Xml {
    let attached = volumes.iter().filter_map(|id| {
        let attachment = state.volumes.get(id)?.attachment.as_ref()?;
        let ebs = Xml::new("ebs").children([
            Xml::text("volumeId", id),
            Xml::text("status", "attached"),
            Xml::text("attachTime", attachment.at.iso()),
            Xml::text("deleteOnTermination", attachment.delete_on_termination),
        ]);
        Some(vec![Xml::text("deviceName", &attachment.device), ebs])
    });
    Xml::list("blockDeviceMapping", "item", attached)
}
