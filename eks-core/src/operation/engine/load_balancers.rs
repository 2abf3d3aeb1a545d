//! What a delete keeps of load balancers: their names outlive them, in the plan and in their network interfaces.

use super::Engine;
use crate::observe::Look;

impl Engine {
    pub(super) fn remember_load_balancers(&mut self) {
        let seen = self.observed.load_balancers.iter().flat_map(|seen| &seen.ours);
        for name in seen.map(|it| it.name()) {
            if !self.recent.load_balancers.iter().any(|known| known == name) {
                self.recent.load_balancers.push(name.to_owned());
            }
        }
        for object in self.observed.exposed.iter().flat_map(|exposed| &exposed.objects) {
            if !self.recent.exposed.contains(&object.name) {
                self.recent.exposed.push(object.name.clone());
            }
        }
        // Controllers work until the cluster is gone: interfaces of load balancers tell of some that came late.
        let late = self.observed.leftovers.as_ref().is_some_and(|leftovers| leftovers.load_balancers);
        if late && !std::mem::replace(&mut self.balancers_again, true) {
            self.forget_load_balancers();
        }
    }

    /// Has the next decision ask for them again, however lately they were looked at.
    pub(super) fn forget_load_balancers(&mut self) {
        self.observed.load_balancers = None;
        self.answered.retain(|look, _| !matches!(look, Look::LoadBalancers { .. }));
    }
}
