//! User data of nodes with an image of the user's: how nodeadm joins them to the cluster. EKS writes it for its own
//! images; for another it sends none (facts/aws.md §2.5).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::observe::ClusterState;

const BOUNDARY: &str = "eks-lifecycle";

/// Base64 of a MIME multi-part with nodeadm's `NodeConfig`; `None` until the cluster is ACTIVE, which its parts come
/// from. <https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/>
pub(super) fn nodeadm(cluster: &ClusterState) -> Option<String> {
    let config = json!({
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {
            "cluster": {
                "name": cluster.name,
                "apiServerEndpoint": cluster.endpoint.as_ref()?,
                "certificateAuthority": cluster.certificate_authority.as_ref()?,
                "cidr": cluster.service_cidr.as_ref()?,
            },
        },
    });
    // JSON is YAML, and needs no care for what is in it.
    let text = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\n\n--{BOUNDARY}\n\
         Content-Type: application/node.eks.aws\n\n{config:#}\n\n--{BOUNDARY}--\n"
    );
    Some(BASE64_STANDARD.encode(text))
}
