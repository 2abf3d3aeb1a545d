//! From nothing to a working cluster and back to nothing.
//!
//! `cargo run --example quickstart` runs on the embedded simulator. With `AWS_ENDPOINT_URL` set it talks to that
//! endpoint, with `--aws` to AWS; `--keep` leaves the cluster standing.

use eks_core::{Cluster, Error, ErrorKind, Result};
use examples::{Account, Args, delete, settle_up, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Story 1: no name, no options. The name is chosen here, once.
    let cluster = Cluster::builder().build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    // On a simulator the kubeconfig is written to a file of its own, never into the user's.
    let directory = tempfile::tempdir().map_err(file)?;
    let path = if account.simulator().is_some() {
        let path = directory.path().join("config");
        info.kubeconfig()?.merge_into(&path)?;
        path
    } else {
        info.kubeconfig()?.write_default()?
    };
    println!("kubeconfig: {}, context {}", path.display(), info.kubeconfig()?.context());

    if args.keep {
        println!("\nThe cluster stays. Delete it with `eks.delete({:?})`.", info.name);
        return Ok(());
    }
    delete(&eks, &info.name, args.pace(&account)).await?;
    settle_up(&account);
    Ok(())
}

fn file(error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, "no temporary directory can be made").with_source(error)
}
