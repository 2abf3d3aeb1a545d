//! `eks-sim`: the simulated AWS on a port.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use eks_sim::{Server, Settings, Simulator};
use serde_json::json;

/// An AWS that fits in a process: EKS lifecycles on a virtual clock.
#[derive(Parser)]
#[command(version, about)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Serve a simulated account over HTTP on 127.0.0.1, for boto3, the aws CLI, kubectl and others.
    ///
    /// Prints one line of JSON when ready: set AWS_ENDPOINT_URL to its `endpoint`, and its keys as
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any others do as well). Serves until it is interrupted
    /// or terminated. `/_sim/ledger`, `/_sim/faults`, `/_sim/clock`, `/_sim/settings`, `/_sim/trouble` and
    /// `/_sim/reset` show and change the account from outside.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// The port; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many times faster than the wall clock the account's time goes; 0 stops it, for `/_sim/clock`
    #[arg(long, default_value_t = 600.0)]
    speed: f64,
    /// Same seed, same transcript; overrides the settings' seed
    #[arg(long)]
    seed: Option<u64>,
    /// A JSON file of settings
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// End when standard input is closed, so as not to outlive whoever started this
    #[arg(long)]
    until_stdin_closes: bool,
}

fn main() -> ExitCode {
    let Action::Serve(options) = Command::parse().action;
    match serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("eks-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: Serve) -> io::Result<()> {
    let mut settings = match &options.settings {
        Some(path) => read(path)?,
        None => Settings::default(),
    };
    if let Some(seed) = options.seed {
        settings.seed = seed;
    }
    if !options.speed.is_finite() || options.speed < 0.0 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "--speed must be 0 or more"));
    }
    let (start, seed) = (settings.start, settings.seed);
    let server = Server::start(settings, options.port, options.speed)
        .map_err(|error| io::Error::new(error.kind(), format!("port {}: {error}", options.port)))?;
    let (access_key, secret_key) = Simulator::access_keys();
    let ready = json!({
        "endpoint": server.endpoint(),
        "port": server.address().port(),
        "accessKeyId": access_key,
        "secretAccessKey": secret_key,
        "seed": seed,
        "speed": options.speed,
        "start": start.iso(),
    });
    let mut output = io::stdout().lock();
    writeln!(output, "{ready}")?;
    output.flush()?;
    drop(output);
    if options.until_stdin_closes {
        io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink())?;
    } else {
        server.wait();
    }
    Ok(())
}

fn read(path: &PathBuf) -> io::Result<Settings> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| io::Error::new(error.kind(), at(&error)))?;
    serde_json::from_str(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, at(&error)))
}
