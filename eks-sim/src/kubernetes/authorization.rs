//! What an identity may do: EKS's access policies, and Kubernetes's own rules for everyone.

use super::resource::Place;

/// Who asks, and the rules that hold for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) username: String,
    pub(crate) groups: Vec<String>,
    /// The principal's ARN, if EKS knows one.
    pub(crate) arn: Option<String>,
    /// The role behind an assumed role; otherwise the same.
    pub(crate) canonical_arn: Option<String>,
    pub(crate) access_key: Option<String>,
    pub(crate) policies: Vec<PolicyGrant>,
}

/// An access policy that holds for someone.
#[derive(Clone, Debug)]
pub(crate) struct PolicyGrant {
    /// Its ARN, such as `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`.
    pub(crate) policy: String,
    /// The namespaces it holds in, with `*` as a wildcard; `None` for the whole cluster.
    pub(crate) namespaces: Option<Vec<String>>,
}

/// What someone wants to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) verb: String,
    pub(crate) group: String,
    /// Plural, with its subresource: `pods`, `pods/log`; `None` for a path that is no resource.
    pub(crate) resource: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) path: String,
}

impl Ask {
    pub(super) fn of_place(verb: &str, place: &Place) -> Self {
        Self {
            verb: verb.to_owned(),
            group: place.resource.group.to_owned(),
            resource: Some(place.resource.plural.to_owned()),
            name: place.name.clone(),
            namespace: place.namespace.clone(),
            ..Self::default()
        }
    }

    pub(super) fn of_path(method: &str, path: &str) -> Self {
        if let Some(place) = Place::read(path) {
            let verb = if place.name.is_some() { "get" } else { "list" };
            return Self::of_place(verb, &place);
        }
        Self { verb: method.to_lowercase(), path: path.to_owned(), ..Self::default() }
    }
}

const READS: [&str; 3] = ["get", "list", "watch"];

/// Of the core group, what AmazonEKSAdminPolicy, AmazonEKSEditPolicy and AmazonEKSViewPolicy show; none of
/// them shows nodes (EKS User Guide, "Review access policy permissions").
const VIEWED: [&str; 16] = [
    "bindings",
    "configmaps",
    "endpoints",
    "events",
    "limitranges",
    "namespaces",
    "namespaces/status",
    "persistentvolumeclaims",
    "pods",
    "pods/log",
    "pods/status",
    "replicationcontrollers",
    "resourcequotas",
    "resourcequotas/status",
    "serviceaccounts",
    "services",
];
/// What the first two also change.
const EDITED: [&str; 11] = [
    "configmaps",
    "events",
    "persistentvolumeclaims",
    "pods",
    "pods/attach",
    "pods/eviction",
    "pods/exec",
    "pods/portforward",
    "pods/proxy",
    "secrets",
    "services",
];
/// Groups of Kubernetes itself in which the view and edit policies hold.
const WORKLOAD_GROUPS: [&str; 5] = ["apps", "autoscaling", "batch", "networking.k8s.io", "policy"];

impl Identity {
    pub(crate) fn anonymous() -> Self {
        Self {
            username: "system:anonymous".to_owned(),
            groups: vec!["system:unauthenticated".to_owned()],
            ..Self::default()
        }
    }

    /// Who may do everything.
    pub(crate) fn master() -> Self {
        Self {
            username: "kubernetes-admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
            ..Self::default()
        }
    }

    /// Whether any rule allows it.
    pub(crate) fn may(&self, ask: &Ask) -> bool {
        self.groups.iter().any(|group| group == "system:masters")
            || is_for_everyone(ask)
            || self.policies.iter().any(|grant| grant.allows(ask))
    }
}

/// `system:basic-user` and `system:discovery`: what every authenticated user may.
fn is_for_everyone(ask: &Ask) -> bool {
    match &ask.resource {
        Some(resource) => {
            ask.verb == "create"
                && matches!(
                    (ask.group.as_str(), resource.as_str()),
                    ("authorization.k8s.io", "selfsubjectaccessreviews" | "selfsubjectrulesreviews")
                        | ("authentication.k8s.io", "selfsubjectreviews")
                )
        }
        None => {
            let roots = ["/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz"];
            ask.verb == "get"
                && roots.iter().any(|root| {
                    ask.path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        }
    }
}

impl PolicyGrant {
    fn allows(&self, ask: &Ask) -> bool {
        self.covers(ask) && self.permits(ask)
    }

    fn covers(&self, ask: &Ask) -> bool {
        let Some(namespaces) = &self.namespaces else { return true };
        ask.namespace.as_ref().is_some_and(|wanted| namespaces.iter().any(|pattern| fits(pattern, wanted)))
    }

    fn permits(&self, ask: &Ask) -> bool {
        let reads = READS.contains(&ask.verb.as_str());
        let policy = self.policy.rsplit('/').next().unwrap_or_default();
        let resource = match (&ask.resource, policy) {
            (_, "AmazonEKSClusterAdminPolicy") => return true,
            (_, "AmazonEKSAdminViewPolicy") => return reads,
            (None, _) => return false,
            (Some(resource), _) => resource.as_str(),
        };
        let workload = WORKLOAD_GROUPS.contains(&ask.group.as_str());
        let viewed = reads && (workload || ask.group.is_empty() && VIEWED.contains(&resource));
        let edited = workload || ask.group.is_empty() && EDITED.contains(&resource);
        match policy {
            "AmazonEKSViewPolicy" => viewed,
            "AmazonEKSEditPolicy" => viewed || edited,
            "AmazonEKSAdminPolicy" => {
                let roles =
                    ask.group == "rbac.authorization.k8s.io" && matches!(resource, "roles" | "rolebindings");
                viewed || edited || roles
            }
            _ => false,
        }
    }
}

/// Whether `name` fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| fits(tail, &rest[at..]))
        }),
    }
}
