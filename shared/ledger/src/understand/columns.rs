//! Columns: which field each header of a table is, what was doubtful about that, and how its cells are read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::fields::{Kind, field};
use super::fold;
use super::header::{Header, Heading, is_filled};
use super::read::numbers;
use super::words::{ALIKE, Confidence, DOUBTFUL, Meaning, SURE, WORDS};
use crate::grid::{Content, Row};
use crate::mapping::{Layout, Use};

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is a canonical field.
    Field(&'static str, Kind),
    /// It is kept under its own header.
    Extra,
    /// A second column of status: kept, and compared with the first.
    Check,
    /// It says nothing of its own.
    Ignored,
    /// It says the year of the dates in its row.
    Year,
    /// It says their month.
    Month,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its place, from 0.
    pub at: u32,
    /// Its header; a second one of the same name is numbered.
    pub header: String,
    /// What becomes of it.
    pub role: Role,
    /// How sure that is, in percent; 100 where a person said it.
    pub confidence: Confidence,
    /// What bare numbers of money below it are multiplied by.
    pub factor: Decimal,
    /// Whether its dates write the day before the month.
    pub day_first: bool,
    /// Whether its sums are in another currency, all of them.
    pub foreign: bool,
    /// Whether it has a header.
    pub headed: bool,
}

/// A doubt about a column: what was assumed stands in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The column.
    pub at: u32,
    /// What: `ask_…`.
    pub code: &'static str,
    /// What its words name.
    pub values: Vec<(&'static str, String)>,
}

/// Gives every column of a header its role. `samples` are the rows below; a layout that a person edited goes before.
pub fn assign(header: &Header, samples: &[Row], layout: Option<&Layout>) -> (Vec<Column>, Vec<Ask>) {
    let mut work = Work {
        headings: &header.columns,
        samples,
        taken: BTreeMap::new(),
        roles: vec![(Role::Extra, 0); header.columns.len()],
        asks: Vec::new(),
    };
    let mut free: Vec<usize> = (0..header.columns.len()).collect();
    let names = numbered(&header.columns);
    if let Some(layout) = layout {
        free.retain(|at| !work.remembered(*at, names.get(*at), layout));
    }
    work.sure_ones(&free);
    work.doubtful_ones(&free);
    work.alike_ones(&free);
    work.number_in_a_running_one(&free);
    let Work { roles, mut asks, .. } = work;
    let columns = header.columns.iter().zip(names).zip(roles);
    let columns = columns
        .map(|((heading, header), (role, confidence))| Column {
            at: heading.column,
            factor: numbers::header_factor(&header),
            header,
            role,
            confidence,
            day_first: matches!(role, Role::Field(_, Kind::Date)) && is_day_first(samples, heading.column),
            foreign: matches!(role, Role::Field(_, Kind::Money)) && is_foreign(samples, heading),
            headed: true,
        })
        .collect();
    asks.sort_by_key(|ask| ask.at);
    (columns, asks)
}

/// The headers, each once: a second `备注` is `备注(2)`.
fn numbered(headings: &[Heading]) -> Vec<String> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let named = headings.iter().map(|heading| {
        let count = seen.entry(&heading.text).or_insert(0);
        *count += 1;
        if *count == 1 {
            heading.text.clone()
        } else {
            format!("{}({count})", heading.text)
        }
    });
    named.collect()
}

struct Work<'a> {
    headings: &'a [Heading],
    samples: &'a [Row],
    /// Field to the place (in `headings`) that has it.
    taken: BTreeMap<&'static str, usize>,
    roles: Vec<(Role, Confidence)>,
    asks: Vec<Ask>,
}

