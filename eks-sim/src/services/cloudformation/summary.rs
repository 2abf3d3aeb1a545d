//! GetTemplate, GetTemplateSummary and ValidateTemplate.

use super::template::Template;
use super::{change_set, create, described, stack};
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

pub(super) fn get_template(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let body = if params.get("ChangeSetName").is_some() {
        Some(change_set::named(world, region, params)?.blueprint.template.body.clone())
    } else {
        let key = described(world, region, params.required("StackName")?)?;
        stack(world, &key).map(|stack| stack.blueprint.template.body.clone())
    };
    Ok(Answer::Xml(vec![
        Xml::text("TemplateBody", body.unwrap_or_default()),
        Xml::texts("StagesAvailable", "member", ["Original", "Processed"]),
    ]))
}

pub(super) fn get_template_summary(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let template = match params.get("StackName") {
        Some(name) => {
            let key = described(world, region, name)?;
            let template = stack(world, &key).map(|stack| stack.blueprint.template.clone());
            template.as_deref().cloned()
        }
        None => None,
    };
    let template = match template {
        Some(template) => template,
        None => Template::parse(create::body(params)?)?,
    };
    let mut kinds: Vec<&str> = template.resources.values().map(|definition| definition.kind.name).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let parameters = template.parameters.iter().map(|(name, declaration)| {
        let mut parameter = vec![
            Xml::text("ParameterKey", name),
            Xml::text("ParameterType", &declaration.kind),
            Xml::text("NoEcho", declaration.no_echo),
        ];
        parameter.extend(declaration.default.as_ref().map(|value| Xml::text("DefaultValue", value)));
        parameter.extend(declaration.description.as_ref().map(|text| Xml::text("Description", text)));
        parameter
    });
    let mut answer = vec![Xml::list("Parameters", "member", parameters)];
    answer.extend(common(&template));
    answer.push(Xml::texts("ResourceTypes", "member", kinds));
    answer.extend(template.version.as_ref().map(|version| Xml::text("Version", version)));
    answer.extend(template.metadata.as_ref().map(|metadata| Xml::text("Metadata", metadata)));
    Ok(Answer::Xml(answer))
}

pub(super) fn validate_template(_: &mut World, _: &str, params: &Params) -> Result<Answer, AwsError> {
    let template = Template::parse(create::body(params)?)?;
    let parameters = template.parameters.iter().map(|(name, declaration)| {
        let mut parameter = vec![Xml::text("ParameterKey", name), Xml::text("NoEcho", declaration.no_echo)];
        parameter.extend(declaration.default.as_ref().map(|value| Xml::text("DefaultValue", value)));
        parameter.extend(declaration.description.as_ref().map(|text| Xml::text("Description", text)));
        parameter
    });
    let mut answer = vec![Xml::list("Parameters", "member", parameters)];
    answer.extend(common(&template));
    Ok(Answer::Xml(answer))
}

/// Description, transforms and capabilities.
fn common(template: &Template) -> Vec<Xml> {
    let mut common = Vec::new();
    common.extend(template.description.as_ref().map(|text| Xml::text("Description", text)));
    if !template.transforms.is_empty() {
        common.push(Xml::texts("DeclaredTransforms", "member", &template.transforms));
    }
    if let Some((capability, kinds)) = template.capability() {
        let reason = format!("The following resource(s) require capabilities: [{}]", kinds.join(", "));
        common.push(Xml::texts("Capabilities", "member", [capability]));
        common.push(Xml::text("CapabilitiesReason", reason));
    }
    common
}
