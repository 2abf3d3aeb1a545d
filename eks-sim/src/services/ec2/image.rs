//! Images: those that AWS publishes for EKS's nodes. The account has none of its own.

use crate::services::eks::{PublishedImage, published_images};
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::filter::{Filters, Names};
use super::listing::paged;

const FILTERS: Names = &[
    ("architecture", "architecture"),
    ("creation-date", "creationDate"),
    ("description", "description"),
    ("hypervisor", "hypervisor"),
    ("image-id", "imageId"),
    ("image-type", "imageType"),
    ("is-public", "isPublic"),
    ("name", "name"),
    ("owner-alias", "imageOwnerAlias"),
    ("owner-id", "imageOwnerId"),
    ("platform", "platform"),
    ("root-device-type", "rootDeviceType"),
    ("state", "imageState"),
    ("virtualization-type", "virtualizationType"),
];

pub(super) fn describe(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let filters = Filters::read(params, FILTERS)?;
    let ids = params.list("ImageId");
    if let Some(malformed) = ids.iter().find(|id| !id.starts_with("ami-")) {
        let message = format!("Invalid id: \"{malformed}\" (expecting \"ami-...\")");
        return Err(AwsError::new("InvalidAMIID.Malformed", message));
    }
    let images = published_images(&call.region);
    if let Some(absent) = ids.iter().find(|id| images.iter().all(|image| image.id != **id)) {
        return Err(AwsError::new(
            "InvalidAMIID.NotFound",
            format!("The image id '[{absent}]' does not exist"),
        ));
    }
    let owners = params.list("Owner");
    let owned = |image: &PublishedImage| {
        owners.is_empty() || owners.iter().any(|owner| *owner == "amazon" || *owner == image.owner)
    };
    let asked = images.iter().filter(|image| ids.is_empty() || ids.contains(&image.id.as_str()));
    let shown = asked.filter(|image| owned(image)).map(show).filter(|item| filters.admit(item)).collect();
    // Without `MaxResults` everything comes at once (EC2's API reference, DescribeImages).
    paged(call, "imagesSet", shown, if params.get("MaxResults").is_some() { 1000 } else { usize::MAX / 2 })
}

fn show(image: &PublishedImage) -> Xml {
    let mut item = vec![
        Xml::text("imageId", &image.id),
        Xml::text("imageLocation", format!("amazon/{}", image.name)),
        Xml::text("imageState", "available"),
        Xml::text("imageOwnerId", image.owner),
        Xml::text("imageOwnerAlias", "amazon"),
        Xml::text("isPublic", "true"),
        Xml::text("architecture", image.architecture),
        Xml::text("imageType", "machine"),
        Xml::text("name", &image.name),
        Xml::text("description", &image.description),
        Xml::text("creationDate", format!("{}T00:00:00.000Z", image.day)),
        Xml::text("rootDeviceType", "ebs"),
        Xml::text("rootDeviceName", if image.windows { "/dev/sda1" } else { "/dev/xvda" }),
        Xml::text("virtualizationType", "hvm"),
        Xml::text("hypervisor", "xen"),
        Xml::text("enaSupport", "true"),
        Xml::text("platformDetails", if image.windows { "Windows" } else { "Linux/UNIX" }),
        Xml::text("usageOperation", if image.windows { "RunInstances:0002" } else { "RunInstances" }),
    ];
    item.extend(image.windows.then(|| Xml::text("platform", "windows")));
    Xml::new("item").children(item)
}
