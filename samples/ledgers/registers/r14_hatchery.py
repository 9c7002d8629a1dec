"""A hatchery's OpenDocument register: days that do not exist, #N/A where a lookup failed, counts in thousands, a note below."""
import datetime as dt

from writers import ods
from writers.model import Ledger, c, error

COLUMNS = [
    ("编号", "complaint_no"), ("抱怨日期", "complaint_date"), ("顾客的名称", "customer_name"), ("区域", "region"), ("电话", "phone"),
    ("品种", "product_name"), ("批次号", "batch_no"), ("出货数量", "total_qty"), ("死淘数", None), ("投诉内容", "complaint_desc"),
    ("顾客的要求", "demand"), ("责任判定", "resp_dept"), ("处理结果", "result"), ("赔偿金额（万元）", "claim_amount"), ("结案状态", "status"),
]  # fmt: skip


def make():
    book = Ledger("14-hatchery.ods")
    s = book.sheet("雏鸡抱怨", left=1)
    s.title(2, "孵化场顾客抱怨登记")
    s.head(4, COLUMNS)
    day = dt.date
    s.record(["F22-01", day(2022, 2, 8), "大丰养殖合作社", "苏北", "13815500101", "白羽肉鸡苗", "220206A", 12000, 380, "运到后三天死亡率偏高,脐炎", "补苗", "孵化车间", "补苗400只", c(0.12, "1200.00"), "已结案"])
    s.record(["F22-02", c("2022-02-30", None), "丁集镇王家养鸡场", "苏北", "13815500102", "白羽肉鸡苗", "220226C", 8000, 45, "公母不分,要求全公", "折价", "销售部", "每只减0.1元", c(0.08, "800.00"), "已结案"],
             extra={"抱怨日期": "2022-02-30"}, warn="date_impossible")  # fmt: skip
    s.record(["F22-03", day(2022, 4, 17), error("#N/A", "VLOOKUP(C7;$客户.A1:B90;2;0)"), "皖北", "13905600103", "青脚麻鸡苗", "220415B", 5000, 900, "途中闷死900只", "赔偿", "运输", "承运人赔付", c(0.36, "3600.00"), "已结案"], warn="error_cell")
    s.record(["F22-04", c("2022年13月2日", None), "来安孙老板", "皖东", "13905500104", "青脚麻鸡苗", "220428A", 3000, 12, "疫苗证明没有随车", None, "质检科", "补寄", None, "已结案"],
             extra={"抱怨日期": "2022年13月2日"}, warn="date_impossible")  # fmt: skip
    s.record(["F22-05", day(2022, 6, 1), "大丰养殖合作社", "苏北", "13815500101", "白羽肉鸡苗", "220530A", 12000, error("#DIV/0!", "J9/0"), "均匀度差,弱苗多", "补苗", None, None, None, "待处理"], warn="error_cell")
    s.record(["F22-06", c("２０２２．７．９", "2022-07-09"), "五河县联户", "皖北", "13905520106", "白羽肉鸡苗", "220707D", c("1.5万只", 15000), 20, "数量短少60只", "补数", "发货组", "补60只", None, "处理中"])
    s.skip(12, ["注：抱怨一周内书面答复。"], "note")
    return book, ods.write(book)
