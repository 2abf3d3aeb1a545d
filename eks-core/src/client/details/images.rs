//! How the images of node groups stand to the newest ones of their kinds.

use std::collections::BTreeMap;

use super::unread::Unread;
#[cfg(feature = "ec2")]
use crate::aws::{Refusal, Wire};
use crate::observe::{ImageInfo, NodeGroupState, Observed, PublishedImage};
use crate::spec::millis;

/// The images of each kind, by AMI type and Kubernetes version, or why they may not be read.
pub(super) type Published = BTreeMap<(String, String), std::result::Result<Vec<PublishedImage>, String>>;

const DAY: i64 = 86_400_000;

/// Asks once for each kind that the cluster has.
#[cfg(feature = "ec2")]
pub(super) async fn published(wire: &Wire, observed: &Observed) -> std::result::Result<Published, Refusal> {
    let groups = observed.node_groups.iter().flatten();
    let kinds: std::collections::BTreeSet<_> = groups.filter_map(|(_, group)| kind(group)).collect();
    let asked = kinds.into_iter().map(async |(ami_type, version)| {
        let images = crate::observe::published_images(wire, &ami_type, &version).await?;
        Ok::<_, Refusal>(((ami_type, version), images))
    });
    Ok(futures_util::future::try_join_all(asked).await?.into_iter().collect())
}

/// An image of one's own has no newer one.
fn kind(group: &NodeGroupState) -> Option<(String, String)> {
    let ami_type = group.ami_type.clone().filter(|kind| kind != "CUSTOM")?;
    Some((ami_type, group.version.clone()?))
}

pub(super) fn infos(observed: &Observed, published: Published, unread: &mut Unread) -> Vec<ImageInfo> {
    let groups = observed.node_groups.iter().flatten();
    let infos = groups.map(|(name, group)| {
        let images = kind(group).and_then(|kind| published.get(&kind));
        let images = match images {
            Some(Ok(images)) => images.as_slice(),
            Some(Err(why)) => {
                unread.extend([format!("newest images: {why}")]);
                &[]
            }
            None => &[],
        };
        info(name, group, images)
    });
    infos.collect()
}

/// `images`: newest first.
fn info(name: &str, group: &NodeGroupState, images: &[PublishedImage]) -> ImageInfo {
    let release = group.release_version.clone();
    let mark = release.as_deref().map(|release| mark(release, group.ami_type.as_deref().unwrap_or_default()));
    let place = images.iter().position(|image| Some(image.mark.as_str()) == mark);
    let day = |image: &PublishedImage| millis(&format!("{}T00:00:00Z", image.day));
    let days = place.and_then(|place| Some((day(images.first()?)? - day(&images[place])?) / DAY));
    ImageInfo {
        node_group: name.to_owned(),
        ami_type: group.ami_type.clone(),
        release,
        newest: images.first().map(|image| image.name.clone()),
        releases_behind: place.and_then(|place| u32::try_from(place).ok()),
        days_behind: days.and_then(|days| u32::try_from(days).ok()),
    }
}

/// What a release and the name of its image have in common: `20251112` of `1.34.1-20251112`, all of Bottlerocket's
/// (facts/aws.md §7).
fn mark<'a>(release: &'a str, ami_type: &str) -> &'a str {
    if ami_type.starts_with("BOTTLEROCKET") { release } else { release.rsplit('-').next().unwrap_or(release) }
}
