//! placeholder
use super::schema::Types;
pub(crate) fn schema(_: &serde_json::Value, _: &Types) -> String {
    String::new()
}