impl Work<'_> {
    fn set(&mut self, at: usize, role: Role, confidence: Confidence) {
        if let Some(place) = self.roles.get_mut(at) {
            *place = (role, confidence);
        }
        if let Role::Field(name, _) = role {
            self.taken.entry(name).or_insert(at);
        }
    }

    fn ask(&mut self, at: usize, code: &'static str, field: &'static str) {
        let Some(heading) = self.headings.get(at) else { return };
        let mut values = vec![("header", heading.text.clone())];
        if !field.is_empty() {
            values.push(("field", field.to_owned()));
        }
        self.asks.push(Ask {
            at: heading.column,
            code,
            values,
        });
    }

    /// A second column for a field: asked about, beside the one that was taken.
    fn second(&mut self, at: usize, field: &'static str) {
        let taken = self.taken.get(field).and_then(|taken| self.headings.get(*taken));
        let Some((first, heading)) = taken.zip(self.headings.get(at)) else {
            return;
        };
        let values = |header: &Heading, other: &Heading| {
            vec![
                ("header", header.text.clone()),
                ("other", other.text.clone()),
                ("field", field.to_owned()),
            ]
        };
        let (taken, second) = (values(first, heading), values(heading, first));
        self.asks.push(Ask {
            at: first.column,
            code: "ask_first",
            values: taken,
        });
        self.asks.push(Ask {
            at: heading.column,
            code: "ask_second",
            values: second,
        });
    }

    fn key(&self, at: usize) -> String {
        let text = self.headings.get(at).map_or("", |heading| heading.text.as_str());
        let last = text.rsplit('/').next().unwrap_or(text);
        fold::key(&fold::without_brackets(last))
    }

    /// What a person said of this header.
    fn remembered(&mut self, at: usize, name: Option<&String>, layout: &Layout) -> bool {
        let Some(using) = name.and_then(|name| layout.columns.get(name)) else {
            return false;
        };
        let role = match using {
            Use::Field(name) => field(name).map_or(Role::Extra, |(name, kind)| Role::Field(name, kind)),
            Use::Extra => Role::Extra,
            Use::Ignore => Role::Ignored,
        };
        self.set(at, role, SURE);
        true
    }

    fn meaning(&self, at: usize) -> Option<(Meaning, Confidence)> {
        self.headings.get(at).and_then(|heading| heading.meaning)
    }

    /// Headers with one meaning; of several for one field the surest keeps it, the first of equals.
    fn sure_ones(&mut self, free: &[usize]) {
        let mut order: Vec<(Confidence, usize)> = free
            .iter()
            .filter_map(|at| self.meaning(*at).map(|(_, confidence)| (confidence, *at)))
            .filter(|(confidence, _)| *confidence > DOUBTFUL)
            .collect();
        order.sort_by_key(|(confidence, at)| (std::cmp::Reverse(*confidence), *at));
        for (confidence, at) in order {
            match self.meaning(at) {
                Some((Meaning::Field(name), _)) => self.field_for(at, name, confidence),
                Some((Meaning::Ignore, _)) => self.set(at, Role::Ignored, confidence),
                Some((Meaning::Year, _)) => self.set(at, Role::Year, confidence),
                Some((Meaning::Month, _)) => self.set(at, Role::Month, confidence),
                None => {}
            }
        }
    }

    fn field_for(&mut self, at: usize, name: &'static str, confidence: Confidence) {
        let Some((name, kind)) = field(name) else { return };
        if self.taken.contains_key(name) {
            if name == "status" {
                self.set(at, Role::Check, confidence);
                self.ask(at, "ask_status", name);
            } else {
                self.second(at, name);
            }
            return;
        }
        if kind == Kind::Money
            && self
                .headings
                .get(at)
                .is_some_and(|heading| is_foreign(self.samples, heading))
        {
            self.ask(at, "ask_currency", name);
        }
        self.set(at, Role::Field(name, kind), confidence);
    }

    /// Headers with several meanings, by what else the table has.
    fn doubtful_ones(&mut self, free: &[usize]) {
        for at in free.iter().copied() {
            let Some((Meaning::Field(name), confidence @ 0..=DOUBTFUL)) = self.meaning(at) else {
                continue;
            };
            let has = |name: &str| self.taken.contains_key(name);
            let (name, code) = match (self.key(at).as_str(), name) {
                ("编号", _) if self.is_running(at) => {
                    self.set(at, Role::Ignored, confidence);
                    self.ask(at, "ask_serial", "");
                    continue;
                }
                (_, "complaint_no") => (name, "ask_number"),
                (_, "complaint_date") => (name, "ask_date"),
                (_, "defect_qty") if has("defect_qty") => ("total_qty", "ask_quantity"),
                (_, "defect_qty") => (name, "ask_quantity"),
                ("责任单位", _) => (name, "ask_department"),
                (_, "product_model") => (name, "ask_model"),
                ("处理措施", _) if has("result") && !has("corrective_action") => {
                    ("corrective_action", "ask_measures")
                }
                ("处理措施", _) => (name, "ask_measures"),
                _ => (name, "ask_meaning"),
            };
            if self.taken.contains_key(name) {
                self.second(at, name);
                continue;
            }
            if let Some((name, kind)) = field(name) {
                self.set(at, Role::Field(name, kind), confidence);
                self.ask(at, code, name);
            }
        }
    }

    /// Headers that only contain a known one, for fields that nothing else has.
    fn alike_ones(&mut self, free: &[usize]) {
        for at in free.iter().copied() {
            let Some(heading) = self.headings.get(at).filter(|heading| heading.meaning.is_none()) else {
                continue;
            };
            let last = heading.text.rsplit('/').next().unwrap_or(&heading.text);
            let Some(Meaning::Field(name)) = WORDS.alike(last) else {
                continue;
            };
            let Some((name, kind)) = field(name).filter(|(name, _)| !self.taken.contains_key(name)) else {
                continue;
            };
            self.set(at, Role::Field(name, kind), ALIKE);
            self.ask(at, "ask_alike", name);
        }
    }

    /// `序号` over values such as `KS-2019-001`, where nothing else is the number.
    fn number_in_a_running_one(&mut self, free: &[usize]) {
        if self.taken.contains_key("complaint_no") {
            return;
        }
        for at in free.iter().copied() {
            if !matches!(self.key(at).as_str(), "序号" | "no" | "项次" | "编号") || !self.looks_like_numbers(at) {
                continue;
            }
            self.set(at, Role::Field("complaint_no", Kind::Code), DOUBTFUL);
            self.ask(at, "ask_number", "complaint_no");
            return;
        }
    }

    fn values(&self, at: usize) -> impl Iterator<Item = &Content> {
        let column = self.headings.get(at).map_or(u32::MAX, |heading| heading.column);
        column_values(self.samples, column)
    }

    /// Whether the values go 1, 2, 3.
    fn is_running(&self, at: usize) -> bool {
        let numbers: Vec<i64> = self
            .values(at)
            .filter_map(|content| match content {
                Content::Number(n) if n.fract() == 0.0 => Some(*n as i64),
                Content::Text(text) => text.trim().parse().ok(),
                _ => None,
            })
            .collect();
        let steps = numbers
            .windows(2)
            .filter(|pair| pair[0].checked_add(1) == Some(pair[1]))
            .count();
        let small = numbers.iter().all(|n| (0..100_000).contains(n));
        !numbers.is_empty() && small && (steps + 1) * 2 > numbers.len()
    }

    /// Whether most values are more than a small number.
    fn looks_like_numbers(&self, at: usize) -> bool {
        let (mut all, mut telling) = (0, 0);
        for content in self.values(at) {
            let is_telling = match content {
                Content::Text(text) => {
                    let text = text.trim();
                    text.len() >= 5 && text.bytes().any(|b| b.is_ascii_digit()) && text.len() < 40
                }
                Content::Number(n) => *n >= 100_000.0,
                _ => false,
            };
            all += 1;
            telling += usize::from(is_telling);
        }
        telling >= 2 && telling * 3 >= all * 2
    }
}

