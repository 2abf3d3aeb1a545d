//! STS: who is calling.

use crate::instant::Instant;
use crate::services::{ec2, unknown_operation};
use crate::wire::{Answer, AwsError, Call, Credentials, Service, Xml};
use crate::world::World;

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    ["GetCallerIdentity"].into_iter()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetCallerIdentity" => Ok(Answer::Xml(vec![
            Xml::text("Arn", world.caller_arn()),
            Xml::text("UserId", "AIDASIMULATEDCALLER00"),
            Xml::text("Account", &world.settings.account),
        ])),
        _ => Err(unknown_operation(call)),
    }
}

/// Refuses requests without, with stale or with expired credentials (facts/aws.md §2.10).
pub(crate) fn check_credentials(
    world: &World,
    service: Service,
    credentials: &Credentials,
    wall: Option<Instant>,
) -> Result<(), AwsError> {
    if credentials.access_key.is_none() {
        return Err(match service {
            Service::Ec2 => {
                AwsError::new("AuthFailure", "AWS was not able to validate the provided access credentials")
                    .status(401)
            }
            _ if service.speaks_json() => {
                AwsError::new("MissingAuthenticationTokenException", "Missing Authentication Token")
                    .status(403)
            }
            _ => AwsError::new("MissingAuthenticationToken", "Request is missing Authentication Token")
                .status(403),
        });
    }
    if have_expired(world) {
        return Err(expired(service));
    }
    if !ec2::is_enabled(&credentials.region) {
        return Err(unknown(service));
    }
    // Five minutes of skew, by the simulated clock or by the client's own.
    let fresh = |clock: Instant| {
        credentials.signed_at.is_none_or(|at| at.since(clock).as_secs().max(clock.since(at).as_secs()) <= 300)
    };
    if fresh(world.now) || wall.is_some_and(fresh) {
        return Ok(());
    }
    let signed = credentials.signed_at.map(Instant::iso).unwrap_or_default();
    let message = format!("Signature not yet current or expired: {signed} is not near {}", world.now.iso());
    Err(match service {
        _ if service.speaks_json() => AwsError::new("InvalidSignatureException", message).status(403),
        Service::Ec2 => AwsError::new("RequestExpired", "Request has expired."),
        _ => AwsError::new("SignatureDoesNotMatch", message).status(403),
    })
}

/// Whether everyone's credentials count as expired just now.
pub(crate) fn have_expired(world: &World) -> bool {
    world.settings.trouble.credentials_expired.is_some_and(|(from, until)| {
        let elapsed = world.now.since(world.settings.start).as_secs_f64();
        (from..until).contains(&elapsed)
    })
}

/// What is said in a region that the account has not enabled: it does not know the account's principals there (IAM's user
/// guide, "Enable or disable AWS Regions in your account"; codes from memory, U).
fn unknown(service: Service) -> AwsError {
    let message = "The security token included in the request is invalid.";
    match service {
        _ if service.speaks_json() => AwsError::new("UnrecognizedClientException", message).status(403),
        Service::Ec2 => {
            AwsError::new("AuthFailure", "AWS was not able to validate the provided access credentials")
                .status(401)
        }
        _ => AwsError::new("InvalidClientTokenId", message).status(403),
    }
}

fn expired(service: Service) -> AwsError {
    let code = match service {
        _ if service.speaks_json() => "ExpiredTokenException",
        Service::Ec2 => "RequestExpired",
        _ => "ExpiredToken",
    };
    AwsError::new(code, "The security token included in the request is expired").status(403)
}
