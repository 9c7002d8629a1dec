"""A car-parts maker's tracking list in two languages: line breaks in headers, ppm, numbers twice, the same row twice."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c

COLUMNS = [
    ("No.", "-"), ("客诉编号\nComplaint No.", "complaint_no"), ("投诉日期\nDate", "complaint_date"), ("客户\nCustomer", "customer_name"),
    ("市场\nMarket", "region"), ("料号\nP/N", "product_model"), ("批次\nLot No.", "batch_no"), ("不良数量\nNG Qty", "defect_qty"),
    ("出货数量\nTotal Qty", "total_qty"), ("问题描述*\nIssue description", "complaint_desc"), ("严重程度\nSeverity", "severity"),
    ("临时措施\nContainment", "containment"), ("根本原因\nRoot cause", "cause"), ("长期措施\nCorrective action", "corrective_action"),
    ("责任人\nOwner", "owner"), ("3D完成时间", "d3_date"), ("8D完成时间", "d8_date"), ("状态\nStatus", "status"),
]  # fmt: skip


def make():
    book = Ledger("11-car-parts-bilingual.xlsx")
    s = book.sheet("Tracking", freeze=2, widths={1: 14, 3: 20, 9: 34, 12: 28, 13: 28})
    s.title(1, "客诉追踪总览表 Customer Complaint Tracking List", 18)
    s.head(2, COLUMNS)
    day = dt.date
    first = [1, "CC-23-011", day(2023, 1, 12), "Brightway Motors", "国内", "7L0-612-040", "230105", 3, 1200, "制动软管接头渗油 Leak at fitting", "高", "库存全检,贴绿标", "扣压模具磨损0.05mm", "模具寿命管理", "韩涛", day(2023, 1, 13), day(2023, 1, 22), "Closed"]
    s.record(first)
    s.record([2, "CC-23-012", day(2023, 2, 2), "Fuji Seiko K.K.", "海外", "8X1-407-151", "230118", 1, 300, "Thread damaged, cannot be assembled", "低", "Sorting at customer", "转运碰伤", "改用隔板料箱", "罗燕", day(2023, 2, 3), day(2023, 2, 12), "Closed"])
    s.record([3, "CC-23-013", c("2023.2.30", None), "Brightway Motors", "国内", "7L0-612-040", "230212", 2, 1200, "软管长度短5mm", "中", "换货", "裁切定位松动", "加定位销防错", "韩涛", day(2023, 3, 2), day(2023, 3, 9), "Closed"],
             extra={"投诉日期\nDate": "2023.2.30"}, warn="date_impossible")  # fmt: skip
    # The second reader of the list pasted the first row again at the end of the quarter.
    s.record([4] + first[1:], merged=True)
    s.record([5, "CC-23-012", day(2023, 4, 18), "Hansa Fahrzeugteile", "海外", "8X1-407-155", "230401", 18, 900, "涂层脱落 Coating peels", "中", "Quarantine", None, None, "罗燕", day(2023, 4, 19), None, "Open"], warn="number_again")
    s.record([6, "CC-23-015", day(2023, 5, 5), "Brightway Motors", "国内", "7L0-612-088", "230420", 0, 1200, "标签贴错,料号不符", "低", "换标签", "两种料同台包装", "一台一料", "邱洁", day(2023, 5, 6), day(2023, 5, 15), "Closed"])
    s.record([7, "CC-23-016", day(2023, 6, 28), "Atlas Trucks Inc.", "海外", "7L0-612-041", "230605", 4, 500, "Hose burst in bench test, 1.6 MPa", "高", "停发,召回在途500件", None, None, "韩涛", day(2023, 6, 29), None, "In progress"])
    book.map(COLUMNS)
    return book, xlsx.write(book)
