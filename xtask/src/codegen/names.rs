//! Names in the custom of each language.

/// Python's keywords that could be a field.
const KEYWORDS: [&str; 12] =
    ["as", "class", "def", "del", "from", "global", "import", "in", "is", "lambda", "pass", "return"];

/// `nodeGroups` as `node_groups`.
pub(crate) fn snake(camel: &str) -> String {
    let mut snake = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// `node_groups` as `nodeGroups`.
pub(crate) fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

/// An attribute: `nodeGroups` as `node_groups`, and with an underscore where Python has another use for the word.
pub(crate) fn attribute(key: &str) -> String {
    let name = snake(key);
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

/// A constant: `tier-xl` as `TIER_XL`, `NoSchedule` as `NO_SCHEDULE`.
pub(crate) fn constant(word: &str) -> String {
    snake(word).replace('-', "_").to_ascii_uppercase()
}

/// `stepDone` as `StepDone`.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_custom() {
        assert_eq!(snake("httpPutResponseHopLimit"), "http_put_response_hop_limit");
        assert_eq!(camel("policy_arns"), "policyArns");
        assert_eq!(attribute("p95"), "p95");
        assert_eq!(attribute("from"), "from_");
        assert_eq!(constant("tier-2xl"), "TIER_2XL");
        assert_eq!(constant("PreferNoSchedule"), "PREFER_NO_SCHEDULE");
        assert_eq!(capital("stepDone"), "StepDone");
    }
}
