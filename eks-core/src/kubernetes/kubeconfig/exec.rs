//! Which program kubectl runs for a token, and how.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The only version that every kubectl of the last years reads (facts/failures.md A4, row A3).
pub(super) const API_VERSION: &str = "client.authentication.k8s.io/v1beta1";
/// A plugin that reads the terminal hangs pipelines and IDEs; kubectl before 1.22 skips the field.
pub(super) const INTERACTIVE_MODE: &str = "Never";

const EKS_TOKEN: &str = if cfg!(windows) { "eks-token.exe" } else { "eks-token" };
const AWS: &str = if cfg!(windows) { "aws.exe" } else { "aws" };

/// Where kubectl gets its tokens from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecPlugin {
    /// `eks-token` if it is found beside this program or on PATH, else `aws` if that is, else `eks-token`.
    #[default]
    Auto,
    /// This library's own `eks-token`, which needs nothing else.
    EksToken,
    /// `aws eks get-token`, of AWS CLI 1.16.156 or later.
    AwsCli,
    /// No plugin: a token inside the file, dead after 14 minutes. For short jobs without either program.
    StaticToken,
}

/// The program to run: the path or the bare name that goes into the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Program {
    EksToken(String),
    AwsCli(String),
}

impl ExecPlugin {
    pub(super) fn program(self) -> Program {
        self.find(env::current_exe().ok().as_deref(), env::var_os("PATH").as_deref())
    }

    pub(super) fn find(self, current_exe: Option<&Path>, path: Option<&OsStr>) -> Program {
        let eks_token = || {
            let beside = current_exe.and_then(Path::parent).map(|directory| directory.join(EKS_TOKEN));
            // A program on PATH keeps its bare name: the file then survives an update that moves it.
            if on_path(EKS_TOKEN, path).is_some() {
                return Some("eks-token".to_owned());
            }
            beside.filter(|file| file.is_file()).map(|file| file.to_string_lossy().into_owned())
        };
        let bare = || Program::EksToken("eks-token".to_owned());
        let aws = || Program::AwsCli("aws".to_owned());
        match self {
            Self::AwsCli => aws(),
            Self::EksToken | Self::StaticToken => eks_token().map_or_else(bare, Program::EksToken),
            Self::Auto => match eks_token() {
                Some(command) => Program::EksToken(command),
                None if on_path(AWS, path).is_some() => aws(),
                None => bare(),
            },
        }
    }
}

fn on_path(name: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    env::split_paths(path?).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// The `exec` part of a user.
#[derive(Clone)]
pub(super) struct Exec {
    pub(super) program: Program,
    pub(super) cluster_name: String,
    pub(super) region: String,
    pub(super) profile: Option<String>,
    pub(super) role_arn: Option<String>,
    pub(super) env: BTreeMap<String, String>,
}

impl Exec {
    pub(super) fn to_value(&self) -> Value {
        let (command, mut args, hint) = match &self.program {
            Program::EksToken(command) => {
                let hint = "Put eks-token, which is a part of eks-core, on PATH, \
                            or write this kubeconfig again for the aws CLI.";
                (command, vec![], hint)
            }
            Program::AwsCli(command) => {
                let hint = "The aws CLI is needed to reach this cluster: https://aws.amazon.com/cli/";
                (command, vec!["eks", "get-token", "--output", "json"], hint)
            }
        };
        args.extend(["--cluster-name", &self.cluster_name, "--region", &self.region]);
        if let Some(role_arn) = &self.role_arn {
            args.extend(["--role-arn", role_arn]);
        }
        let env: Vec<Value> = self
            .environment()
            .into_iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        json!({
            "apiVersion": API_VERSION,
            "args": args,
            "command": command,
            "env": env,
            "installHint": hint,
            "interactiveMode": INTERACTIVE_MODE,
            "provideClusterInfo": false,
        })
    }

    /// The caller's own recipe, so that what works now works in another shell (facts/failures.md A4, row A7).
    fn environment(&self) -> BTreeMap<&str, &str> {
        let mut environment = BTreeMap::new();
        if let Program::AwsCli(_) = self.program {
            // AWS CLI 1 would sign for the global STS (facts/eksctl.md §7).
            environment.insert("AWS_STS_REGIONAL_ENDPOINTS", "regional");
        }
        if let Some(profile) = &self.profile {
            environment.insert("AWS_PROFILE", profile);
        }
        environment.extend(self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        environment
    }
}

/// Values of the environment can be secrets: only the names are shown.
impl fmt::Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exec")
            .field("program", &self.program)
            .field("profile", &self.profile)
            .field("role_arn", &self.role_arn)
            .field("env", &self.env.keys())
            .finish_non_exhaustive()
    }
}
