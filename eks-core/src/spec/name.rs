//! Names for what the caller did not name.

use sha2::{Digest, Sha256};
use uuid::Uuid;

const ADJECTIVES: [&str; 48] = [
    "adorable",
    "amber",
    "ancient",
    "attractive",
    "beautiful",
    "bold",
    "brave",
    "bright",
    "calm",
    "charming",
    "clever",
    "curious",
    "daring",
    "dazzling",
    "eager",
    "elegant",
    "exciting",
    "extravagant",
    "fabulous",
    "fancy",
    "ferocious",
    "floral",
    "gentle",
    "glorious",
    "golden",
    "hilarious",
    "inquisitive",
    "jolly",
    "keen",
    "lively",
    "lucky",
    "magnificent",
    "mellow",
    "misty",
    "noble",
    "nimble",
    "patient",
    "polished",
    "quiet",
    "radiant",
    "rustic",
    "scenic",
    "serene",
    "silver",
    "splendid",
    "unique",
    "vivid",
    "wonderful",
];

const NOUNS: [&str; 48] = [
    "badger", "bear", "bison", "canyon", "comet", "condor", "coral", "crane", "creature", "dolphin",
    "dragon", "dune", "falcon", "fern", "forest", "fox", "garden", "gecko", "glacier", "goose", "gopher",
    "harbor", "heron", "hill", "island", "koala", "lagoon", "lake", "lynx", "maple", "meadow", "mushroom",
    "octopus", "orchid", "otter", "panda", "party", "penguin", "pine", "pumpkin", "raven", "reef", "river",
    "rooster", "sheepdog", "sparrow", "unicorn", "willow",
];

/// A name such as `floral-unicorn-1540567338`, the same for the same seed.
///
/// eksctl's digits are the time of day; ours come from the seed, so that two processes that start in the
/// same second do not meet.
// facts/eksctl.md §1.1
pub fn name_from(seed: u64) -> String {
    let pick = |words: &[&'static str], bits: u64| words[(bits % words.len() as u64) as usize];
    let adjective = pick(&ADJECTIVES, seed);
    let noun = pick(&NOUNS, seed >> 16);
    let digits = 1_000_000_000 + (seed >> 24) % 9_000_000_000;
    format!("{adjective}-{noun}-{digits}")
}

/// The only place where chance enters a spec.
pub(crate) fn random_name() -> String {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    name_from(high ^ low)
}

/// The name of the cluster's `index`-th node group without one: `ng-` and 8 characters.
///
/// eksctl draws them; ours follow from the cluster's name, so that another process that continues a create
/// means the same group.
pub fn node_group_name(cluster: &str, index: usize) -> String {
    let digest = Sha256::digest(format!("{cluster}/{index}"));
    let characters: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("ng-{characters}")
}
