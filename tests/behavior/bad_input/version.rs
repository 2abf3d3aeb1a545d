//! Versions that EKS no longer offers.

use eks_core::{Cluster, Error};
use tests::Stage;

use super::{broken, refused};

#[test]
fn versions_that_are_no_longer_offered() -> Result<(), Error> {
    // The 22nd of November 2026, the day of the facts (facts/aws.md §6).
    let rule = "be one that EKS offers: \
                1.36 (standard support until 2027-08-02, $0.10 per hour), \
                1.35 (standard support until 2027-03-27, $0.10 per hour), \
                1.34 (standard support until 2026-12-02, $0.10 per hour), \
                1.33 (extended support until 2027-07-29, $0.60 per hour), \
                1.32 (extended support until 2027-03-23, $0.60 per hour), \
                1.31 (extended support until 2026-11-26, $0.60 per hour)";
    for version in ["1.23", "1.24", "1.30", "1.99"] {
        let stage = Stage::default();
        let cluster = Cluster::builder().name("web").version(version).build()?;
        assert_eq!(broken(&refused(&stage, &cluster)), [("version", version, rule)]);
        assert_eq!(stage.sim.ledger().resources.len(), 0);
    }
    Ok(())
}
