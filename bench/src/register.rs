//! A register as a company keeps it for ten years, saved as Excel saves it (shared strings), of any length.

use std::path::Path;

use anyhow::Result;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

/// Rows of the large one.
pub const ROWS: u32 = 200_000;
/// Its columns.
pub const HEADERS: [&str; 15] = [
    "序号",
    "客诉编号",
    "投诉日期",
    "客户名称",
    "联系人",
    "联系电话",
    "产品名称",
    "产品型号",
    "批号",
    "问题描述",
    "不良数量",
    "责任部门",
    "索赔金额",
    "结案日期",
    "是否结案",
];
const CUSTOMERS: [&str; 8] = [
    "华东仪表厂",
    "江南水泵有限公司",
    "北方农机合作社",
    "海川贸易",
    "Nordfast AB",
    "西部电力物资",
    "恒信医疗",
    "南洋五金行",
];
const PRODUCTS: [(&str, &str); 5] = [
    ("离心泵", "IS80-65"),
    ("潜水泵", "QW50"),
    ("控制柜", "KX-3"),
    ("阀门", "Z41H"),
    ("电机", "Y2-132"),
];
const FAULTS: [&str; 6] = [
    "运行中漏油",
    "异响振动大",
    "外包装破损",
    "启动即跳闸",
    "铭牌与合同不符",
    "数量短少",
];
const DEPARTMENTS: [&str; 4] = ["生产部", "品质部", "采购部", "储运部"];

/// Writes `rows` complaints below a title and a header; every text of a complaint but its customer, product and department
/// is unlike all others.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &Path, rows: u32) -> Result<()> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy/m/d");
    let sheet = book.add_worksheet().set_name("客诉台账")?;
    sheet.write(0, 0, "客户投诉台账")?;
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write(1, column, header)?;
    }
    for n in 0..rows {
        let row = n + 2;
        let pick = n as usize;
        let (product, model) = PRODUCTS[pick % PRODUCTS.len()];
        let day = ExcelDateTime::from_ymd((2015 + n % 10) as u16, (1 + n % 12) as u8, (1 + n % 28) as u8)?;
        sheet.write(row, 0, n + 1)?;
        sheet.write(row, 1, format!("KS{:07}", n + 1))?;
        sheet.write_with_format(row, 2, &day, &date)?;
        sheet.write(row, 3, CUSTOMERS[pick % CUSTOMERS.len()])?;
        sheet.write(row, 4, format!("联系人{}", n % 5000))?;
        sheet.write(row, 5, 13_000_000_000_f64 + f64::from(n) * 7919.0)?;
        sheet.write(row, 6, product)?;
        sheet.write(row, 7, model)?;
        sheet.write(row, 8, format!("B{:06}", n / 3))?;
        sheet.write(
            row,
            9,
            format!(
                "{},第{}台,客户要求尽快处理并书面答复",
                FAULTS[pick % FAULTS.len()],
                n + 1
            ),
        )?;
        sheet.write(row, 10, 1 + n % 40)?;
        sheet.write(row, 11, DEPARTMENTS[pick % DEPARTMENTS.len()])?;
        sheet.write(row, 12, f64::from(n % 900) * 12.5)?;
        sheet.write_with_format(row, 13, &day, &date)?;
        sheet.write(row, 14, if n % 20 == 0 { "否" } else { "是" })?;
    }
    book.save(file).map_err(|error: XlsxError| error.into())
}
