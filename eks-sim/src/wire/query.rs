//! The query protocol and EC2's dialect of it.

use bytes::Bytes;
use http::{Request, Response};

use super::response::respond;
use super::{Answer, AwsError, Params, Service, Xml};

const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

pub(super) fn read(request: &Request<Bytes>, service: Service) -> Result<(String, Params), AwsError> {
    let mut form = request.uri().query().unwrap_or_default().as_bytes().to_vec();
    if !request.body().is_empty() {
        form.push(b'&');
        form.extend_from_slice(request.body());
    }
    let params = Params::from_form(&form);
    match params.get("Action") {
        Some(action) => Ok((action.to_owned(), params)),
        None if service == Service::Ec2 => {
            Err(AwsError::new("MissingAction", "The request must contain the parameter Action"))
        }
        None => Err(AwsError::new("MissingAction", "Missing Action")),
    }
}

pub(super) fn write(service: Service, operation: &str, answer: &Answer, request_id: &str) -> Response<Bytes> {
    let mut inner = String::new();
    if let Answer::Xml(members) = answer {
        members.iter().for_each(|member| member.write(&mut inner));
    }
    let namespace = service.namespace();
    let body = if service == Service::Ec2 {
        format!(
            "<{operation}Response xmlns=\"{namespace}\"><requestId>{request_id}</requestId>{inner}\
             </{operation}Response>"
        )
    } else {
        let result = match answer {
            Answer::Nothing => String::new(),
            _ => format!("<{operation}Result>{inner}</{operation}Result>"),
        };
        format!(
            "<{operation}Response xmlns=\"{namespace}\">{result}<ResponseMetadata>\
             <RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
        )
    };
    respond(200, CONTENT_TYPE, headed(&body), request_id)
}

pub(super) fn write_error(service: Service, error: &AwsError, request_id: &str) -> Response<Bytes> {
    let detail = [Xml::text("Code", &error.code), Xml::text("Message", &error.message)];
    let body = if service == Service::Ec2 {
        Xml::new("Response")
            .child(Xml::new("Errors").child(Xml::new("Error").children(detail)))
            .child(Xml::text("RequestID", request_id))
    } else {
        let party = if error.status < 500 { "Sender" } else { "Receiver" };
        Xml::new("ErrorResponse")
            .child(Xml::new("Error").child(Xml::text("Type", party)).children(detail))
            .child(Xml::text("RequestId", request_id))
    };
    let mut text = String::new();
    body.write(&mut text);
    if service != Service::Ec2 {
        text = text.replacen(
            "<ErrorResponse>",
            &format!("<ErrorResponse xmlns=\"{}\">", service.namespace()),
            1,
        );
    }
    respond(error.status, CONTENT_TYPE, headed(&text), request_id)
}

fn headed(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(service: Service, operation: &str, answer: &Answer) -> String {
        String::from_utf8(write(service, operation, answer, "1").into_body().to_vec()).unwrap()
    }

    #[test]
    fn only_an_operation_with_an_output_has_a_result() {
        let deleted = body(Service::Iam, "DeleteRole", &Answer::Nothing);
        assert!(deleted.contains("2010-05-08/\"><ResponseMetadata>"), "{deleted}");
        let updated = body(Service::Iam, "UpdateRole", &Answer::EMPTY);
        assert!(updated.contains("<UpdateRoleResult></UpdateRoleResult><ResponseMetadata>"), "{updated}");
        let answer = Answer::Xml(vec![Xml::text("Account", 1)]);
        let caller = body(Service::Sts, "GetCallerIdentity", &answer);
        assert!(caller.contains("Result><Account>1</Account></GetCallerIdentityResult>"), "{caller}");
    }
}
