//! The table is what the account is held to.

use super::table::QUOTAS;
use crate::quota::Quotas;

#[test]
fn an_account_has_the_defaults_but_for_vcpus() {
    for quota in QUOTAS {
        let applied = (quota.applied)(&Quotas::default());
        // An account in use has more than a new one.
        let vcpus = ["L-1216C47A", "L-34B43A08"].contains(&quota.code);
        assert_eq!(applied == quota.default, !vcpus, "{}", quota.name);
    }
}