fn column_values(samples: &[Row], column: u32) -> impl Iterator<Item = &Content> {
    samples.iter().filter_map(move |row| {
        let at = row.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        row.cells
            .get(at)
            .filter(|cell| is_filled(cell))
            .map(|cell| &cell.content)
    })
}

/// Whether header or sampled sums, more than one, name another currency.
fn is_foreign(samples: &[Row], heading: &Heading) -> bool {
    let named = column_values(samples, heading.column);
    let named = named.filter(|content| matches!(content, Content::Text(text) if numbers::is_foreign(text)));
    numbers::is_foreign(&heading.text) || named.count() >= 2
}

/// Whether one of the sampled dates can only be day, month, year.
fn is_day_first(samples: &[Row], column: u32) -> bool {
    column_values(samples, column).any(|content| {
        let Content::Text(text) = content else { return false };
        let mut parts = text.trim().split(['/', '-', '.']);
        let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
        match (part(), part(), part()) {
            (Some(13..=31), Some(1..=12), Some(year)) => year >= 1_000,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::header::single;
    use crate::understand::testing::text_row;

    /// Header and one line a row, tab between; gives `header=role` and the questions.
    #[track_caller]
    fn check(lines: &[&str], want: &[&str], questions: &[&str]) {
        let rows: Vec<Row> = lines
            .iter()
            .zip(1..)
            .map(|(line, n)| text_row(n, &line.split('\t').collect::<Vec<_>>()))
            .collect();
        let header = single(&rows[0]).unwrap();
        let (columns, asks) = assign(&header, &rows[1..], None);
        let got: Vec<String> = columns
            .iter()
            .map(|column| match column.role {
                Role::Field(name, _) => format!("{}={name}", column.header),
                other => format!("{}={other:?}", column.header),
            })
            .collect();
        assert_eq!(got, want);
        let asked: Vec<&str> = asks.iter().map(|ask| ask.code).collect();
        assert_eq!(asked, questions);
    }

    #[test]
    fn a_number_that_only_counts_is_not_the_complaint_number() {
        check(
            &["编号\t客户\t投诉内容", "1\t甲\t漏", "2\t乙\t裂", "3\t丙\t断"],
            &["编号=Ignored", "客户=customer_name", "投诉内容=complaint_desc"],
            &["ask_serial"],
        );
        check(
            &["编号\t客户\t投诉内容", "KS-01\t甲\t漏", "KS-02\t乙\t裂"],
            &["编号=complaint_no", "客户=customer_name", "投诉内容=complaint_desc"],
            &["ask_number"],
        );
        check(
            &["序号\t客户\t投诉内容", "KS2019-01\t甲\t漏", "KS2019-02\t乙\t裂"],
            &["序号=complaint_no", "客户=customer_name", "投诉内容=complaint_desc"],
            &["ask_number"],
        );
    }

    #[test]
    fn two_columns_for_one_field_are_told_and_both_kept() {
        check(
            &["型号\t规格\t责任单位\t责任部门\t备注\t备注"],
            &[
                "型号=product_model",
                "规格=Extra",
                "责任单位=Extra",
                "责任部门=resp_dept",
                "备注=remark",
                "备注(2)=Extra",
            ],
            &[
                "ask_first",
                "ask_second",
                "ask_second",
                "ask_first",
                "ask_first",
                "ask_second",
            ],
        );
    }

    #[test]
    fn quantity_and_measures_depend_on_what_stands_beside() {
        check(
            &["数量\t不良数量\t处理结果\t处理措施"],
            &[
                "数量=total_qty",
                "不良数量=defect_qty",
                "处理结果=result",
                "处理措施=corrective_action",
            ],
            &["ask_quantity", "ask_measures"],
        );
        check(
            &["数量\t处理措施\t日期"],
            &["数量=defect_qty", "处理措施=result", "日期=complaint_date"],
            &["ask_quantity", "ask_measures", "ask_date"],
        );
    }

    #[test]
    fn a_second_status_is_compared() {
        check(&["状态\t是否结案"], &["状态=Check", "是否结案=status"], &["ask_status"]);
    }

    #[test]
    fn amounts_in_another_currency_are_asked_about() {
        check(
            &["索赔金额（USD）\t天气"],
            &["索赔金额（USD）=claim_amount", "天气=Extra"],
            &["ask_currency"],
        );
    }
}
