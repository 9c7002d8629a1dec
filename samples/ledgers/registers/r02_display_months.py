"""A display maker's year: one sheet a month, the year only in the title, merged customers, dittos, Y and N, a header again halfway."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c, f

COLUMNS = [
    ("NO.", "-"), ("客户", "customer_name"), ("反馈日期", "complaint_date"), ("机种\n型号", "product_model"), ("LOT", "batch_no"),
    ("不良现象", "complaint_desc"), ("不良数\n(PCS)", "defect_qty"), ("批量\nPCS", "total_qty"), ("不良率", "defect_rate"),
    ("责任单位", "resp_dept"), ("临时措施", "containment"), ("是否结案", "status"),
]  # fmt: skip


def rate(bad, all_):
    return f(f"{bad}/{all_}", bad / all_, f"{bad / all_:.2%}", fmt="0.00%")


def make():
    book = Ledger("02-display-panels-2019.xlsx")
    s = book.sheet("1月", freeze=2, widths={1: 16, 5: 30})
    s.title(1, "2019年1月 客诉记录", 12)
    s.head(2, COLUMNS)
    s.record([1, "深圳锐视电子", c("1月3日", "2019-01-03"), "LCM-070A", "1812A03", "竖线", 3, 500, rate(3, 500), "模组一课", "库存全检", "Y"])
    s.record([2, None, c("1月3日", "2019-01-03"), "LCM-070A", "1812A05", "漏光", 11, 500, rate(11, 500), "背光课", "库存全检", "Y"], customer_name="深圳锐视电子")
    s.record([3, None, c("1/9", "2019-01-09"), "LCM-101C", "1901C02", "花屏,晃动后恢复", 2, 1200, rate(2, 1200), "模组二课", "加固FPC", "Y"], customer_name="深圳锐视电子")
    s.merges.append((3, 1, 5, 1))
    s.record([4, "苏州安捷仪表", dt.date(2019, 1, 15), "LCM-043", "1811B17", "触摸不灵", 25, 300, rate(25, 300), "TP课", "换货300片", "Y"])
    s.record([5, "〃", dt.date(2019, 1, 22), "〃", "〃", "触摸不灵(换货后再发)", 4, 300, rate(4, 300), "〃", "停线排查", "N"],
             customer_name="苏州安捷仪表", product_model="LCM-043", batch_no="1811B17", resp_dept="TP课")  # fmt: skip
    s.skip(8, ["本月合计", None, None, None, None, None, f("SUM(G3:G7)", 45), f("SUM(H3:H7)", 2800)], "subtotal")
    s = book.sheet("2月", freeze=2, widths={1: 16, 5: 30})
    s.title(1, "2019年2月 客诉记录", 12)
    s.head(2, COLUMNS)
    s.record([1, "厦门海纳通讯", c("2月14日", "2019-02-14"), "LCM-024", "1901D08", "亮点≥3个", 7, 2000, rate(7, 2000), "模组一课", "加严抽检", "Y"])
    s.record([2, "厦门海纳通讯", c("2月月初", None), "LCM-024", "1901D02", "偏光片贴附气泡", 15, 2000, rate(15, 2000), "模组一课", "返工", "Y"],
             extra={"反馈日期": "2月月初"}, warn="date_vague")  # fmt: skip
    s.record([3, "惠州立信", c("2.26", "2019-02-26"), "LCM-050H", "1902A01", "尺寸超差,装不进壳", 40, 800, rate(40, 800), "冲压外协", "挑选使用", "N"])
    s.skip(6, ["本月合计", None, None, None, None, None, f("SUM(G3:G5)", 62), f("SUM(H3:H5)", 4800)], "subtotal")
    s = book.sheet("3月", freeze=2, widths={1: 16, 5: 30})
    s.title(1, "2019年3月 客诉记录", 12)
    s.head(2, COLUMNS)
    s.record([1, "深圳锐视电子", c("3月1日", "2019-03-01"), "LCM-070A", "1902A11", "横线", 1, 500, rate(1, 500), "模组一课", None, "Y"])
    s.record([2, "同上", c("3月5日", "2019-03-05"), "同上", "1902A12", "黑屏", 2, 500, rate(2, 500), "同上", None, "Y"],
             customer_name="深圳锐视电子", product_model="LCM-070A", resp_dept="模组一课")  # fmt: skip
    # The second half of the month was pasted from a colleague, header and all.
    s.head(5, COLUMNS, why="repeated_header")
    s.record([3, "东莞华亿车载", dt.date(2019, 3, 19), "LCM-123W", "1903E01", "低温-20℃启动无显示", 5, 60, rate(5, 60), "研发部", "更改驱动参数", "N"])
    s.record([4, "东莞华亿车载", dt.date(2019, 3, 28), "LCM-123W", "1903E01", "残影严重", 3, 60, rate(3, 60), "研发部", None, "N"])
    s.skip(8, ["本月合计", None, None, None, None, None, f("SUM(G3:G7)", 11), f("SUM(H3:H7)", 1120)], "subtotal")
    s = book.sheet("汇总")
    s.skip(1, ["2019年一季度客诉汇总"], "other_sheet", bold=True)
    s.skip(2, ["月份", "件数", "结案数", "结案率"], "other_sheet", bold=True)
    s.skip(3, ["1月", 5, 4, c(0.8, fmt="0%")], "other_sheet")
    s.skip(4, ["2月", 3, 2, c(2 / 3, fmt="0%")], "other_sheet")
    s.skip(5, ["3月", 4, 2, c(0.5, fmt="0%")], "other_sheet")
    book.map(COLUMNS)
    return book, xlsx.write(book)
