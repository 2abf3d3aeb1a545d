//! OpenID Connect providers: how pods' tokens become roles.

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::tags::{self, Tags};
use super::{created, deleted};

const KIND: &str = "AWS::IAM::OIDCProvider";

/// An identity provider.
pub(super) struct OpenIdConnectProvider {
    /// Without `https://`.
    url: String,
    clients: Vec<String>,
    thumbprints: Vec<String>,
    created: Instant,
    tags: Tags,
}

pub(super) fn create(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let url = params.required("Url")?;
    let host = url.strip_prefix("https://").filter(|rest| !rest.is_empty() && !rest.contains(['?', '#']));
    let Some(host) = host else {
        return Err(AwsError::new("ValidationError", "Invalid Open ID Connect Provider URL"));
    };
    let host = host.trim_end_matches('/').to_owned();
    let tags = tags::read(params)?;
    let arn = format!("arn:aws:iam::{}:oidc-provider/{host}", world.settings.account);
    if world.iam.open_id_connect_providers.contains_key(&arn) {
        let message = format!("Provider with url {url} already exists.");
        return Err(AwsError::new("EntityAlreadyExists", message).status(409));
    }
    let texts = |name| params.list(name).into_iter().map(str::to_owned).collect();
    let provider = OpenIdConnectProvider {
        url: host,
        clients: texts("ClientIDList.member"),
        thumbprints: texts("ThumbprintList.member"),
        created: world.now,
        tags,
    };
    let shown = Xml::new("Tags").children(tags::members(&provider.tags));
    world.iam.open_id_connect_providers.insert(arn.clone(), provider);
    created(world, KIND, &arn);
    Ok(Answer::Xml(vec![Xml::text("OpenIDConnectProviderArn", arn), shown]))
}

fn find_mut<'world>(
    world: &'world mut World,
    params: &Params,
) -> Result<&'world mut OpenIdConnectProvider, AwsError> {
    let arn = params.required("OpenIDConnectProviderArn")?;
    world.iam.open_id_connect_providers.get_mut(arn).ok_or_else(|| {
        let message = format!("OpenIDConnect Provider not found for arn {arn}");
        AwsError::new("NoSuchEntity", message).status(404)
    })
}

pub(super) fn get(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let provider = find_mut(world, params)?;
    Ok(Answer::Xml(vec![
        Xml::text("Url", &provider.url),
        Xml::texts("ClientIDList", "member", &provider.clients),
        Xml::texts("ThumbprintList", "member", &provider.thumbprints),
        Xml::text("CreateDate", provider.created.iso()),
        Xml::new("Tags").children(tags::members(&provider.tags)),
    ]))
}

/// Succeeds also for a provider that is not there (API reference: "idempotent").
pub(super) fn delete(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let arn = params.required("OpenIDConnectProviderArn")?;
    if world.iam.open_id_connect_providers.remove(arn).is_some() {
        deleted(world, KIND, arn);
    }
    Ok(Answer::Nothing)
}

pub(super) fn list(world: &mut World, _params: &Params) -> Result<Answer, AwsError> {
    let entries = world.iam.open_id_connect_providers.keys().map(|arn| vec![Xml::text("Arn", arn)]);
    Ok(Answer::Xml(vec![Xml::list("OpenIDConnectProviderList", "member", entries)]))
}

pub(super) fn tag(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    tags::add(&mut find_mut(world, params)?.tags, params)?;
    Ok(Answer::Nothing)
}

pub(super) fn untag(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    tags::remove(&mut find_mut(world, params)?.tags, params);
    Ok(Answer::Nothing)
}
