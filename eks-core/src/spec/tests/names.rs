//! Generated names.

use proptest::prelude::*;

use super::super::syntax::{is_name, is_node_group_name};
use super::super::{name_from, node_group_name};

#[test]
fn names_follow_from_their_seed() {
    assert_eq!(name_from(0), name_from(0));
    assert_eq!(name_from(0x0123_4567_89ab_cdef), "elegant-lake-5886718345");
    assert_eq!(node_group_name("web", 0), "ng-6e02e5ce");
    assert_ne!(node_group_name("web", 0), node_group_name("web", 1));
    assert_ne!(node_group_name("web", 0), node_group_name("shop", 0));
}

proptest! {
    #[test]
    fn every_seed_gives_a_legal_name(seed: u64) {
        let name = name_from(seed);
        prop_assert!(is_name(&name));
        prop_assert_eq!(name.split('-').count(), 3);
        prop_assert_eq!(name.rsplit('-').next().map(str::len), Some(10));
        prop_assert!(is_node_group_name(&node_group_name(&name, 0)));
    }
}
