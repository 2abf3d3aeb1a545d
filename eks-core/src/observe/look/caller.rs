//! Who is calling.

use crate::aws::{Refusal, Service, Wire};
use crate::observe::Caller;

pub(super) async fn look(wire: &Wire) -> Result<Caller, Refusal> {
    let call = Service::Sts.read("GetCallerIdentity", "");
    let identity = wire.send(&call, || wire.sts().get_caller_identity().send()).await?;
    match (identity.account, identity.arn) {
        (Some(account), Some(arn)) => Ok(Caller { account, arn }),
        _ => Err(Refusal::nonsense(&call, "the answer names no account")),
    }
}
