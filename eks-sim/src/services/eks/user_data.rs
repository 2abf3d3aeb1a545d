//! What the user data of a launch template does on a node (facts/aws.md §3.1, launch templates; failures.md C16).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::ami;
use super::cluster::Cluster;
use super::nodegroup::Nodegroup;
use super::status::Issue;

/// What EC2 keeps, decoded; bytes that are no text are as good as unreadable.
pub(super) fn decoded(base64: &str) -> String {
    let bytes = BASE64_STANDARD.decode(base64).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// EKS puts its own part before the template's on images of Amazon Linux, and can do so only with MIME's
/// (aws-ia/terraform-aws-eks-blueprints#843).
pub(super) fn check(group: &Nodegroup) -> Result<(), Issue> {
    let Some(template) = &group.launch_template else { return Ok(()) };
    match &template.user_data {
        Some(text) if ami::is_amazon_linux(&group.ami_type) && parts(text).is_none() => Err(Issue::new(
            "Ec2LaunchTemplateInvalidConfiguration",
            "User data was not in the MIME multipart format.",
            vec![template.id.clone()],
        )),
        _ => Ok(()),
    }
}

/// Whether a node of the group finds its cluster. EKS tells its own images how; an image of the user's is told by
/// user data, or not at all.
pub(super) fn joins(group: &Nodegroup, cluster: &Cluster) -> bool {
    let Some(template) = group.launch_template.as_ref().filter(|_| group.ami_type == "CUSTOM") else {
        return true;
    };
    let Some(text) = &template.user_data else { return false };
    let parts = parts(text).unwrap_or_else(|| vec![text.as_str()]);
    parts.into_iter().any(|part| {
        by_nodeadm(part, cluster) || by_bootstrap_script(part, cluster) || by_bottlerocket(part, cluster)
    })
}

/// The bodies of a MIME multi-part's parts.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (headers, body) = split(text);
    let headers = headers.to_ascii_lowercase();
    let kind = headers.find("content-type:").filter(|at| headers[*at..].contains("multipart/"))?;
    // A boundary's case counts.
    let boundary = text[kind + headers[kind..].find("boundary=")? + "boundary=".len()..].lines().next()?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    let start = format!("--{boundary}");
    let mut parts = body.split(start.as_str()).skip(1).take_while(|part| !part.starts_with("--")).peekable();
    parts.peek()?;
    Some(parts.map(|part| split(part.split_once('\n').map_or("", |(_, part)| part)).1).collect())
}

/// Headers and body, between which an empty line is.
fn split(text: &str) -> (&str, &str) {
    if let Some(body) = text.strip_prefix('\n').or(text.strip_prefix("\r\n")) {
        return ("", body);
    }
    let found = ["\r\n\r\n", "\n\n"].iter().filter_map(|gap| text.split_once(gap));
    found.min_by_key(|(headers, _)| headers.len()).unwrap_or((text, ""))
}

/// <https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/>: all four members must be given, and be the cluster's.
fn by_nodeadm(part: &str, cluster: &Cluster) -> bool {
    let Ok(config) = serde_saphyr::from_str::<Value>(part) else { return false };
    let wanted = &config["spec"]["cluster"];
    let range = cluster.network["serviceIpv4Cidr"].as_str().or(cluster.network["serviceIpv6Cidr"].as_str());
    config["kind"] == "NodeConfig"
        && config["apiVersion"].as_str().is_some_and(|version| version.starts_with("node.eks.aws/"))
        && wanted["name"] == cluster.name.as_str()
        && wanted["apiServerEndpoint"].as_str() == cluster.endpoint.as_deref()
        && wanted["certificateAuthority"].as_str() == cluster.authority_data().as_deref()
        && wanted["cidr"].as_str() == range
}

/// Amazon Linux 2's `/etc/eks/bootstrap.sh <cluster>`, and Windows' `Start-EKSBootstrap.ps1`: they ask EKS for the rest.
fn by_bootstrap_script(part: &str, cluster: &Cluster) -> bool {
    part.lines().any(|line| {
        let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        words.any(|word| word.ends_with("bootstrap.sh") || word.ends_with("EKSBootstrap.ps1"))
            && words.any(|word| word == cluster.name)
    })
}

/// <https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/>
fn by_bottlerocket(part: &str, cluster: &Cluster) -> bool {
    let says = |key: &str, value: &str| {
        part.lines().any(|line| {
            let (name, given) = line.split_once('=').unwrap_or_default();
            name.trim().rsplit('.').next() == Some(key) && given.trim().trim_matches('"') == value
        })
    };
    part.contains("settings.kubernetes")
        && says("cluster-name", &cluster.name)
        && cluster.endpoint.as_ref().is_some_and(|endpoint| says("api-server", endpoint))
        && cluster.authority_data().is_some_and(|authority| says("cluster-certificate", &authority))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn parts_of_a_multipart() {
        let text = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"==Edge==\"\n\n\
                    --==Edge==\nContent-Type: text/x-shellscript\n\necho one\n\n--==Edge==\n\ntwo\n--==Edge==--\n";
        let parts = parts(text).expect("a multipart");
        assert_eq!(parts.len(), 2);
        assert!(parts[0].starts_with("echo one") && parts[1].contains("two"), "{parts:?}");
        let windows = text.replace('\n', "\r\n");
        assert_eq!(super::parts(&windows).map(|parts| parts.len()), Some(2));
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "#!/bin/bash\necho hello",
            "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig",
            "Content-Type: multipart/mixed\n\n--edge\n\n--edge--",
            "Content-Type: multipart/mixed; boundary=edge\n\nnothing",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
