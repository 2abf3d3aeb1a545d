//! What a cluster's controllers make load balancers for: Services, Ingresses and Gateways (facts/aws.md §9).

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::ApiServer;
use crate::{ErrorKind, Result};

/// An object that has, or may have, a load balancer of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposed {
    /// Its kind, namespace and name, such as `Service default/shop`.
    pub(crate) name: String,
    /// Where it is in the API.
    pub(crate) path: String,
    /// It is being deleted, and waits for its controller to take the load balancer away.
    pub(crate) leaving: bool,
}

/// Kind, where all of the kind are, and which of them are meant.
type Source = (&'static str, &'static str, fn(&Item) -> bool);

const SOURCES: [Source; 3] = [
    ("Service", "/api/v1/services", |item| item.spec.kind.as_deref() == Some("LoadBalancer")),
    ("Ingress", "/apis/networking.k8s.io/v1/ingresses", |item| item.is_of_class("alb") || item.is_held()),
    // A custom resource, which most clusters do not have.
    ("Gateway", "/apis/gateway.networking.k8s.io/v1/gateways", Item::is_held),
];

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    namespace: String,
    name: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    finalizers: Vec<String>,
    #[serde(default)]
    deletion_timestamp: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(rename = "type")]
    kind: Option<String>,
    ingress_class_name: Option<String>,
}

impl Item {
    /// facts/eksctl.md §5: Ingresses of class `alb`, named by field or, as once, by annotation.
    fn is_of_class(&self, class: &str) -> bool {
        let annotation = self.metadata.annotations.get("kubernetes.io/ingress.class");
        self.spec.ingress_class_name.as_deref().or(annotation.map(String::as_str)) == Some(class)
    }

    /// Whether a controller of AWS's holds it, under whatever class: `ingress.k8s.aws/resources`,
    /// `gateway.k8s.aws/alb`; in Auto Mode, whose classes are the user's, `ingress.eks.amazonaws.com/resources` (U).
    fn is_held(&self) -> bool {
        let domain = |finalizer: &String| finalizer.split('/').next().unwrap_or_default().to_owned();
        let of_aws = |domain: String| domain.ends_with("k8s.aws") || domain.ends_with("eks.amazonaws.com");
        self.metadata.finalizers.iter().map(domain).any(of_aws)
    }
}

impl ApiServer {
    /// What controllers of AWS's have made load balancers for, or may.
    ///
    /// # Errors
    ///
    /// As [`ApiServer::version`].
    pub(crate) async fn exposed(&self) -> Result<Vec<Exposed>> {
        let mut exposed = Vec::new();
        for (kind, all, is_meant) in SOURCES {
            let items: Vec<Item> = match self.list(all, "").await {
                Ok((items, _)) => items,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let (prefix, plural) = all.rsplit_once('/').unwrap_or_default();
            exposed.extend(items.into_iter().filter(is_meant).map(|item| {
                let Metadata { namespace, name, deletion_timestamp, .. } = item.metadata;
                Exposed {
                    path: format!("{prefix}/namespaces/{namespace}/{plural}/{name}"),
                    name: format!("{kind} {namespace}/{name}"),
                    leaving: deletion_timestamp.is_some(),
                }
            }));
        }
        Ok(exposed)
    }

    /// Deletes the object at `path`; one that is gone is as good. Its finalizers may hold it for long.
    ///
    /// # Errors
    ///
    /// As [`ApiServer::version`].
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        match self.send(&Method::DELETE, path).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
