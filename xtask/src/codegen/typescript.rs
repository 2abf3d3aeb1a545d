//! placeholder
use super::schema::Types;
pub(crate) fn declarations(_: &Types) -> String {
    String::new()
}
