"""A film maker's binary workbook (xlsb): coil numbers with leading zeros, weights, a claim in ten thousands, a repeated customer column."""
import datetime as dt

from writers import xlsb
from writers.model import Ledger, c

COLUMNS = [
    ("序号", "-"), ("投诉编号", "complaint_no"), ("投诉时间", "complaint_date"), ("客户名称", "customer_name"), ("产品名称", "product_name"),
    ("投诉卷号", "batch_no"), ("机台", "line_shift"), ("投诉重量（kg）", "defect_qty"), ("投诉细节", "complaint_desc"), ("初步原因评估", "cause"),
    ("责任班组", "resp_dept"), ("总损失金额（元）", "claim_amount"), ("投诉是否成立", None), ("关闭时间", "closed_date"), ("客诉状态", "status"),
]  # fmt: skip


def coil(number):
    return c(number, f"{number:06d}", fmt="000000")


def make():
    book = Ledger("16-film.xlsb")
    s = book.sheet("2020客诉")
    s.title(1, "BOPP薄膜客户投诉跟踪表", 15)
    s.head(2, COLUMNS)
    day = dt.date
    s.record([1, "BP20-01", day(2020, 3, 4), "温州彩印一厂", "BOPP 28μm", coil(20411), "2号线", 860, "印刷时套印不准,膜面松弛", "收卷张力波动", "乙班", 6450, "成立", day(2020, 3, 20), "已关闭"])
    s.record([2, "BP20-02", day(2020, 3, 30), "汕头金利包装", "BOPP 18μm", coil(20533), "1号线", c(1240.5, 1240.5), "爽滑剂析出,热封不牢", "母料批次", "甲班", c("1.86万", "18600.00"), "成立", day(2020, 4, 25), "已关闭"])
    s.record([3, "BP20-03", day(2020, 6, 12), "温州彩印一厂", "BOPP 28μm", coil(907), "2号线", 300, "接头超过2个", "换卷失误", "丙班", 900, "成立", day(2020, 6, 18), "已关闭"])
    s.record([4, "BP20-04", day(2020, 8, 8), "昆山瑞丰胶带", "BOPP 胶带膜", coil(21877), "3号线", 5000, "电晕值低于38达因", None, None, None, "不成立", None, "处理中"])
    s.record([5, "BP20-05", day(2020, 11, 30), "汕头金利包装", "珠光膜 35μm", coil(23004), "3号线", 120, "晶点多", "过滤网破损", "甲班", 720, None, None, "待处理"])
    s.skip(9, ["合计", None, None, None, None, None, None, 7520.5, None, None, None, 26670], "subtotal")
    return book, xlsb.write(book)
