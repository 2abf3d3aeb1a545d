//! An error as data: how it crosses into other languages.

use std::error::Error as StdError;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::Error;

impl Error {
    /// The error as JSON text: `kind`, `message` (what `Display` gives), `retryable`, `resource`, `operation`,
    /// `code`, `requestId`, `hint`, `violations`, `stillRunning` and `causes`, which are the texts of its sources, outermost
    /// first. All are always there; what is not known is `null`.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings, lists and a flag have a JSON form")
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("Error", 11)?;
        error.serialize_field("kind", &self.kind())?;
        error.serialize_field("message", &self.to_string())?;
        error.serialize_field("retryable", &self.is_retryable())?;
        error.serialize_field("resource", &self.resource())?;
        error.serialize_field("operation", &self.operation())?;
        error.serialize_field("code", &self.code())?;
        error.serialize_field("requestId", &self.request_id())?;
        error.serialize_field("hint", &self.hint())?;
        error.serialize_field("violations", self.violations())?;
        error.serialize_field("stillRunning", self.still_running())?;
        error.serialize_field("causes", &causes(self))?;
        error.end()
    }
}

fn causes(error: &Error) -> Vec<String> {
    std::iter::successors(error.source(), |&error| error.source()).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Error, ErrorKind, Violation};

    #[test]
    fn everything_known_is_there() {
        let error = Error::new(ErrorKind::NoCapacity, "there are no m5.large left")
            .with_resource("node group web")
            .with_operation("eks:CreateNodegroup")
            .with_code("InsufficientInstanceCapacity")
            .with_request_id("1f2e")
            .with_hint("Choose more instance types")
            .with_source(
                Error::new(ErrorKind::Failed, "the launch failed").with_source("the cause".to_owned()),
            )
            .retryable(true);
        let expected = json!({
            "kind": "noCapacity",
            "message": "node group web: there are no m5.large left (InsufficientInstanceCapacity from \
                        eks:CreateNodegroup, request 1f2e). Choose more instance types",
            "retryable": true,
            "resource": "node group web",
            "operation": "eks:CreateNodegroup",
            "code": "InsufficientInstanceCapacity",
            "requestId": "1f2e",
            "hint": "Choose more instance types",
            "violations": [],
            "stillRunning": [],
            "causes": ["the launch failed", "the cause"],
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&error.to_json()).ok(), Some(expected));
    }

    #[test]
    fn broken_rules_are_data() {
        let error = Error::invalid(vec![Violation::new("scaling.min", 3, "be at most `max`, which is 2")]);
        let json = serde_json::to_value(&error).expect("JSON");
        assert_eq!(json["kind"], "invalidSpec");
        assert_eq!(json["code"], json!(null));
        assert_eq!(
            json["violations"],
            json!([{ "field": "scaling.min", "value": "3", "rule": "be at most `max`, which is 2" }])
        );
    }
}
