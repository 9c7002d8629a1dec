//! A device of the register (设备档案): what was sold to whom and when, as far as duties and warranty need it.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::names::ProcedureId;

/// A device (设备) by its serial. The customer's name and contact are personal and kept apart from this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// Serial number (序列号) as people write it.
    pub serial: String,
    /// Product name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Model or specification (型号规格).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Batch (批号).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// The procedure whose duties concern it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<ProcedureId>,
    /// The unit that uses it (使用单位).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_unit: Option<String>,
    /// Day of sale (销售日期).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_on: Option<NaiveDate>,
    /// Day of shipment (发货日期).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipped_on: Option<NaiveDate>,
    /// Day of final acceptance (验收日期).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<NaiveDate>,
    /// Length of the warranty (保修期) in months; it runs from acceptance, else sale, else shipment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warranty_months: Option<u32>,
    /// Last day of the warranty, where it was agreed as a date; it goes before the months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warranty_until: Option<NaiveDate>,
    /// Day on which it was implanted (植入日期).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implant_date: Option<NaiveDate>,
    /// Day on which it went out of use (停用日期); it is still due on that day, and never after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_on: Option<NaiveDate>,
    /// Number of its tracking sheet (产品售后信息跟踪单).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_no: Option<String>,
}

/// Whether a device is in its warranty on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warranty {
    /// In warranty (保内).
    InWarranty,
    /// After it (保外).
    OutOfWarranty,
    /// Nobody wrote down how long it lasts.
    Unknown,
}

impl Warranty {
    /// The code, as the record's field `warranty_state` has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::InWarranty => "in_warranty",
            Self::OutOfWarranty => "out_of_warranty",
            Self::Unknown => "unknown",
        }
    }
}

/// The longest warranty that is believed, in months: a century.
const LONGEST_WARRANTY: u32 = 1_200;

impl Device {
    /// The date that a field of the complaint's record means for this device.
    pub fn date(&self, field: &str) -> Option<NaiveDate> {
        match field {
            "acceptance_date" => self.accepted_on,
            "purchase_date" => self.sold_on,
            "ship_date" | "delivery_date" => self.shipped_on,
            "implant_date" => self.implant_date,
            "warranty_until" => self.warranty_end(),
            _ => None,
        }
    }

    /// The last day of the warranty, if it is known.
    pub fn warranty_end(&self) -> Option<NaiveDate> {
        self.warranty_until.or_else(|| {
            let start = self.accepted_on.or(self.sold_on).or(self.shipped_on)?;
            let months = self.warranty_months.filter(|months| *months <= LONGEST_WARRANTY)?;
            start.checked_add_months(Months::new(months))
        })
    }

    /// Whether it is in warranty on a day, the last day included.
    pub fn warranty(&self, on: NaiveDate) -> Warranty {
        match self.warranty_end() {
            Some(end) if on <= end => Warranty::InWarranty,
            Some(_) => Warranty::OutOfWarranty,
            None => Warranty::Unknown,
        }
    }
}

/// A serial in the one form it is looked up by: one width, capitals, no white space. `sn 001` and `ＳＮ001` are one device.
pub fn serial_key(serial: &str) -> String {
    serial
        .nfkc()
        .flat_map(char::to_uppercase)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn twelve_months_from_acceptance_end_on_the_same_day_of_the_next_year() {
        let device = Device {
            accepted_on: Some(day("2025-11-30")),
            sold_on: Some(day("2025-10-01")),
            warranty_months: Some(12),
            ..Device::default()
        };
        assert_eq!(device.warranty_end(), Some(day("2026-11-30")));
        assert_eq!(device.warranty(day("2026-11-30")), Warranty::InWarranty);
        assert_eq!(device.warranty(day("2026-12-01")), Warranty::OutOfWarranty);
    }

    #[test]
    fn an_agreed_last_day_goes_before_the_months() {
        let device = Device {
            accepted_on: Some(day("2025-11-30")),
            warranty_months: Some(12),
            warranty_until: Some(day("2027-01-15")),
            ..Device::default()
        };
        assert_eq!(device.warranty_end(), Some(day("2027-01-15")));
    }

    #[test]
    fn without_length_or_start_nobody_knows_the_warranty() {
        let device = Device {
            warranty_months: Some(12),
            ..Device::default()
        };
        assert_eq!(device.warranty(day("2026-01-01")), Warranty::Unknown);
    }

    #[test]
    fn width_case_and_spaces_do_not_make_another_device() {
        assert_eq!(serial_key(" sn-00 1a"), "SN-001A");
        assert_eq!(serial_key("ＳＮ－００１ａ"), "SN-001A");
    }
}
