//! No time of its own: sleep and clock are injected, so a quarter of an hour on another clock is a quarter of an hour
//! there. Ambient ones are banned in `clippy.toml`.

use std::time::{Duration, UNIX_EPOCH};

use eks_core::simulator::{Instant, Settings};
use eks_core::{Cluster, Error};
use tests::{Stage, left};

/// An account whose time is months away from the machine's: whatever went by the wall clock would sign requests and
/// tokens that are long expired or not yet valid, and date its events wrongly.
#[test]
fn a_life_on_another_clock() -> Result<(), Error> {
    let start = Instant::parse("2027-03-01T12:00:00Z").expect("a time");
    let stage = Stage::with(Settings { start, ..Settings::default() });
    let cluster = Cluster::builder().name("web").build()?;
    let (mut events, info) = stage.watch(stage.eks.create(&cluster));
    assert_eq!(info?.nodes.len(), 2);
    let created = stage.sim.now();
    // facts/aws.md §1.1: the control plane takes 9m40s, nodes and the last add-on the rest.
    let took = created.since(start).as_secs();
    assert!((11 * 60..15 * 60).contains(&took), "{took} s");

    let eks = stage.eks.clone();
    let token = stage.run(move || async move { eks.token("web").await })?;
    let expires = UNIX_EPOCH + Duration::from_millis(created.millis().try_into().expect("after 1970"));
    let good_for = token.expires_at().duration_since(expires).expect("not yet expired").as_secs();
    assert!((13 * 60..=15 * 60).contains(&good_for), "{good_for} s");

    let (more, report) = stage.watch(stage.eks.delete("web"));
    report?;
    events.extend(more);
    let span = start.millis()..=stage.sim.now().millis();
    assert!(events.iter().all(|event| span.contains(&event.at)), "{span:?}");
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
