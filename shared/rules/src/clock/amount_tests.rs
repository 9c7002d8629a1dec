//! What is and is not an amount of time.

use super::*;
use rstest::rstest;

#[rstest]
#[case("4 working hours", "4 working hours", "4", "working hours")]
#[case("1 Week", "1 week", "1", "week")]
#[case("0.5 hour", "0.5 hours", "0.5", "hour")]
#[case("half an hour", "0.5 hours", "0.5", "hour")]
#[case("30 minutes", "30 minutes", "30", "minutes")]
#[case("  10   working  days ", "10 working days", "10", "working days")]
#[case("0.5 working days", "1 half working day", "0.5", "working day")]
#[case("half a working day", "1 half working day", "0.5", "working day")]
#[case("half working day", "1 half working day", "0.5", "working day")]
#[case("1.5 working days", "3 half working days", "1.5", "working days")]
#[case("3 half working days", "3 half working days", "1.5", "working days")]
#[case("2.0 working days", "2 working days", "2", "working days")]
#[case("a month", "1 month", "1", "month")]
#[case("0 days", "0 days", "0", "days")]
#[case("100 years", "100 years", "100", "years")]
fn amounts_are_read_and_written_back(
    #[case] text: &str,
    #[case] written: &str,
    #[case] number: &str,
    #[case] unit: &str,
) {
    let amount = Amount::parse(text).unwrap();
    assert_eq!(amount.to_string(), written);
    assert_eq!(Amount::parse(written).as_ref(), Ok(&amount));
    assert_eq!(amount.stated(), (number.parse().unwrap(), unit));
    assert_eq!(serde_json::to_string(&amount).unwrap(), format!("\"{written}\""));
    assert_eq!(serde_json::from_str::<Amount>(&format!("\"{text}\"")).unwrap(), amount);
}

#[rstest]
#[case("", "is not an amount")]
#[case("4", "is not an amount")]
#[case("working hours", "is not an amount")]
#[case("-4 hours", "is not an amount")]
#[case("1e9 hours", "is not an amount")]
#[case("4 fortnights", "`fortnights` is not a unit")]
#[case("a", "is not an amount")]
#[case("0.5 days", "cannot be counted")]
#[case("1.25 working days", "cannot be counted")]
#[case("0.001 hours", "cannot be counted")]
#[case("0.5 half working days", "cannot be counted")]
#[case("101 years", "more than 100 years")]
#[case("999999999999 working minutes", "more than 100 years")]
fn wrong_amounts_say_what_is_wrong(#[case] text: &str, #[case] said: &str) {
    let error = Amount::parse(text).unwrap_err().to_string();
    assert!(error.contains(said), "{error}");
}
