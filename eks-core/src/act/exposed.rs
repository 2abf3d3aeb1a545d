//! Objects of the Kubernetes API that have load balancers.

use crate::ErrorKind;
use crate::aws::Refusal;
use crate::kubernetes::ApiServer;

/// Deletes the objects at these paths. What Kubernetes refuses is no refusal of AWS's: the objects are still there at
/// the next look, and their load balancers are found by their tags.
pub(super) async fn delete(server: Option<&ApiServer>, paths: &[String]) -> Result<(), Refusal> {
    let Some(server) = server else { return Ok(()) };
    for path in paths {
        match server.delete(path).await {
            Err(error)
                if matches!(error.kind(), ErrorKind::CredentialsExpired | ErrorKind::NoCredentials) =>
            {
                return Err(Refusal::from_error(error));
            }
            Err(error) => tracing::debug!(%error, path, "not deleted"),
            Ok(()) => {}
        }
    }
    Ok(())
}
