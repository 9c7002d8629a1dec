"""A garment maker's single sheet: last year's table above, this year's below with other columns, and sums scribbled at the side."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c, f

OLD = [
    ("编号", "complaint_no"), ("日期", "complaint_date"), ("客户", "customer_name"), ("款号", "product_model"), ("投诉问题", "complaint_desc"),
    ("涉及数量", "defect_qty"), ("处理结果", "result"), ("是否结案", "status"),
]  # fmt: skip
NEW = [
    ("客诉编号", "complaint_no"), ("客户名称", "customer_name"), ("客诉时间", "complaint_date"), ("款号", "product_model"), ("订单号", "order_no"),
    ("问题描述", "complaint_desc"), ("客诉数量", "defect_qty"), ("责任部门", "resp_dept"), ("状态", "status"),
]  # fmt: skip


def make():
    book = Ledger("20-garments-two-tables.xlsx")
    s = book.sheet("客诉", left=1, widths={2: 14, 3: 18, 5: 26})
    s.title(1, "2022年客诉")
    s.head(2, OLD)
    day = dt.date
    s.record(["G22-01", day(2022, 4, 6), "悦裳商贸", "TS-1180", "水洗后掉色,染到浅色衣物", 60, "退货", "是"])
    s.put(3, 11, "欠款")
    s.put(3, 12, 3600)
    s.warn(3, "beside_the_table")
    s.record(["G22-02", day(2022, 6, 20), "Maple & Sons", "JK-2201", "Zip breaks after few uses", 24, "补拉链", "是"])
    s.record(["G22-03", day(2022, 10, 9), "悦裳商贸", "TS-1180", "尺码标错,M标成L", 200, "换标", "是"])
    s.skip(6, ["合计", None, None, None, None, 284], "subtotal")
    s.title(9, "2023年客诉")
    s.head(10, NEW)
    s.record(["G23-01", "Maple & Sons", day(2023, 2, 2), "JK-2201", "PO-77120", "缝份不足,腋下开线", 15, "二车间", "完成"])
    s.record(["G23-02", "悦裳商贸", day(2023, 5, 30), "DR-0302", "PO-77301", "异味重,客户怀疑甲醛超标", 500, "洗水厂", "处理中"])
    s.record(["G23-03", "同上", day(2023, 6, 1), "DR-0302", "同上", "断针残留,儿童裙,已停售", 1, "二车间", "待处理"], customer_name="悦裳商贸", order_no="PO-77301")
    s.skip(14, ["合计", None, None, None, None, None, 516], "subtotal")
    book.map(OLD, NEW)
    return book, xlsx.write(book)
