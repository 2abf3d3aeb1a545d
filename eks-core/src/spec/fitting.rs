//! What was seen, as far as a spec can say it: AWS lets others do what the rules of a spec forbid.

use super::check::Check;
use super::{AccessEntry, Cluster, FargateProfile, NodeGroup};

impl NodeGroup {
    /// The group without the members that break a rule; `None` if it breaks one all the same.
    pub(crate) fn fitting(mut self) -> Option<Self> {
        self.labels.retain(|key, value| {
            let labels = [(key.clone(), value.clone())].into();
            fits(&Self { labels, ..Self::default() })
        });
        self.taints.retain(|taint| fits(&Self { taints: vec![taint.clone()], ..Self::default() }));
        let relax: [fn(&mut Self); 6] = [
            |group| group.ssh_key = None,
            |group| group.node_repair_config = None,
            |group| group.update = None,
            |group| group.ami_family = None,
            |group| group.instance_types.clear(),
            |group| group.tags.clear(),
        ];
        for relax in relax {
            if fits(&self) {
                break;
            }
            relax(&mut self);
        }
        fits(&self).then_some(self)
    }
}

impl FargateProfile {
    /// The profile, if it breaks no rule.
    pub(crate) fn fitting(self) -> Option<Self> {
        fits(&self).then_some(self)
    }
}

impl AccessEntry {
    /// The entry without the policies that break a rule; `None` if it breaks one all the same.
    pub(crate) fn fitting(mut self) -> Option<Self> {
        self.policies.retain(fits);
        fits(&self).then_some(self)
    }
}

impl Cluster {
    /// The cluster without the members that break a rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec) if it breaks one all the same.
    pub(crate) fn fitting(mut self) -> crate::Result<Self> {
        let relax: [fn(&mut Self); 6] = [
            // Without the agent's add-on they break a rule; the cluster may have another agent.
            |cluster| cluster.pod_identity_associations.clear(),
            // Without EKS's add-ons a spec of an IPv6 cluster breaks a rule; the cluster has what it needs.
            |cluster| cluster.ip_family = None,
            |cluster| cluster.service_cidr = None,
            |cluster| cluster.secrets_encryption = None,
            |cluster| cluster.tags.clear(),
            |cluster| cluster.node_groups.iter_mut().flatten().for_each(|group| group.ami_family = None),
        ];
        for relax in relax {
            if fits(&self) {
                break;
            }
            relax(&mut self);
        }
        self.check().map(|()| self)
    }
}

fn fits<T: Check + Clone>(piece: &T) -> bool {
    piece.clone().checked().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{AmiFamily, Taint};

    #[test]
    fn what_a_spec_cannot_say_is_left_out_and_the_rest_stays() {
        let group = NodeGroup {
            name: Some("workers".to_owned()),
            instance_types: vec!["m5.large".to_owned()],
            labels: [("kubernetes.io/role", "worker"), ("team", "shop")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            taints: vec![Taint::no_schedule("app", "orders"), Taint::no_schedule("not a key", "x")],
            ..NodeGroup::default()
        };
        let fitting = group.clone().fitting().expect("it has a name");
        assert_eq!(fitting.labels.into_keys().collect::<Vec<_>>(), ["team"]);
        assert_eq!(fitting.taints, [Taint::no_schedule("app", "orders")]);
        assert_eq!(fitting.instance_types, ["m5.large"]);
        let unknown = NodeGroup { instance_types: vec!["quantum".to_owned()], ..group.clone() };
        assert_eq!(unknown.fitting().expect("it has a name").instance_types, [""; 0]);
        let nameless = NodeGroup { name: Some("no name/".to_owned()), ..group.clone() };
        assert_eq!(nameless.fitting(), None);
        let arm = NodeGroup { ami_family: Some(AmiFamily::AmazonLinux2Gpu), ..group };
        let arm = NodeGroup { instance_types: vec!["m6g.large".to_owned()], ..arm };
        assert_eq!(arm.fitting().expect("it has a name").ami_family, None);
    }
}
