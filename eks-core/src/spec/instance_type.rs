//! What the name of an instance type says, and how many pods fit on it.

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// Intel and AMD.
    X86_64,
    /// Graviton and other ARM processors.
    Arm64,
}

/// What an instance computes with besides its processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accelerator {
    /// NVIDIA's GPUs.
    Nvidia,
    /// AWS's Trainium and Inferentia.
    Neuron,
}

/// The parts of an instance type's name: `m7gd.2xlarge` is family `m`, generation 7, attributes `gd`, size
/// `2xlarge`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InstanceType {
    /// The letters before the generation.
    pub family: String,
    /// The generation, where the name has one.
    pub generation: Option<u32>,
    /// What follows the generation, such as `g` for Graviton or `d` for local disks; may be empty.
    pub attributes: String,
    /// What follows the dot.
    pub size: String,
}

impl InstanceType {
    /// The parts of a name, if it has the shape of one.
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, size) = name.split_once('.')?;
        let legal = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && !text.ends_with('-')
        };
        if !legal(kind) || !legal(size) || !kind.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let (family, rest) =
            kind.split_at(kind.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(kind.len()));
        let (digits, attributes) =
            rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
        Some(Self {
            family: family.to_owned(),
            generation: digits.parse().ok(),
            attributes: attributes.to_owned(),
            size: size.to_owned(),
        })
    }

    /// The architecture: a `g` after the generation stands for Graviton; `a1` was the first of them, and
    /// `-gb200` is NVIDIA's Grace.
    pub fn architecture(&self) -> Architecture {
        let processor = self.attributes.split('-').next().unwrap_or_default();
        let arm = processor.contains('g') || self.family == "a" || self.attributes.contains("-gb");
        if arm { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    /// The accelerators that EKS has images for: families `g`, `gr` and `p` have NVIDIA's GPUs (but `g4ad`, which
    /// has AMD's), `inf` and `trn` have Neuron's.
    pub fn accelerator(&self) -> Option<Accelerator> {
        match self.family.as_str() {
            "g" if self.attributes == "ad" => None,
            "g" | "gr" | "p" => Some(Accelerator::Nvidia),
            "inf" | "trn" => Some(Accelerator::Neuron),
            _ => None,
        }
    }

    /// Whether its instances are built on the Nitro System, as all families since 2018 are. Those that are not are in
    /// EC2's user guide, "Instances built on the Nitro System".
    pub fn is_nitro(&self) -> bool {
        let kind = format!("{}{}{}", self.family, self.generation.unwrap_or_default(), self.attributes);
        !XEN.split(' ').any(|family| family == kind) || self.size == "metal"
    }
}

/// Families on the Xen hypervisor; a size without a hypervisor, such as `i3.metal`, is Nitro's.
const XEN: &str = "c1 c3 c4 cc2 cr1 d2 f1 g2 g3 g3s h1 hs1 i2 i3 m1 m2 m3 m4 p2 p3 r3 r4 t1 t2 x1 x1e";

/// How many pods the VPC CNI can give an address on a node of that type: network interfaces × (addresses of
/// each − 1) + 2. `None` for a type that the table does not know.
///
/// Without prefix delegation or custom networking; host-network pods (`aws-node`, `kube-proxy`) are counted.
/// Managed node groups may cap large nodes further, at 110 pods.
///
/// ```
/// use eks_core::spec::pods_per_node;
///
/// assert_eq!(pods_per_node("t2.micro"), Some(4));
/// assert_eq!(pods_per_node("m5.large"), Some(29));
/// assert_eq!(pods_per_node("x99.huge"), None);
/// ```
pub fn pods_per_node(name: &str) -> Option<u32> {
    let (kind, size) = name.split_once('.')?;
    let lists = |list: &str, word: &str| list.split(' ').any(|entry| entry == word);
    let (_, interfaces, addresses) =
        if let Some((_, sizes)) = IRREGULAR.iter().find(|(kinds, _)| lists(kinds, kind)) {
            sizes.iter().find(|(name, _, _)| *name == size)?
        } else {
            REGULAR.iter().find(|(kinds, sizes)| lists(kinds, kind) && lists(sizes, size))?;
            LADDER.iter().find(|(name, _, _)| *name == size)?
        };
    Some(interfaces * (addresses - 1) + 2)
}

/// A size, its network interfaces and the IPv4 addresses of each.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html>
type Size = (&'static str, u32, u32);

/// What most families have at a size.
const LADDER: &[Size] = &[
    ("medium", 2, 4),
    ("large", 3, 10),
    ("xlarge", 4, 15),
    ("2xlarge", 4, 15),
    ("4xlarge", 8, 30),
    ("8xlarge", 8, 30),
    ("9xlarge", 8, 30),
    ("12xlarge", 8, 30),
    ("16xlarge", 15, 50),
    ("18xlarge", 15, 50),
    ("24xlarge", 15, 50),
    ("32xlarge", 15, 50),
    ("48xlarge", 15, 50),
    ("metal", 15, 50),
    ("metal-24xl", 15, 50),
    ("metal-48xl", 15, 50),
];

/// Families that climb the ladder, with the sizes that they have.
const REGULAR: &[(&str, &str)] = &[
    ("c4", "large xlarge 2xlarge 4xlarge 8xlarge"),
    ("r4", "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge"),
    ("c5 c5d", "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge metal"),
    ("c5n", "large xlarge 2xlarge 4xlarge 9xlarge 18xlarge metal"),
    ("c5a", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"),
    ("m5a m5ad r5a r5ad", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"),
    (
        "m5 m5d m5dn m5n r5 r5b r5d r5dn r5n",
        "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge metal",
    ),
    (
        "m6i m6id c6i c6id r6i r6id",
        "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge metal",
    ),
    (
        "m6a c6a r6a",
        "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal",
    ),
    (
        "m6g m6gd c6g c6gd r6g r6gd m7g m7gd c7g c7gd c7gn r7g r7gd",
        "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal",
    ),
    ("c6gn", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"),
    (
        "m7a c7a r7a",
        "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal-48xl",
    ),
    (
        "m7i c7i r7i",
        "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl",
    ),
    ("m7i-flex c7i-flex", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"),
    (
        "m8g c8g r8g",
        "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl",
    ),
];

/// Families with a ladder of their own.
const IRREGULAR: &[(&str, &[Size])] = &[
    (
        "t2",
        &[
            ("nano", 2, 2),
            ("micro", 2, 2),
            ("small", 3, 4),
            ("medium", 3, 6),
            ("large", 3, 12),
            ("xlarge", 3, 15),
            ("2xlarge", 3, 15),
        ],
    ),
    (
        "t3 t4g",
        &[
            ("nano", 2, 2),
            ("micro", 2, 2),
            ("small", 3, 4),
            ("medium", 3, 6),
            ("large", 3, 12),
            ("xlarge", 4, 15),
            ("2xlarge", 4, 15),
        ],
    ),
    (
        "t3a",
        &[
            ("nano", 2, 2),
            ("micro", 2, 2),
            ("small", 2, 4),
            ("medium", 3, 6),
            ("large", 3, 12),
            ("xlarge", 4, 15),
            ("2xlarge", 4, 15),
        ],
    ),
    (
        "m4",
        &[
            ("large", 2, 10),
            ("xlarge", 4, 15),
            ("2xlarge", 4, 15),
            ("4xlarge", 8, 30),
            ("10xlarge", 8, 30),
            ("16xlarge", 8, 30),
        ],
    ),
    (
        "g4dn",
        &[
            ("xlarge", 3, 10),
            ("2xlarge", 3, 10),
            ("4xlarge", 3, 10),
            ("8xlarge", 4, 15),
            ("12xlarge", 8, 30),
            ("16xlarge", 4, 15),
            ("metal", 15, 50),
        ],
    ),
    (
        "g5",
        &[
            ("xlarge", 4, 15),
            ("2xlarge", 4, 15),
            ("4xlarge", 8, 30),
            ("8xlarge", 8, 30),
            ("12xlarge", 15, 50),
            ("16xlarge", 8, 30),
            ("24xlarge", 15, 50),
            ("48xlarge", 7, 50),
        ],
    ),
];
