//! Clusters made by eksctl: known by their stacks, and deleted through them in eksctl's order (facts/eksctl.md §2, §5).

mod alone;
mod killed;
mod stuck;
mod whole;

use eks_core::{DeleteOptions, DeleteReport, Error};
use tests::Stage;

/// What `eksctl delete cluster` does without asking.
fn allowed() -> DeleteOptions {
    DeleteOptions::default().adopt(true).disable_deletion_protection(true)
}

fn delete(stage: &Stage, options: DeleteOptions) -> Result<DeleteReport, Error> {
    let operation = stage.eks.delete_with("web", options);
    stage.run(move || operation)
}
