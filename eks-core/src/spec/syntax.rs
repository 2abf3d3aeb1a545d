//! The spellings that AWS and Kubernetes accept, and the sentences that say so.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

// facts/aws.md §3.1; the model's pattern has no end anchor, the service applies it to the whole name.
pub(crate) const NAME: &str =
    "be 1 to 100 characters: letters, digits, `-` and `_`, beginning with a letter or digit";
// facts/aws.md §2.5 and §3.1.
pub(crate) const NODE_GROUP_NAME: &str =
    "be 1 to 63 characters: letters, digits, `-` and `_`, beginning with a letter or digit";
pub(crate) const KEY: &str = "be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, \
     then 1 to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit";
pub(crate) const VALUE: &str = "be a Kubernetes value: at most 63 letters, digits, `-`, `_` and `.` that begin \
     and end with a letter or digit";
pub(crate) const NAMESPACE: &str =
    "be a namespace: 1 to 63 lower-case letters, digits and `-` that begin and end with a letter or digit";
pub(crate) const ROLE_ARN: &str = "be the ARN of an IAM role, such as `arn:aws:iam::111122223333:role/name`";
pub(crate) const ROLE_NAME: &str = "be a role's name: 1 to 64 letters, digits and `+=,.@-_`";
pub(crate) const POLICY_ARN: &str =
    "be the ARN of an IAM policy, such as `arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`";
pub(crate) const SERVICE_ACCOUNT: &str = "be the name of a service account: at most 253 lower-case letters, digits, `-` \
     and `.`, each part between dots beginning and ending with a letter or digit";
pub(crate) const SUBNET: &str = "be a subnet id, such as `subnet-0123456789abcdef0`";
pub(crate) const SECURITY_GROUP: &str = "be a security group id, such as `sg-0123456789abcdef0`";
pub(crate) const VPC: &str = "be a VPC id, such as `vpc-0123456789abcdef0`";
pub(crate) const AMI: &str = "be an image id, such as `ami-0123456789abcdef0`";
pub(crate) const PRESENT: &str = "be given";

pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 100 && is_word(text)
}

pub(crate) fn is_node_group_name(text: &str) -> bool {
    text.len() <= 63 && is_word(text)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Whether this is a Kubernetes qualified name: the syntax of label and taint keys.
pub(crate) fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_name(prefix) && !name.is_empty() && is_value(name),
        None => !text.is_empty() && is_value(text),
    }
}

/// Whether this is the value of a Kubernetes label or taint; it may be empty.
pub(crate) fn is_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() <= 63
        && text.chars().all(inner)
        && [text.chars().next(), text.chars().last()].into_iter().flatten().all(|c| c.is_ascii_alphanumeric())
}

/// Whether this is an RFC 1123 subdomain, the syntax of a service account's name.
pub(crate) fn is_dns_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_namespace)
}

/// Whether this is an RFC 1123 label, the syntax of a namespace.
pub(crate) fn is_namespace(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The service, account and resource of a well-formed ARN.
pub(crate) fn arn(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    // `aws`, `aws-cn`, `aws-us-gov`, `aws-iso-b`, …: new partitions appear, so only the shape is checked.
    let known = partition == "aws" || partition.starts_with("aws-");
    (scheme == "arn" && known && !service.is_empty() && !resource.is_empty() && text.len() <= 2048)
        .then_some((service, account, resource))
}

/// Whether this is the ARN of something of that kind in an account's IAM.
pub(crate) fn is_iam_arn(text: &str, kinds: &[&str]) -> bool {
    let Some(("iam", account, resource)) = arn(text) else { return false };
    let name = resource.split_once('/').filter(|(kind, _)| kinds.contains(kind)).map(|(_, name)| name);
    account.len() == 12
        && account.chars().all(|c| c.is_ascii_digit())
        && name.is_some_and(|name| !name.is_empty())
}

pub(crate) fn is_role_arn(text: &str) -> bool {
    is_iam_arn(text, &["role"])
}

/// Whether IAM takes this for a role's name (facts/aws.md §3.1).
pub(crate) fn is_role_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c))
}

/// The partition that a region is in, as far as names tell: those of new partitions are not known.
pub(crate) fn partition(region: &str) -> Option<&'static str> {
    let begins = |start: &str| region.starts_with(start);
    if begins("cn-") {
        Some("aws-cn")
    } else if begins("us-gov-") {
        Some("aws-us-gov")
    } else if begins("us-iso") || begins("eu-iso") || begins("eusc-") {
        None
    } else {
        Some("aws")
    }
}

/// Whether this is the ARN of a managed policy, AWS's or the account's own.
pub(crate) fn is_policy_arn(text: &str) -> bool {
    matches!(arn(text), Some(("iam", _, resource)) if resource.starts_with("policy/") && resource.len() > 7)
}

pub(crate) fn is_ami(text: &str) -> bool {
    is_id(text, "ami-")
}

pub(crate) fn is_capacity_reservation(text: &str) -> bool {
    is_id(text, "cr-")
}

pub(crate) fn is_subnet(text: &str) -> bool {
    is_id(text, "subnet-")
}

pub(crate) fn is_security_group(text: &str) -> bool {
    is_id(text, "sg-")
}

pub(crate) fn is_vpc(text: &str) -> bool {
    is_id(text, "vpc-")
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

/// Whether this looks like a region, such as `us-gov-west-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    parts.len() >= 3
        && parts[..parts.len() - 1]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
        && parts[parts.len() - 1].parse::<u8>().is_ok()
}

/// An IPv4 block without host bits, or the rule that the text breaks.
pub(crate) fn ipv4_block(text: &str) -> Result<Ipv4Net, String> {
    let block: Ipv4Net =
        text.parse().map_err(|_| "be an IPv4 CIDR block, such as `192.168.0.0/16`".to_owned())?;
    without_host_bits(IpNet::V4(block))?;
    Ok(block)
}

/// An IPv4 or IPv6 block without host bits, or the rule that the text breaks.
pub(crate) fn ip_block(text: &str) -> Result<IpNet, String> {
    let block: IpNet = text.parse().map_err(|_| match text.parse::<IpAddr>() {
        Ok(address) => format!("be a CIDR block; write `{}` for this address alone", IpNet::from(address)),
        Err(_) => "be a CIDR block, such as `203.0.113.0/24`".to_owned(),
    })?;
    without_host_bits(block)?;
    Ok(block)
}

fn without_host_bits(block: IpNet) -> Result<(), String> {
    if block.addr() == block.network() {
        return Ok(());
    }
    let (network, alone) = (block.trunc(), IpNet::from(block.addr()));
    Err(format!("have no host bits; write `{network}` for the block or `{alone}` for the address"))
}
