//! Public types go where programs need them: into tasks, across threads, behind `Arc`.

use eks_core::kubernetes::{Kubeconfig, KubeconfigFile, Token, TokenSource};
use eks_core::{
    Cancel, Cluster, ClusterInfo, ClusterSummary, DeleteOptions, DeleteReport, Eks, EksBuilder, Error,
    ErrorKind, Event, Handle, NodeGroupInfo, Operation, Outcome, Plan, Resumed, SharedDriver, Step,
    StepState, Tick, Violation,
};

fn send<T: Send + 'static>() {}
fn send_and_sync<T: Send + Sync + 'static>() {}

#[test]
fn cross_threads() {
    send_and_sync::<Eks>();
    send_and_sync::<EksBuilder>();
    send_and_sync::<SharedDriver>();
    send_and_sync::<Cluster>();
    send_and_sync::<ClusterInfo>();
    send_and_sync::<ClusterSummary>();
    send_and_sync::<NodeGroupInfo>();
    send_and_sync::<DeleteOptions>();
    send_and_sync::<DeleteReport>();
    send_and_sync::<Error>();
    send_and_sync::<ErrorKind>();
    send_and_sync::<Violation>();
    send_and_sync::<Event>();
    send_and_sync::<Handle>();
    send_and_sync::<Outcome>();
    send_and_sync::<Plan>();
    send_and_sync::<Step>();
    send_and_sync::<StepState>();
    send_and_sync::<Tick>();
    send_and_sync::<Cancel>();
    send_and_sync::<Kubeconfig>();
    send_and_sync::<KubeconfigFile>();
    send_and_sync::<Token>();
    send_and_sync::<TokenSource>();
    // A future that one task polls at a time.
    send::<Operation<ClusterInfo>>();
    send::<Operation<DeleteReport>>();
    send::<Resumed>();
}

/// What comes back from an error type that a program's own errors can hold.
#[test]
fn errors_are_errors() {
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
    is_error::<Error>();
}
