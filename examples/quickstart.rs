//! From nothing to a working cluster and back to nothing.
//!
//! `cargo run --example quickstart` runs on the embedded simulator. With `AWS_ENDPOINT_URL` set it talks to that
//! endpoint, with `--aws` to AWS; `--keep` leaves the cluster standing, and `--delete NAME` deletes it later.

use clap::Parser;
use eks_core::{Cluster, Eks, Result};
use examples::{Account, Args, delete, forget, settle_up, show, watch, write_kubeconfig};

#[derive(Parser)]
#[command(about = "From nothing to a working cluster and back to nothing")]
struct Quickstart {
    #[command(flatten)]
    args: Args,
    /// Delete the cluster of this name, which `--keep` has left, and do nothing else.
    #[arg(long, value_name = "NAME", conflicts_with = "keep")]
    delete: Option<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Quickstart { args, delete: standing } = Quickstart::parse();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;
    if let Some(name) = standing {
        delete(&eks, &name, args.pace(&account)).await?;
        return forget(&account, &name, eks.region().unwrap_or(Eks::DEFAULT_REGION));
    }

    // Story 1: no name, no options. The name is chosen here, once.
    let cluster = Cluster::builder().build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    let kubeconfig = write_kubeconfig(&account, &info)?;
    println!("kubeconfig: {}, context {}", kubeconfig.path().display(), kubeconfig.context());

    if args.keep {
        let _path = kubeconfig.keep();
        println!("\nThe cluster stays. Delete it with `--delete {}`.", info.name);
        return Ok(());
    }
    delete(&eks, &info.name, args.pace(&account)).await?;
    kubeconfig.remove()?;
    settle_up(&account);
    Ok(())
}
