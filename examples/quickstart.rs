//! From nothing to a working cluster and back to nothing.
//!
//! `cargo run --example quickstart` runs on the embedded simulator. With `AWS_ENDPOINT_URL` set it talks to that
//! endpoint, with `--aws` to AWS; `--keep` leaves the cluster standing.

use eks_core::{Cluster, Result};
use examples::{Account, Args, delete, settle_up, show, watch, write_kubeconfig};

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

    let kubeconfig = write_kubeconfig(&account, &info)?;
    println!("kubeconfig: {}, context {}", kubeconfig.path().display(), kubeconfig.context());

    if args.keep {
        let _path = kubeconfig.keep();
        println!("\nThe cluster stays. Delete it with `eks.delete({:?})`.", info.name);
        return Ok(());
    }
    delete(&eks, &info.name, args.pace(&account)).await?;
    kubeconfig.remove()?;
    settle_up(&account);
    Ok(())
}
