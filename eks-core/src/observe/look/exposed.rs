//! What the cluster's Kubernetes API says has load balancers.

use super::Inside;
use crate::aws::{Refusal, Wire};
use crate::observe::{Exposed, ExposedObject, Observed};
use crate::{Error, ErrorKind, Result};

/// A server that does not answer, or not us, is a state, not a refusal: what Kubernetes does not take away is found
/// by its tags.
pub(super) async fn look(wire: &Wire, inside: Option<&Inside>, last: &Observed) -> Result<Exposed, Refusal> {
    match list(wire, inside, last).await {
        Ok(objects) => Ok(Exposed { objects, problem: None }),
        Err(error) if matches!(error.kind(), ErrorKind::CredentialsExpired | ErrorKind::NoCredentials) => {
            Err(Refusal::from_error(error))
        }
        Err(error) => Ok(Exposed { objects: Vec::new(), problem: Some(error.message().to_owned()) }),
    }
}

async fn list(wire: &Wire, inside: Option<&Inside>, last: &Observed) -> Result<Vec<ExposedObject>> {
    let not_there = |why: &str| Error::new(ErrorKind::Unreachable, why);
    let inside = inside.ok_or_else(|| not_there("there is no way to the API server"))?;
    let server = inside.of(last, wire)?.ok_or_else(|| not_there("the cluster has no API server"))?;
    let exposed = server.exposed().await?.into_iter();
    Ok(exposed.map(|it| ExposedObject { name: it.name, path: it.path, leaving: it.leaving }).collect())
}
