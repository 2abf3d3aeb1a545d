//! What the tests share: an account on the embedded AWS, what is asked of it, and what its ledger says.

mod eksctl;
mod ledger;
mod made_by_others;
mod said;
mod stage;

pub use eksctl::{Eksctl, eksctl_that_failed};
pub use ledger::{accepted_writes, is_read, left, living, made, refused_writes, writes};
pub use made_by_others::{MadeByOthers, THEIRS, role};
pub use said::said;
pub use stage::{REGION, Stage};
