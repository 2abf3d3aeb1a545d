//! `eks-token`: kubectl's exec plugin for EKS. Prints an `ExecCredential` and nothing else.

use std::process::ExitCode;
use std::time::Duration;

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::timeout::TimeoutConfig;
use eks_core::kubernetes::{TokenSource, exec_credential};
use eks_core::{Error, ErrorKind, Result};

const USAGE: &str = "\
Prints a token for an EKS cluster, for kubectl.

Usage: eks-token --cluster-name NAME [--region REGION] [--role-arn ARN] [--profile NAME]

  --cluster-name NAME  the cluster's name (an Outpost's local cluster: its id)
  --region REGION      the cluster's region; else that of the AWS configuration
  --role-arn ARN       assume this role first
  --profile NAME       use this profile of the AWS configuration
  --help, --version

Credentials come from the standard AWS chain. AWS_ENDPOINT_URL is where a role is assumed; a token is
always for the region's own STS, because EKS accepts no other.";

/// kubectl shows nothing while it waits; a call that takes longer than this will not end well.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(std::env::args().skip(1)).await {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("eks-token: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: impl Iterator<Item = String>) -> Result<String> {
    match Request::parse(arguments)? {
        Request::Help => Ok(USAGE.to_owned()),
        Request::Version => Ok(concat!("eks-token ", env!("CARGO_PKG_VERSION")).to_owned()),
        Request::Token(arguments) => token(arguments).await,
    }
}

async fn token(arguments: Arguments) -> Result<String> {
    let config = load(&arguments).await;
    let Some(region) = config.region().map(ToString::to_string) else {
        return Err(Error::new(
            ErrorKind::InvalidSpec,
            "no region was given and the AWS configuration names none",
        )
        .with_hint("Pass --region, or set AWS_REGION"));
    };
    let Some(mut credentials) = config.credentials_provider() else {
        return Err(Error::new(ErrorKind::NoCredentials, "the AWS configuration has no credentials"));
    };
    if let Some(role_arn) = arguments.role_arn {
        // The session's name shows in CloudTrail; this is the aws CLI's for the same purpose.
        let role = AssumeRoleProvider::builder(role_arn).session_name("EKSGetTokenAuth").configure(&config);
        credentials = SharedCredentialsProvider::new(role.build().await);
    }
    let time = SharedTimeSource::new(SystemTimeSource::new());
    let token = TokenSource::new(credentials, time, region, arguments.cluster_name).token().await?;
    exec_credential(&token, std::env::var("KUBERNETES_EXEC_INFO").ok().as_deref())
}

async fn load(arguments: &Arguments) -> SdkConfig {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeout = TimeoutConfig::builder().operation_timeout(OPERATION_TIMEOUT).build();
    let mut loader =
        aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).timeout_config(timeout);
    if let Some(region) = &arguments.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &arguments.profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}

#[derive(Debug, PartialEq)]
enum Request {
    Help,
    Version,
    Token(Arguments),
}

#[derive(Debug, Default, PartialEq)]
struct Arguments {
    cluster_name: String,
    region: Option<String>,
    role_arn: Option<String>,
    profile: Option<String>,
}

impl Request {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = arguments.flat_map(split);
        let mut cluster_name = None;
        let mut parsed = Arguments::default();
        while let Some(flag) = arguments.next() {
            let slot = match flag.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--version" | "-V" => return Ok(Self::Version),
                "--cluster-name" => &mut cluster_name,
                "--region" => &mut parsed.region,
                "--role-arn" => &mut parsed.role_arn,
                "--profile" => &mut parsed.profile,
                _ => return Err(usage(format!("`{flag}` is not an argument"))),
            };
            let value = arguments.next().filter(|value| !value.is_empty() && !value.starts_with("--"));
            *slot = Some(value.ok_or_else(|| usage(format!("`{flag}` needs a value")))?);
        }
        parsed.cluster_name = cluster_name.ok_or_else(|| usage("`--cluster-name` is missing".to_owned()))?;
        Ok(Self::Token(parsed))
    }
}

/// `--region=us-west-2` is `--region us-west-2`.
fn split(argument: String) -> Vec<String> {
    match argument.split_once('=') {
        Some((flag, value)) if flag.starts_with("--") => vec![flag.to_owned(), value.to_owned()],
        _ => vec![argument],
    }
}

fn usage(message: String) -> Error {
    Error::new(ErrorKind::InvalidSpec, message).with_hint("Run `eks-token --help`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request> {
        Request::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_are_understood() {
        let arguments = |region: Option<&str>| Arguments {
            cluster_name: "web".into(),
            region: region.map(Into::into),
            ..Arguments::default()
        };
        assert_eq!(parse("--cluster-name web").unwrap(), Request::Token(arguments(None)));
        for line in ["--cluster-name web --region us-west-2", "--region=us-west-2 --cluster-name=web"] {
            assert_eq!(parse(line).unwrap(), Request::Token(arguments(Some("us-west-2"))));
        }
        assert_eq!(parse("--cluster-name web --help").unwrap(), Request::Help);
        assert_eq!(parse("-V").unwrap(), Request::Version);
    }

    #[test]
    fn mistakes_are_named() {
        for (line, expected) in [
            ("", "`--cluster-name` is missing"),
            ("--cluster-name", "`--cluster-name` needs a value"),
            ("--cluster-name --region us-west-2", "`--cluster-name` needs a value"),
            ("--cluster web", "`--cluster` is not an argument"),
            ("web", "`web` is not an argument"),
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.message(), expected);
            assert!(error.hint().unwrap().contains("--help"));
        }
    }
}
