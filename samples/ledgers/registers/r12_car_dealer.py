"""A car dealer's .xls: rows hidden by a filter, a hidden column with the amounts, a hidden sheet of the year before."""
import datetime as dt

from writers import xls
from writers.model import Ledger, c

COLUMNS = [
    ("序号", "-"), ("投诉日期", "complaint_date"), ("客户姓名", "customer_name"), ("车牌号", None), ("联系电话", "phone"), ("车型", "product_model"),
    ("投诉渠道", "channel"), ("投诉内容", "complaint_desc"), ("投诉级别", "severity"), ("责任部门", "resp_dept"), ("赔偿金额", "claim_amount"),
    ("处理结果", "result"), ("关闭时间", "closed_date"), ("处理进度", "status"),
]  # fmt: skip


def make():
    book = Ledger("12-car-dealer-hidden.xls")
    s = book.sheet("2016", widths={7: 36, 11: 28})
    s.hidden_columns.add(10)
    s.title(1, "4S店客户投诉登记表2016", 14)
    s.head(2, COLUMNS)
    s.warn(0, "hidden_column")
    when = dt.datetime
    s.record([1, when(2016, 3, 1, 9, 20), "曹先生", "鄂A·K31T8", c(13986100021.0, "13986100021"), "锐行1.6", "展厅", "保养后机油盖没拧,机舱全是油", "重大", "售后部", 800, "清洗机舱,免三次保养", when(2016, 3, 1, 17, 0), "已关闭"])
    s.record([2, when(2016, 3, 6, 15, 5), "丁女士", "鄂A·7J052", c(13871200345.0, "13871200345"), "锐行1.6", "厂家热线", "交车延期一个月,销售顾问不接电话", "一般", "销售部", None, "送脚垫、贴膜", dt.date(2016, 3, 10), "已关闭"])
    s.record([3, when(2016, 4, 12, 10, 0), "余先生", "鄂B·P6690", c(18971000777.0, "18971000777"), "远途SUV", "电话", "高速行驶方向盘抖动,两次未修好", "重大", "售后部", 0, "更换轮毂轴承", dt.date(2016, 4, 20), "已关闭"], warn="hidden_row")
    s.hidden_rows.add(5)
    s.record([4, when(2016, 5, 2, 11, 30), "崔先生", "鄂A·2M116", c(13797010101.0, "13797010101"), "锐行1.6", "展厅", "空调异味,孩子咳嗽", "一般", "售后部", None, "清洗蒸发箱", None, "跟进中"])
    s.record([5, when(2016, 6, 18, 8, 45), "曹先生", "鄂A·K31T8", c(13986100021.0, "13986100021"), "锐行1.6", "微博", "同一问题第三次进店,要求退车", "重大", "售后部", None, None, None, "待处理"], warn="hidden_row")
    s.hidden_rows.add(7)
    s = book.sheet("2015旧", hidden=True)
    s.head(1, COLUMNS)
    s.warn(0, "hidden_sheet")
    s.record([1, dt.date(2015, 11, 11), "龙先生", "鄂A·00Q21", c(13907100011.0, "13907100011"), "远途SUV", "电话", "天窗漏水", "一般", "售后部", 0, "疏通排水管", dt.date(2015, 11, 15), "已关闭"])
    s.record([2, dt.date(2015, 12, 20), "邓女士", "鄂A·5T7R3", c(13971000022.0, "13971000022"), "锐行1.6", "展厅", "定金不退", "一般", "销售部", 5000, "退还定金", dt.date(2015, 12, 28), "已关闭"])
    book.map(COLUMNS)
    return book, xls.write(book)
