//! Draws from the injected seed.

use super::Engine;

impl Engine {
    /// A request token: 36 characters, as EKS wants 33 to 126 (facts/aws.md §3.1).
    pub(super) fn token(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        uuid::Uuid::from_u64_pair(a, b).to_string()
    }

    /// A draw from [0, 1).
    pub(super) fn draw(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A stream of bits from the injected seed.
    fn bits(&mut self) -> u64 {
        self.draws += 1;
        mixed(self.seed, self.draws)
    }
}

/// The `number`th number that follows from a seed: SplitMix64.
pub(crate) fn mixed(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
