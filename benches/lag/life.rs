//! One life of a cluster: created, deleted, and measured against what AWS allows.

use std::collections::BTreeMap;
use std::fmt;

use eks_core::simulator::{CallRecord, Instant, Ledger, Settings, Simulator, SimulatorExt};
use eks_core::{Cluster, Error};

use super::aws::{Aws, one, seconds, stacks};
use super::bound::{self, Create, Sent};
use crate::Result;

/// A create or a delete.
#[derive(Debug)]
pub(crate) struct Half {
    /// From the call to its end, in seconds.
    pub(crate) took: f64,
    /// What AWS allows at best for our plan.
    pub(crate) bound: f64,
    /// What AWS allows at best for a plan without CloudFormation.
    pub(crate) bound_without_stacks: f64,
    pub(crate) calls: f64,
    /// Those calls, by what they ask for.
    pub(crate) by_operation: BTreeMap<String, f64>,
    /// Where it waited although AWS did not: the seconds of the lag, by what they were spent before.
    pub(crate) gaps: Vec<(&'static str, f64)>,
}

impl Half {
    pub(crate) fn lag(&self) -> f64 {
        self.took - self.bound
    }

    pub(crate) fn behind_without_stacks(&self) -> f64 {
        self.took - self.bound_without_stacks
    }

    /// Nothing is faster than AWS: a bound that was beaten is none. A millisecond is lost in rounding.
    fn checked(self) -> Result<Self> {
        if self.lag() < -0.01 || self.behind_without_stacks() < -0.01 {
            return Err(
                format!("faster than AWS allows, which shows that the bound is wrong: {self:?}").into()
            );
        }
        Ok(self)
    }
}

/// From nothing to a cluster and back to nothing.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) create: Half,
    pub(crate) delete: Half,
    /// Resources left at the end.
    pub(crate) left: usize,
}

impl Life {
    pub(crate) fn of(settings: Settings, name: &str) -> Result<Self> {
        let simulator = Simulator::with(settings);
        let eks = simulator.eks();
        let cluster = Cluster::builder().name(name).build()?;
        let name = name.to_owned();
        let clock = simulator.clone();
        let [began, created, deleted] = simulator.run(move || async move {
            let began = clock.now();
            eks.create(&cluster).await?;
            let created = clock.now();
            eks.delete(&name).await?;
            Ok::<_, Error>([began, created, clock.now()])
        })??;
        let ledger = simulator.ledger();
        let aws = Aws::of(&simulator, &ledger)?;
        Ok(Self {
            create: create(&aws, &ledger, began, created)?,
            delete: delete(&aws, &ledger, created, deleted)?,
            left: ledger.left().len(),
        })
    }
}

/// When a run sent what waits for something else.
fn sent(ledger: &Ledger, began: Instant) -> Result<Sent> {
    let at = |moment: Instant| seconds(began, moment);
    let addon = |name: &str| {
        let found = ledger.resources.iter().find(|it| it.kind == "AWS::EKS::Addon" && it.id.ends_with(name));
        found.map(|it| at(it.created)).ok_or_else(|| format!("{name} was not made"))
    };
    Ok(Sent {
        cluster: at(one(ledger, "AWS::EKS::Cluster")?.created),
        group: at(one(ledger, "AWS::EKS::Nodegroup")?.created),
        vpc_cni: addon("vpc-cni")?,
        kube_proxy: addon("kube-proxy")?,
        coredns: addon("coredns")?,
    })
}

/// A create, from its beginning to its end.
fn create(aws: &Aws, ledger: &Ledger, began: Instant, ended: Instant) -> Result<Half> {
    let at = |moment: Instant| seconds(began, moment);
    let begun = at(stacks(ledger)?[0].created);
    let sent = sent(ledger, began)?;
    let retries = bound::retries(aws, &sent);
    let best = Create::with_stacks(aws, &retries)?;
    let was = Create::when_sent(aws, &retries, &sent, begun + bound::whole(aws));
    // The bench has a model of AWS: that it is the simulator's, too, shows in what the ledger says.
    for (kind, model) in [("AWS::EKS::Cluster", was.active), ("AWS::EKS::Nodegroup", was.group_active)] {
        let ready = one(ledger, kind)?.ready.map(at).ok_or_else(|| format!("{kind} never was ready"))?;
        if (model - ready).abs() > 0.01 {
            return Err(format!("{kind} was ready after {ready} s, and the bench says {model}").into());
        }
    }
    let inputs = was.active.max(begun + best.group_inputs);
    Half {
        took: seconds(began, ended),
        bound: best.end,
        bound_without_stacks: Create::without_stacks(aws, &retries)?.end,
        calls: calls(ledger, began, ended).count() as f64,
        by_operation: by_operation(ledger, began, ended),
        gaps: vec![
            ("CreateStack, after the call", begun),
            ("CreateCluster, after subnets and role", sent.cluster - (begun + best.usable)),
            ("CreateNodegroup, after ACTIVE and its inputs", sent.group - inputs),
            ("CreateAddon coredns, after the first Ready node", sent.coredns - was.first_node),
            ("end, after the last resource was ready", at(ended) - was.end),
        ],
    }
    .checked()
}

fn delete(aws: &Aws, ledger: &Ledger, began: Instant, ended: Instant) -> Result<Half> {
    Half {
        took: seconds(began, ended),
        bound: bound::delete_with_stacks(aws),
        bound_without_stacks: bound::delete_without_stacks(aws),
        calls: calls(ledger, began, ended).count() as f64,
        by_operation: by_operation(ledger, began, ended),
        gaps: delete_gaps(ledger, began, ended)?,
    }
    .checked()
}

fn calls(ledger: &Ledger, from: Instant, to: Instant) -> impl Iterator<Item = &CallRecord> {
    ledger.client_calls().filter(move |call| call.at >= from && call.at < to)
}

fn by_operation(ledger: &Ledger, from: Instant, to: Instant) -> BTreeMap<String, f64> {
    let mut counts = BTreeMap::new();
    for call in calls(ledger, from, to) {
        *counts.entry(format!("{}:{}", call.service, call.operation)).or_default() += 1.0;
    }
    counts
}

fn delete_gaps(ledger: &Ledger, began: Instant, ended: Instant) -> Result<Vec<(&'static str, f64)>> {
    let at = |moment: Option<Instant>| moment.map(|moment| seconds(began, moment)).ok_or("not deleted");
    let [foundation, group_stack] = stacks(ledger)?;
    let (cluster, group) = (one(ledger, "AWS::EKS::Cluster")?, one(ledger, "AWS::EKS::Nodegroup")?);
    let free = at(cluster.deleted)?.max(at(group_stack.deleted)?);
    Ok(vec![
        ("DeleteNodegroup, after the call", at(group.deleting)?),
        ("DeleteCluster, after the node group", at(cluster.deleting)? - at(group.deleted)?),
        ("DeleteStack, after cluster and the group's stack", at(foundation.deleting)? - free),
        ("end, after the stack", seconds(began, ended) - at(foundation.deleted)?),
    ])
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, half) in [("create", &self.create), ("delete", &self.delete)] {
            write!(f, "{name} {:.1} s, lag {:.1}, {} calls (", half.took, half.lag(), half.calls)?;
            for (index, (_, seconds)) in half.gaps.iter().enumerate() {
                write!(f, "{}{seconds:.1}", if index > 0 { " " } else { "" })?;
            }
            write!(f, ") ")?;
        }
        write!(f, "left {}", self.left)
    }
}
