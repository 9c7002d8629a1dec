"""A maker of hydraulic parts whose officers changed every year: each wrote dates, counts, sums and states in a way of his own."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c

COLUMNS = [
    ("投诉编号", "complaint_no"), ("投诉日期", "complaint_date"), ("客户名称", "customer_name"), ("联系电话", "phone"), ("投诉内容", "complaint_desc"),
    ("不良数量", "defect_qty"), ("损失金额（元）", "claim_amount"), ("结案日期", "closed_date"), ("状态", "status"),
]  # fmt: skip


def make():
    book = Ledger("19-hydraulics-every-form.xlsx")
    s = book.sheet("2024", freeze=2, widths={1: 14, 2: 20, 4: 34})
    s.title(1, "液压件客户投诉台账", 9)
    s.head(2, COLUMNS)
    day = dt.date
    date, amount, count, closed, status = "投诉日期", "损失金额（元）", "不良数量", "结案日期", "状态"
    s.record(["YY-001", day(2024, 1, 5), "常州华锻", "0519-8877 6001", "油缸爬行", 3, 1200, day(2024, 1, 20), "已结案"])
    s.record(["YY-002", c("24.1.6", "2024-01-06"), "常州华锻", "0519-8877 6001", "活塞杆拉伤", c("3台", 3), c("￥1,200.50", "1200.50"), c("24.1.21", "2024-01-21"), "完成"])
    s.record(["YY-003", c("2024/1/7 ", "2024-01-07"), "潍坊重机", c(13806440003.0, "13806440003"), "换向阀卡滞", c("12 PCS", 12), c("RMB 500", "500.00"), c("/", None), "处理中"])
    s.record(["YY-004", c(20240108, "2024-01-08"), "潍坊重机", c(13806440003.0, "13806440003"), "密封圈材质不符,一周内硬化", c("1,200件", 1200), c("1.2万元", "12000.00"), c(20240201, "2024-02-01"), "OK"])
    s.record(["YY-005", c(45300, "2024-01-09"), "三明锻压", "13605980005", "齿轮泵噪声85dB", 1, c("/", None), c("-", None), "跟进中"])
    s.record(["YY-006", c("45301", "2024-01-10"), "三明锻压", "13605980005", "管接头渗油", c("约20件", 20), c("500元整", "500.00"), c("45310", "2024-01-19"), "√"], warn="about")
    s.record(["YY-007", c("二〇二四年一月十一日", "2024-01-11"), "Oleo Hidraulica Ltda", "+55 11 5550 0101", "Cylinder rod bent in transit", c("１２", 12), c("（300）", "-300.00"), c("二〇二四年二月一日", "2024-02-01"), "Closed"])
    s.record(["YY-008", c("2024年1月", None), "徐州工机", "13852000008", "多路阀内泄", 0, c("0", "0.00"), None, "待验证"], extra={date: "2024年1月"}, warn="date_vague")
    s.record(["YY-009", c("2024年1月上旬", None), "徐州工机", "13852000008", "溢流阀啸叫", 2, c("约3000", "3000.00"), None, "待处理"], extra={date: "2024年1月上旬"}, warn=["date_vague", "about"])
    s.record(["YY-010", c("2024-01-14T08:30:00", "2024-01-14T08:30:00"), "临沂液压站", "13905390010", "油箱焊缝漏", 1, c("3000-5000", None), None, "N"], extra={amount: "3000-5000"}, warn="amount_unclear")
    s.record(["YY-011", c("15-Jan-24", "2024-01-15"), "Oleo Hidraulica Ltda", "+55 11 5550 0101", "Wrong thread: BSP instead of NPT", c("40pcs", 40), c("US$300", "300.00"), c("30-Jan-24", "2024-01-30"), "Closed"], warn="currency")
    s.record(["YY-012", day(2024, 1, 16), "常州华锻", "0519-8877 6001", "整批尺寸超差", c("全部", None), c(8600.456, "8600.46"), None, "处理中"], extra={count: "全部"}, warn="count_unclear")
    s.record(["YY-013", day(2024, 1, 17), "潍坊重机", c(13806440003.0, "13806440003"), "油温过高", c("2.5kg", 2.5), c("无", None), None, c("待客户确认", None)], extra={status: "待客户确认"}, warn="status_unknown")
    s.record(["YY-014", day(2024, 1, 18), "临沂液压站", c("13905390010/0539-8123456", "13905390010/0539-8123456"), "压力表坏", 1, 45, c(0, None, fmt="yyyy/m/d"), "未处理"], may=True)
    s.record(["YY-015", c(dt.datetime(2024, 1, 19, 16, 45), "2024-01-19T16:45:00"), "三明锻压", "13605980005", "泵轴断裂,飞出碎片,操作工手指划伤", 1, c("2万", "20000.00"), None, "×"])
    # Dates that run backwards: closed before it was complained of; and closed, but the status says open.
    s.record(["YY-016", day(2024, 1, 22), "徐州工机", "13852000008", "蓄能器充不上气", 1, 260, day(2023, 1, 30), "已结案"], warn="closed_before_complaint")
    s.record(["YY-017", day(2024, 1, 23), "徐州工机", "13852000008", "滤芯堵塞", 6, 180, day(2024, 1, 30), "未结案"], warn="closed_date_but_open")
    return book, xlsx.write(book)
