//! When the nodes of a group become Ready, by AWS's own durations.

/// A kubelet that is not let in yet, or has no network yet, tries again every 10 seconds, as in
/// `eks-sim/src/services/eks/node.rs`.
const RETRY: f64 = 10.0;

/// How long a node takes, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// From its launch until its kubelet asks to be registered.
    pub(crate) registers: f64,
    /// From there until it could be Ready.
    pub(crate) ready: f64,
}

impl Node {
    /// When it could be Ready, if it was launched at `launched`, the API server answers from `reachable` on, the
    /// network plugin works from `network` on, and its kubelet met nothing that was not there yet.
    pub(crate) fn possible(self, launched: f64, reachable: f64, network: f64) -> f64 {
        ((launched + self.registers).max(reachable) + self.ready).max(network)
    }

    /// How long after that it was Ready, for its kubelet had to try again. That is AWS's time, not ours: it hangs
    /// on when the attempts happen to fall.
    pub(crate) fn retries(self, launched: f64, reachable: f64, network: f64) -> f64 {
        let registered = attempt(launched + self.registers, reachable);
        attempt(registered + self.ready, network) - self.possible(launched, reachable, network)
    }
}

/// The first of the attempts that begin at `first` which is not before `possible`.
fn attempt(first: f64, possible: f64) -> f64 {
    first + ((possible - first) / RETRY).ceil().max(0.0) * RETRY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_waits_for_what_it_needs_in_steps_of_its_kubelet() {
        let node = Node { registers: 70.0, ready: 10.0 };
        for (reachable, network, possible, retries) in
            [(0.0, 0.0, 180.0, 0.0), (171.0, 0.0, 181.0, 9.0), (0.0, 181.0, 181.0, 9.0)]
        {
            assert_eq!(node.possible(100.0, reachable, network), possible);
            assert_eq!(node.retries(100.0, reachable, network), retries);
        }
    }
}
