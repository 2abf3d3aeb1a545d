//! Who asks: the bearer token is a presigned call of STS (facts/aws.md §8, server side).

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Uri, header};

use super::authorization::Identity;
use super::status::Failure;
use super::{Context, ControlPlane, signature};
use crate::door::in_process::{ACCESS_KEY, SECRET_KEY};
use crate::instant::Instant;
use crate::services::sts;
use crate::wire::amz_date;
use crate::world::World;

const PREFIX: &str = "k8s-aws-v1.";
const LONGEST: usize = 4096;
/// From X-Amz-Date, whatever X-Amz-Expires says.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How far in the future STS takes a signature.
const SKEW: Duration = Duration::from_secs(5 * 60);
const PARAMETERS: [&str; 9] = [
    "action",
    "version",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];

/// The identity behind a request; `None` if it shows no token.
pub(super) fn authenticate(
    world: &World,
    plane: &ControlPlane,
    request: &Request<Bytes>,
    context: Context<'_>,
) -> Result<Option<Identity>, Failure> {
    let Some(header) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let token = header.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let caller = token.and_then(|token| caller(world, plane, token, context));
    let grant = caller.and_then(|access_key| {
        let principal = canonical(&world.caller_arn());
        plane.identity(&principal, &world.caller_arn(), access_key, world.now())
    });
    grant.map(Some).ok_or_else(Failure::unauthorized)
}

/// The access key that made the token, if STS would have believed it.
fn caller(world: &World, plane: &ControlPlane, token: &str, context: Context<'_>) -> Option<String> {
    if token.len() > LONGEST {
        return None;
    }
    let url = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
    let uri: Uri = String::from_utf8(url).ok()?.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let own = context.sts == Some(authority);
    if !own && (uri.scheme_str() != Some("https") || !is_sts(authority, &plane.region)) {
        return None;
    }
    if !matches!(uri.path(), "" | "/") {
        return None;
    }
    let mut query = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(uri.query()?.as_bytes()) {
        let key = name.to_lowercase();
        if !PARAMETERS.contains(&key.as_str()) || query.insert(key, value.into_owned()).is_some() {
            return None;
        }
    }
    let signed_headers: Vec<&str> = query.get("x-amz-signedheaders")?.split(';').collect();
    let scope: Vec<&str> = query.get("x-amz-credential")?.rsplitn(5, '/').collect();
    let [terminator, service, region, day, access_key] = scope.as_slice() else { return None };
    let date = query.get("x-amz-date")?;
    let right = query.get("action")? == "GetCallerIdentity"
        && query.get("version")? == "2011-06-15"
        && query.get("x-amz-algorithm")? == "AWS4-HMAC-SHA256"
        && (*terminator, *service) == ("aws4_request", "sts")
        && date.starts_with(day)
        && signed_headers.contains(&"host")
        && signed_headers.contains(&"x-k8s-aws-id")
        && query.get("x-amz-signature").is_some_and(|signature| signature.len() == 64);
    if !right || !is_fresh(amz_date(date)?, world.now(), context.wall) {
        return None;
    }
    if sts::have_expired(world) {
        return None;
    }
    if *access_key == ACCESS_KEY {
        let headers = [("host", authority), ("x-k8s-aws-id", plane.name.as_str())];
        let scope = signature::Scope { day, region, service, date };
        let expected = signature::presigned(&uri, &headers, &signed_headers, &scope, SECRET_KEY);
        if query.get("x-amz-signature") != Some(&expected) {
            return None;
        }
    }
    Some((*access_key).to_owned())
}

/// A token is fresh by the simulated clock or by its maker's own.
fn is_fresh(signed: Instant, now: Instant, wall: Option<Instant>) -> bool {
    let by = |clock: Instant| clock.since(signed) <= LIFETIME && signed.since(clock) <= SKEW;
    by(now) || wall.is_some_and(by)
}

/// The STS hosts of the partition of `region`.
fn is_sts(host: &str, region: &str) -> bool {
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let partition = |region: &str| {
        region.split('-').next().map(|head| match head {
            "cn" => "cn",
            "us" if region.starts_with("us-gov-") => "us-gov",
            _ => "",
        })
    };
    let global = partition(region) == Some("") && host == "sts.amazonaws.com";
    let regional = host
        .strip_prefix("sts.")
        .or_else(|| host.strip_prefix("sts-fips."))
        .and_then(|rest| rest.strip_suffix(suffix)?.strip_suffix('.'))
        .is_some_and(|other| {
            !other.contains('.') && other.contains('-') && partition(other) == partition(region)
        });
    global || regional
}

/// The IAM role behind an assumed-role ARN; other ARNs are themselves.
fn canonical(arn: &str) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        [_, partition, "sts", _, account, resource] => {
            match resource.strip_prefix("assumed-role/").and_then(|rest| rest.rsplit_once('/')) {
                Some((role, _session)) => format!("arn:{partition}:iam::{account}:role/{role}"),
                None => arn.to_owned(),
            }
        }
        _ => arn.to_owned(),
    }
}
