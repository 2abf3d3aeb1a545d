//! Families of node images.

use serde::{Deserialize, Serialize};

use super::instance_type::{Accelerator, Architecture};

/// The operating system of a node, written as in eksctl. Unset: `AmazonLinux2023`.
///
/// Instance types with NVIDIA's GPUs or AWS's Neuron devices get the image with their drivers, as with eksctl; the
/// families `…Nvidia` and `…Neuron` name it whatever the types are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AmiFamily {
    /// Amazon Linux 2023.
    #[default]
    AmazonLinux2023,
    /// Amazon Linux 2023 with NVIDIA drivers.
    AmazonLinux2023Nvidia,
    /// Amazon Linux 2023 with Neuron drivers, for Trainium and Inferentia.
    AmazonLinux2023Neuron,
    /// Amazon Linux 2. EKS has no image of it for Kubernetes 1.33 and later.
    AmazonLinux2,
    /// Amazon Linux 2 with NVIDIA and Neuron drivers. EKS has no image of it for Kubernetes 1.33 and later.
    AmazonLinux2Gpu,
    /// Bottlerocket.
    Bottlerocket,
    /// Bottlerocket in FIPS mode.
    BottlerocketFips,
    /// Bottlerocket with NVIDIA drivers.
    BottlerocketNvidia,
    /// Bottlerocket with NVIDIA drivers in FIPS mode.
    BottlerocketNvidiaFips,
    /// Windows Server 2019 Core.
    WindowsServer2019CoreContainer,
    /// Windows Server 2019 Full.
    WindowsServer2019FullContainer,
    /// Windows Server 2022 Core.
    WindowsServer2022CoreContainer,
    /// Windows Server 2022 Full.
    WindowsServer2022FullContainer,
    /// Windows Server 2025 Core, from Kubernetes 1.35.
    WindowsServer2025CoreContainer,
    /// Windows Server 2025 Full, from Kubernetes 1.35.
    WindowsServer2025FullContainer,
}

impl AmiFamily {
    /// Every family.
    const ALL: [Self; 15] = [
        Self::AmazonLinux2023,
        Self::AmazonLinux2023Nvidia,
        Self::AmazonLinux2023Neuron,
        Self::AmazonLinux2,
        Self::AmazonLinux2Gpu,
        Self::Bottlerocket,
        Self::BottlerocketFips,
        Self::BottlerocketNvidia,
        Self::BottlerocketNvidiaFips,
        Self::WindowsServer2019CoreContainer,
        Self::WindowsServer2019FullContainer,
        Self::WindowsServer2022CoreContainer,
        Self::WindowsServer2022FullContainer,
        Self::WindowsServer2025CoreContainer,
        Self::WindowsServer2025FullContainer,
    ];

    /// The family of EKS's AMI type, such as `AL2023_ARM_64_STANDARD`; `None` for images of one's own and unknown ones.
    pub(crate) fn of_ami_type(ami_type: &str) -> Option<Self> {
        let is = |family: &Self, architecture| family.ami_type(architecture) == Some(ami_type);
        Self::ALL
            .into_iter()
            .find(|family| is(family, Architecture::X86_64) || is(family, Architecture::Arm64))
    }

    /// The family with the drivers that the accelerator needs, if there is one; else the family itself.
    #[must_use]
    pub fn for_accelerator(self, accelerator: Option<Accelerator>) -> Self {
        use Accelerator::{Neuron, Nvidia};
        match (self, accelerator) {
            (Self::AmazonLinux2023, Some(Nvidia)) => Self::AmazonLinux2023Nvidia,
            (Self::AmazonLinux2023, Some(Neuron)) => Self::AmazonLinux2023Neuron,
            (Self::AmazonLinux2, Some(_)) => Self::AmazonLinux2Gpu,
            (Self::Bottlerocket, Some(Nvidia)) => Self::BottlerocketNvidia,
            (Self::BottlerocketFips, Some(Nvidia)) => Self::BottlerocketNvidiaFips,
            (family, _) => family,
        }
    }

    /// EKS's name for the family's image on that architecture, if there is one; see
    /// [`amiType`](https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html).
    // facts/aws.md §7
    pub fn ami_type(self, architecture: Architecture) -> Option<&'static str> {
        use AmiFamily::*;
        use Architecture::{Arm64, X86_64};
        Some(match (self, architecture) {
            (AmazonLinux2023, X86_64) => "AL2023_x86_64_STANDARD",
            (AmazonLinux2023, Arm64) => "AL2023_ARM_64_STANDARD",
            (AmazonLinux2023Nvidia, X86_64) => "AL2023_x86_64_NVIDIA",
            (AmazonLinux2023Nvidia, Arm64) => "AL2023_ARM_64_NVIDIA",
            (AmazonLinux2023Neuron, X86_64) => "AL2023_x86_64_NEURON",
            (AmazonLinux2, X86_64) => "AL2_x86_64",
            (AmazonLinux2, Arm64) => "AL2_ARM_64",
            (AmazonLinux2Gpu, X86_64) => "AL2_x86_64_GPU",
            (Bottlerocket, X86_64) => "BOTTLEROCKET_x86_64",
            (Bottlerocket, Arm64) => "BOTTLEROCKET_ARM_64",
            (BottlerocketFips, X86_64) => "BOTTLEROCKET_x86_64_FIPS",
            (BottlerocketFips, Arm64) => "BOTTLEROCKET_ARM_64_FIPS",
            (BottlerocketNvidia, X86_64) => "BOTTLEROCKET_x86_64_NVIDIA",
            (BottlerocketNvidia, Arm64) => "BOTTLEROCKET_ARM_64_NVIDIA",
            (BottlerocketNvidiaFips, X86_64) => "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
            (BottlerocketNvidiaFips, Arm64) => "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
            (WindowsServer2019CoreContainer, X86_64) => "WINDOWS_CORE_2019_x86_64",
            (WindowsServer2019FullContainer, X86_64) => "WINDOWS_FULL_2019_x86_64",
            (WindowsServer2022CoreContainer, X86_64) => "WINDOWS_CORE_2022_x86_64",
            (WindowsServer2022FullContainer, X86_64) => "WINDOWS_FULL_2022_x86_64",
            (WindowsServer2025CoreContainer, X86_64) => "WINDOWS_CORE_2025_x86_64",
            (WindowsServer2025FullContainer, X86_64) => "WINDOWS_FULL_2025_x86_64",
            (_, Arm64) => return None,
        })
    }

    /// Whether nodes of this family run Windows.
    pub fn is_windows(self) -> bool {
        self.ami_type(Architecture::X86_64).is_some_and(|ami_type| ami_type.starts_with("WINDOWS"))
    }

    /// The Kubernetes minor versions of major version 1 for which EKS has images: the first, and the first
    /// for which it has none any more. (facts/aws.md §7)
    pub(crate) fn minors(self) -> (u32, u32) {
        match self {
            Self::AmazonLinux2 | Self::AmazonLinux2Gpu => (0, 33),
            Self::WindowsServer2025CoreContainer | Self::WindowsServer2025FullContainer => (35, u32::MAX),
            _ => (0, u32::MAX),
        }
    }
}
