//! Many values in a few.

/// The `share` quantile by nearest rank: a value that occurred.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// One row of a table: median, 95th percentile and largest value.
pub(crate) fn row(title: &str, values: &[f64], goal: &str) {
    println!(
        "  {title:<58} {:>8.1} {:>8.1} {:>8.1}   {goal}",
        median(values),
        quantile(values, 0.95),
        quantile(values, 1.0)
    );
}

/// The head of a table of [`row`]s.
pub(crate) fn head(title: &str) {
    println!("\n  {title:<58} {:>8} {:>8} {:>8}   goal", "p50", "p95", "max");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(median(&values), 100.0);
        assert_eq!(quantile(&values, 0.95), 190.0);
        assert_eq!(quantile(&values, 1.0), 200.0);
        assert_eq!(median(&[7.0]), 7.0);
    }
}
