#![allow(clippy::unwrap_used, reason = "tests")]
use rstest::rstest;

use super::super::tree::Kind::{self, Bool, Float, Int, Null, Str, Time};
use super::{go_float, json_number, opened, plain_yaml, rfc3339_seconds};

#[rstest]
#[case("", Null, "")]
#[case("~", Null, "")]
#[case("True", Bool, "true")]
#[case("yes", Str, "yes")]
#[case("12", Int, "12")]
#[case("+12", Int, "12")]
#[case("1_000", Int, "1000")]
#[case("0600", Int, "384")]
#[case("0o17", Int, "15")]
#[case("0x1F", Int, "31")]
#[case("-0b11", Int, "-3")]
#[case("08", Float, "8")]
#[case("9223372036854775807", Int, "9223372036854775807")]
#[case("18446744073709551615", Int, "18446744073709551615")]
#[case("-9223372036854775808", Int, "-9223372036854775808")]
#[case("18446744073709551616", Float, "18446744073709552000")]
#[case("1.50", Float, "1.5")]
#[case("1e3", Float, "1000")]
#[case(".5", Float, "0.5")]
#[case("1.", Float, "1")]
#[case("-.inf", Float, "-Inf")]
#[case("1.2.3", Str, "1.2.3")]
#[case("-", Str, "-")]
#[case("1e999", Str, "1e999")]
#[case("2020-01-02", Time, "2020-01-02T00:00:00Z")]
#[case("2020-1-2 3:04:05.250", Time, "2020-01-02T03:04:05.25Z")]
#[case("2020-01-02T03:04:05+02:00", Time, "2020-01-02T03:04:05+02:00")]
#[case("2020-13-02", Str, "2020-13-02")]
#[case("2021-02-29", Str, "2021-02-29")]
#[case("2020-01-02T03:04:05", Str, "2020-01-02T03:04:05")]
fn unquoted_yaml(#[case] text: &str, #[case] kind: Kind, #[case] shown: &str) {
    let scalar = plain_yaml(text);
    assert_eq!((scalar.kind, scalar.text.as_str()), (kind, shown));
}

#[rstest]
#[case(1.0, "1")]
#[case(-0.0, "-0")]
#[case(1e21, "1000000000000000000000")]
#[case(1e-7, "0.0000001")]
#[case(0.1, "0.1")]
#[case(1234.56789, "1234.56789")]
#[case(f64::INFINITY, "+Inf")]
fn floats_as_go_prints_them(#[case] number: f64, #[case] shown: &str) {
    assert_eq!(go_float(number), shown);
}

#[rstest]
#[case("12", Int, "12")]
#[case("1.0", Int, "1")]
#[case("12345678901234567890", Int, "12345678901234567000")]
#[case("1e-3", Float, "0.001")]
fn json_numbers_are_floats(#[case] text: &str, #[case] kind: Kind, #[case] shown: &str) {
    let scalar = json_number(text).unwrap();
    assert_eq!((scalar.kind, scalar.text.as_str()), (kind, shown));
}

#[rstest]
#[case("2020-01-02T03:04:05Z", Some("2020-01-02T03:04:05Z"))]
#[case("2020-01-02T03:04:05.123+00:00", Some("2020-01-02T03:04:05Z"))]
#[case("2020-01-02T03:04:05-05:30", Some("2020-01-02T03:04:05-05:30"))]
#[case("2020-01-02T03:04:05", None)]
#[case("2020-01-02", None)]
#[case("2020-1-02T03:04:05Z", None)]
#[case("yesterday", None)]
fn times_of_modification(#[case] text: &str, #[case] shown: Option<&str>) {
    assert_eq!(rfc3339_seconds(text).as_deref(), shown);
}

#[rstest]
#[case(Int, "-007", Some("-7"))]
#[case(Int, "-0", Some("0"))]
#[case(Int, "7.5", None)]
#[case(Int, "", None)]
#[case(Float, "1.0", Some("1"))]
#[case(Float, "one", None)]
#[case(Bool, "True", Some("true"))]
#[case(Bool, "yes", None)]
#[case(Time, "2020-01-02T03:04:05.5Z", Some("2020-01-02T03:04:05.5Z"))]
#[case(Null, "", None)]
fn what_types_hold(#[case] kind: Kind, #[case] text: &str, #[case] shown: Option<&str>) {
    assert_eq!(opened(kind, text).as_deref().map(String::as_str), shown);
}
