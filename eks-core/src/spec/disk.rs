//! The root disk of a node.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use crate::Result;

/// The root volume of each node of a group. Unset: 80 GiB of gp3 with 3,000 IOPS and 125 MiB/s, as with
/// eksctl (EKS alone would give 20 GiB).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct Disk {
    /// Size in GiB, 1 to 16,384. Default 80.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_gib: Option<u32>,
    /// Kind of EBS volume. Default: gp3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<VolumeType>,
    /// Operations per second: gp3 3,000 (the default) to 16,000, io1 100 to 64,000, io2 100 to 256,000; needed for
    /// io1 and io2, refused for gp2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iops: Option<u32>,
    /// MiB per second, only with gp3: 125 (the default) to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throughput: Option<u32>,
    /// Whether the volume is encrypted; unset leaves it to the account's setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// The KMS key for an encrypted volume: an ARN, an id or an alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
}

/// A kind of EBS volume that a node can start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VolumeType {
    /// General purpose, with its own IOPS and throughput.
    Gp3,
    /// General purpose, the older kind.
    Gp2,
    /// Provisioned IOPS, the older kind.
    Io1,
    /// Provisioned IOPS.
    Io2,
}

impl Disk {
    /// A gp3 disk of that size.
    pub fn gib(size: u32) -> Self {
        Self { size_gib: Some(size), ..Self::default() }
    }
}

impl<S: disk_builder::State> DiskBuilder<S> {
    /// The disk, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<Disk>
    where
        S: disk_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for Disk {
    /// The ranges are those of facts/eksctl.md §3.
    fn inspect(&self, findings: &mut Findings) {
        if let Some(size) = self.size_gib {
            findings.require((1..=16_384).contains(&size), "sizeGib", size, "be 1 to 16384");
        }
        let volume_type = self.volume_type.unwrap_or(VolumeType::Gp3);
        if let Some(iops) = self.iops {
            match volume_type {
                VolumeType::Gp3 => within(findings, "iops", iops, 3_000, 16_000, "gp3"),
                VolumeType::Io1 => within(findings, "iops", iops, 100, 64_000, "io1"),
                VolumeType::Io2 => within(findings, "iops", iops, 100, 256_000, "io2"),
                VolumeType::Gp2 => findings.require(false, "iops", iops, "be unset for gp2"),
            }
        } else {
            let needed = matches!(volume_type, VolumeType::Io1 | VolumeType::Io2);
            findings.require(!needed, "iops", "", "be given for io1 and io2");
        }
        if let Some(throughput) = self.throughput {
            if volume_type == VolumeType::Gp3 {
                within(findings, "throughput", throughput, 125, 1_000, "gp3");
            } else {
                findings.require(false, "throughput", throughput, "be unset unless the volume is gp3");
            }
        }
        if let Some(key) = &self.kms_key {
            findings.require(
                self.encrypted == Some(true),
                "kmsKey",
                key,
                "be unset unless `encrypted` is true",
            );
        }
    }
}

fn within(findings: &mut Findings, field: &str, value: u32, least: u32, most: u32, volume: &str) {
    findings.require(
        (least..=most).contains(&value),
        field,
        value,
        format!("be {least} to {most} for {volume}"),
    );
}
