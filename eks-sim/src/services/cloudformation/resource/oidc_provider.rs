//! AWS::IAM::OIDCProvider.

use serde_json::Value;

use super::scene::texts;
use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

const ARN: &str = "OpenIDConnectProviderArn";

pub(super) const OIDC_PROVIDER: Kind = Kind {
    name: "AWS::IAM::OIDCProvider",
    properties: &[fixed("Url"), mutable("ClientIdList"), mutable("ThumbprintList"), mutable("Tags")],
    attributes: &["Arn"],
    tagging: Tagging::Iam("OpenIDConnectProvider", ARN),
    create: |scene| {
        let params = Params::new().set("Url", scene.text("Url"));
        let params = numbered(params, "ClientIDList", &scene.texts("ClientIdList"));
        let params = numbered(params, "ThumbprintList", &scene.texts("ThumbprintList"));
        let answer = scene.iam("CreateOpenIDConnectProvider", scene.iam_tagged(params))?;
        scene.physical_id = answer.at(ARN).to_owned();
        scene.attribute("Arn", answer.at(ARN));
        Ok(())
    },
    update,
    delete: |scene| scene.iam("DeleteOpenIDConnectProvider", provider(scene)).map(drop),
    ..PLAIN
};

fn provider(scene: &Scene) -> Params {
    Params::new().set(ARN, &scene.physical_id)
}

fn numbered(params: Params, list: &str, items: &[String]) -> Params {
    (1..).zip(items).fold(params, |params, (index, item)| params.set(format!("{list}.member.{index}"), item))
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let (old, new) = (texts(before, "ClientIdList"), scene.texts("ClientIdList"));
    for client in new.iter().filter(|client| !old.contains(client)) {
        scene.iam("AddClientIDToOpenIDConnectProvider", provider(scene).set("ClientID", client))?;
    }
    for client in old.iter().filter(|client| !new.contains(client)) {
        scene.iam("RemoveClientIDFromOpenIDConnectProvider", provider(scene).set("ClientID", client))?;
    }
    let thumbprints = scene.texts("ThumbprintList");
    if thumbprints != texts(before, "ThumbprintList") {
        let params = numbered(provider(scene), "ThumbprintList", &thumbprints);
        scene.iam("UpdateOpenIDConnectProviderThumbprint", params)?;
    }
    Ok(())
}
