//! Prices of a region, from AWS's Price List. Who may not ask, or gets no answer, does without: a price is never a reason
//! for a plan to fail.

use aws_sdk_pricing::types::{Filter, FilterType};
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::Value;

use super::patiently;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{Good, ListPrice, Prices};

pub(super) async fn look(wire: &Wire, goods: &[Good]) -> Prices {
    let asked =
        goods.iter().map(async |good| Some((good.clone(), patiently(|| price(wire, good)).await.ok()??)));
    join_all(asked).await.into_iter().flatten().collect()
}

async fn price(wire: &Wire, good: &Good) -> Result<Option<ListPrice>, Refusal> {
    // No Price List in this partition.
    let Some(pricing) = wire.pricing() else { return Ok(None) };
    let call = Service::Pricing.read("GetProducts", "");
    let Wanted { service, attributes, usage } = wanted(good);
    let region = [("regionCode", wire.region())];
    let filters = attributes.iter().chain(&region).map(|(field, value)| {
        Filter::builder().r#type(FilterType::TermMatch).field(*field).value(*value).build()
    });
    // What is built lacks nothing: all three members are set.
    let filters = filters.collect::<Result<Vec<_>, _>>().unwrap_or_default();
    let pages =
        || pricing.get_products().service_code(service).set_filters(Some(filters)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let offers = pages.into_iter().filter_map(|page| page.price_list).flatten();
    Ok(offers.filter_map(|text| read(&text, usage)).next())
}

struct Wanted<'a> {
    service: &'static str,
    attributes: Vec<(&'static str, &'a str)>,
    /// How the usage type ends.
    usage: &'static str,
}

/// How AWS lists it: user guide, "AWS Price List", and the attributes of its offers (U).
fn wanted(good: &Good) -> Wanted<'_> {
    match good {
        Good::NatGateway => Wanted {
            service: "AmazonEC2",
            attributes: vec![("productFamily", "NAT Gateway"), ("group", "NGW:NatGateway")],
            usage: "NatGateway-Hours",
        },
        Good::InterfaceEndpoint => Wanted {
            service: "AmazonVPC",
            attributes: vec![("productFamily", "VpcEndpoint")],
            usage: "VpcEndpoint-Hours",
        },
        Good::Gp3 => Wanted {
            service: "AmazonEC2",
            attributes: vec![("productFamily", "Storage"), ("volumeApiName", "gp3")],
            usage: "EBS:VolumeUsage.gp3",
        },
        Good::Instance(name) => Wanted {
            service: "AmazonEC2",
            attributes: vec![
                ("instanceType", name),
                ("operatingSystem", "Linux"),
                ("preInstalledSw", "NA"),
                ("tenancy", "Shared"),
                ("capacitystatus", "Used"),
                ("licenseModel", "No License required"),
            ],
            usage: "",
        },
    }
}

/// An offer, as far as it is read.
#[derive(Deserialize)]
struct Offer {
    product: Product,
    terms: Terms,
    #[serde(rename = "publicationDate", default)]
    published: String,
}

#[derive(Deserialize)]
struct Product {
    attributes: Value,
}

#[derive(Deserialize)]
struct Terms {
    #[serde(rename = "OnDemand", default)]
    on_demand: Value,
}

/// The price of an offer whose usage type ends like this, if it is one for any amount.
fn read(text: &str, usage: &str) -> Option<ListPrice> {
    let Offer { product, terms, published } = serde_json::from_str(text).ok()?;
    if !product.attributes["usagetype"].as_str()?.ends_with(usage) {
        return None;
    }
    let [term] = terms.on_demand.as_object()?.values().collect::<Vec<_>>()[..] else { return None };
    let [rate] = term["priceDimensions"].as_object()?.values().collect::<Vec<_>>()[..] else { return None };
    // China's are in yuan.
    let dollars = rate["pricePerUnit"]["USD"].as_str()?.parse().ok()?;
    Some(ListPrice { dollars, published: published.chars().take(10).collect() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn offer(usage: &str, rates: Value) -> String {
        json!({
            "product": {"attributes": {"usagetype": usage}},
            "terms": {"OnDemand": {"SKU.T": {"priceDimensions": rates}}},
            "publicationDate": "2026-01-19T10:00:00Z",
        })
        .to_string()
    }

    #[test]
    fn an_offer_is_read_if_it_is_the_one_that_is_meant() {
        let one = json!({"a": {"unit": "Hrs", "pricePerUnit": {"USD": "0.0450000000"}}});
        let price = read(&offer("USW2-NatGateway-Hours", one.clone()), "NatGateway-Hours").expect("a price");
        assert_eq!(price, ListPrice { dollars: 0.045, published: "2026-01-19".to_owned() });
        for (what, text) in [
            ("another usage", offer("USW2-NatGateway-Bytes", one)),
            ("tiers", offer("NatGateway-Hours", json!({"a": {}, "b": {}}))),
            ("another currency", offer("NatGateway-Hours", json!({"a": {"pricePerUnit": {"CNY": "0.3"}}}))),
            ("no offer", "{}".to_owned()),
        ] {
            assert_eq!(read(&text, "NatGateway-Hours"), None, "{what}");
        }
    }
}
