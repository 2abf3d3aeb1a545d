//! The list has what the ledger charges.

use serde_json::Value;

use super::product::products;
use crate::price;

#[test]
fn an_instance_type_has_the_price_that_the_ledger_charges() {
    let large = products()
        .find(|product| product.attributes("us-west-2").contains(&("instanceType", "m5.large".into())));
    let shown = large.expect("m5.large has a price").shown("us-west-2");
    assert_eq!(shown["product"]["attributes"]["usagetype"], "USW2-BoxUsage:m5.large");
    assert_eq!(dollars(&shown), 0.096);
}

#[test]
fn a_nat_gateway_too() {
    let gateway = products().find(|product| product.family == "NAT Gateway").expect("a product");
    assert_eq!(dollars(&gateway.shown("us-east-1")), price::NAT_GATEWAY);
}

fn dollars(shown: &Value) -> f64 {
    let term =
        shown["terms"]["OnDemand"].as_object().and_then(|terms| terms.values().next()).expect("a term");
    let rate = term["priceDimensions"].as_object().and_then(|rates| rates.values().next()).expect("a rate");
    rate["pricePerUnit"]["USD"].as_str().and_then(|text| text.parse().ok()).expect("a number")
}
