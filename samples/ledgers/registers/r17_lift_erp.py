"""A lift company's ERP export: GB18030 with rare characters in names, semicolons, amounts with thousands, texts that look like formulas."""
from writers import delimited
from writers.model import Ledger, c

COLUMNS = [
    ("投诉编号", "complaint_no"), ("客户编码", "customer_code"), ("客户名称", "customer_name"), ("投诉人", "contact"), ("联系电话", "phone"),
    ("合同编号", "order_no"), ("投诉产品", "product_name"), ("投诉内容", "complaint_desc"), ("紧急程度", "severity"), ("创建时间", "register_date"),
    ("响应期限", "due_date"), ("主办人", "owner"), ("质量处罚", "claim_amount"), ("状态", "status"),
]  # fmt: skip


def day(text):
    return c(text, f"{text[:4]}-{text[4:6]}-{text[6:]}")


def make():
    book = Ledger("17-lift-erp-gb18030.csv")
    s = book.sheet("17-lift-erp-gb18030")
    s.head(1, COLUMNS)
    s.record(["TS0000000451", "0000100233", "安澜府业主委员会", "禤㙦", "020-38880001", "HT-2019-0077", "乘客电梯 3#", "平层误差20mm;老人绊倒膝盖擦伤", "紧急", day("20220107"), day("20220108"), "麦兆伦", c("2,000.00", "2000.00"), "已关闭"])
    s.record(["TS0000000452", "0000100233", "安澜府业主委员会", "禤㙦", "020-38880001", "HT-2019-0077", "乘客电梯 5#", "夜间异响,像鸣笛", "一般", day("20220110"), day("20220117"), "麦兆伦", None, "已关闭"])
    s.record(["TS0000000453", "0000100871", "龑腾商业广场", "喆经理", "020-38880002", "HT-2020-0310", "自动扶梯 B2", "=急停后无法复位,商场要求当天到场", "紧急", day("20220215"), day("20220215"), "区俊", c("12,500.50", "12500.50"), "处理中"])
    s.record(["TS0000000460", "0000101004", "市第三医院", "伍科长", "020-38880003", "HT-2018-0021", "病床电梯 1#", "-1层按钮失灵", "紧急", day("20220301"), day("20220302"), "区俊", None, "待处理"])
    s.record(["TS0000000461", "0000101004", "市第三医院", "伍科长", "020-38880003", "HT-2018-0021", "病床电梯 2#", "@维保员未按月到场\n记录本缺3月", "一般", day("20220405"), day("20220412"), "麦兆伦", c("(800.00)", "-800.00"), "已关闭"])
    data = delimited.write(book, "gb18030", ";")
    return book, data
