//! The earliest moments at which anything can be there or gone, whoever asks: AWS's own durations along the
//! longest path. Every request counts as sent the very moment its inputs are there, and as taking no time.

use super::aws::Aws;
use crate::Result;

/// Moments of a create, in seconds since its beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Create {
    /// Subnets, security group and an assumable role: the control plane's inputs.
    pub(crate) usable: f64,
    pub(crate) active: f64,
    /// Routes, a launch template and an assumable role: with the control plane, the node group's inputs.
    pub(crate) group_inputs: f64,
    pub(crate) first_node: f64,
    pub(crate) group_active: f64,
    pub(crate) end: f64,
}

/// When things are asked for that depend on others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) cluster: f64,
    pub(crate) group: f64,
    pub(crate) vpc_cni: f64,
    pub(crate) kube_proxy: f64,
    pub(crate) coredns: f64,
}

impl Create {
    /// With the stacks of our plan: what CloudFormation takes is in it.
    pub(crate) fn with_stacks(aws: &Aws, retries: &[f64]) -> Result<Self> {
        let network = |kind: &str| ["AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"].contains(&kind);
        let routes =
            |kind: &str| ["AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation"].contains(&kind);
        let role = |id: &str| -> Result<f64> {
            let resource = aws.foundation.resource(id)?;
            let made = aws.roles.get(&resource.physical_id).ok_or("the ledger has no such role")?;
            Ok(resource.complete.max(made + propagation(aws, &resource.physical_id)?))
        };
        let usable = aws.foundation.last(|_, it| network(&it.kind)).max(role("ServiceRole")?);
        let group_inputs = aws
            .foundation
            .last(|_, it| routes(&it.kind))
            .max(aws.group_stack.resource("LaunchTemplate")?.complete)
            .max(role("NodeInstanceRole")?);
        let whole = whole(aws);
        Ok(Self::at_once(aws, retries, usable, group_inputs, whole))
    }

    /// The same resources by direct calls, each the moment its inputs are there. Of the network only a NAT
    /// gateway takes time; nodes in public subnets do without it, so that it is waited for at the end.
    pub(crate) fn without_stacks(aws: &Aws, retries: &[f64]) -> Result<Self> {
        let role = |id: &str| propagation(aws, &aws.foundation.resource(id)?.physical_id);
        Ok(Self::at_once(aws, retries, role("ServiceRole")?, role("NodeInstanceRole")?, aws.nat_gateway))
    }

    fn at_once(aws: &Aws, retries: &[f64], usable: f64, group_inputs: f64, whole: f64) -> Self {
        let active = usable + aws.cluster;
        let group = active.max(group_inputs);
        let [first, _] = nodes(aws, retries, active, group, active);
        let sent = Sent { cluster: usable, group, vpc_cni: active, kube_proxy: active, coredns: first };
        Self { usable, group_inputs, ..Self::when_sent(aws, retries, &sent, whole) }
    }

    /// With requests sent at these moments, and stacks or network whole at `whole`: what must have happened in
    /// a run that sent them then.
    pub(crate) fn when_sent(aws: &Aws, retries: &[f64], sent: &Sent, whole: f64) -> Self {
        let active = sent.cluster + aws.cluster;
        let [first_node, last_node] = nodes(aws, retries, active, sent.group, sent.vpc_cni);
        let group_active = last_node + aws.settle;
        let ends = [
            whole,
            active + aws.api_server,
            sent.vpc_cni + aws.vpc_cni,
            sent.kube_proxy + aws.kube_proxy,
            group_active,
            sent.coredns + aws.coredns,
        ];
        let end = ends.into_iter().fold(0.0, f64::max);
        let (usable, group_inputs) = (sent.cluster, sent.group);
        Self { usable, active, group_inputs, first_node, group_active, end }
    }
}

/// When the stacks are complete and what CloudFormation did not wait for is there.
pub(crate) fn whole(aws: &Aws) -> f64 {
    let nat_gateway = aws.nat_gateway_begun + aws.nat_gateway;
    aws.foundation.complete.max(aws.group_stack.complete).max(nat_gateway)
}

fn propagation(aws: &Aws, role: &str) -> Result<f64> {
    aws.propagation.get(role).copied().ok_or_else(|| format!("role {role} did not propagate").into())
}

/// How long the kubelet of each node tried again in a run that sent its requests at these moments.
pub(crate) fn retries(aws: &Aws, sent: &Sent) -> Vec<f64> {
    let [launched, reachable, network] = inputs(aws, sent.cluster + aws.cluster, sent.group, sent.vpc_cni);
    aws.nodes.iter().map(|node| node.retries(launched, reachable, network)).collect()
}

/// When instances are launched, the API server answers and the network plugin works.
fn inputs(aws: &Aws, active: f64, group: f64, vpc_cni: f64) -> [f64; 3] {
    [group + aws.launch, active + aws.api_server, vpc_cni + aws.vpc_cni]
}

/// When the first node and the last one are Ready.
fn nodes(aws: &Aws, retries: &[f64], active: f64, group: f64, vpc_cni: f64) -> [f64; 2] {
    let [launched, reachable, network] = inputs(aws, active, group, vpc_cni);
    let possible = aws.nodes.iter().map(|node| node.possible(launched, reachable, network));
    let ready: Vec<f64> = possible.zip(retries).map(|(possible, retries)| possible + retries).collect();
    [ready.iter().copied().fold(f64::INFINITY, f64::min), ready.iter().copied().fold(0.0, f64::max)]
}

/// How long a delete takes at least, with the stacks of our plan.
pub(crate) fn delete_with_stacks(aws: &Aws) -> f64 {
    let cluster = aws.group_delete + aws.cluster_delete;
    let group_stack = aws.group_delete + aws.group_stack_delete;
    cluster.max(group_stack) + aws.foundation_delete
}

/// How long a delete takes at least by direct calls: the NAT gateway, which no node of ours needs, goes beside
/// the rest, and only the last of the network has to wait for the control plane.
pub(crate) fn delete_without_stacks(aws: &Aws) -> f64 {
    (aws.group_delete + aws.cluster_delete).max(aws.nat_gateway_delete) + aws.vpc_delete
}
