"""An aluminium maker: two header rows with merged cells, batches as 000000, weights with units, a subtotal after every quarter."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c, f

TOP = ["序号", "客诉编号", "客户信息", None, None, "产品信息", None, None, "数量（kg）", None, "投诉内容", "客诉日期", "责任单位", "损失金额（元）", "结案状况"]
LOW = [None, None, "客户名称", "联系人", "联系电话", "产品名称", "规格型号", "批次号", "出货数量", "不良数量"]
COLUMNS = [
    ("序号", "-"), ("客诉编号", "complaint_no"), ("客户信息/客户名称", "customer_name"), ("客户信息/联系人", "contact"),
    ("客户信息/联系电话", "phone"), ("产品信息/产品名称", "product_name"), ("产品信息/规格型号", "product_model"),
    ("产品信息/批次号", "batch_no"), ("数量（kg）/出货数量", "total_qty"), ("数量（kg）/不良数量", "defect_qty"),
    ("投诉内容", "complaint_desc"), ("客诉日期", "complaint_date"), ("责任单位", "resp_dept"), ("损失金额（元）", "claim_amount"),
    ("结案状况", "status"),
]  # fmt: skip


def batch(number):
    return c(number, f"{number:06d}", fmt="000000")


def make():
    book = Ledger("03-aluminium-two-header-rows.xlsx")
    s = book.sheet("客诉台账", freeze=4, widths={2: 22, 10: 34})
    s.title(1, "铝型材客户投诉台账（2021年）", 15)
    s.skip(2, ["文件编号：QR-8.2-07", None, None, None, None, None, None, None, None, None, None, None, "版本：A/2"], "title")
    s.columns = COLUMNS
    s.skip(3, TOP, "header", bold=True)
    s.skip(4, LOW, "header", bold=True)
    s.merges += [(3, at, 4, at) for at in (0, 1, 10, 11, 12, 13, 14)] + [(3, 2, 3, 4), (3, 5, 3, 7), (3, 8, 3, 9)]
    day = dt.date
    s.record([1, "LK2021-001", "佛山安居门窗", "黎小姐", "13927700181", "断桥隔热型材", "65系列", batch(1217), 5200, 180, "表面划伤,深度可触", day(2021, 1, 8), "包装车间", 2340, "已结案"])
    s.record([2, "LK2021-002", "长沙星城幕墙", "周工", "0731-8845 1200", "幕墙立柱", "130×60×3.0", batch(1302), 12000, 950, "喷涂颜色与色板不一致,ΔE=2.8", day(2021, 1, 26), "喷涂车间", 18600, "已结案"])
    s.record([3, "LK2021-003", "长沙星城幕墙", "周工", "0731-8845 1200", "幕墙横梁", "60×60×2.5", batch(1302), 8000, c("约200", 200), "弯曲度超标", day(2021, 3, 2), "挤压车间", c("4,000.00元", "4000.00"), "已结案"], warn="about")
    s.skip(8, ["一季度小计", None, None, None, None, None, None, None, f("SUM(I5:I7)", 25200), f("SUM(J5:J7)", 1330), None, None, None, f("SUM(N5:N7)", 24940)], "subtotal")
    s.record([4, "LK2021-004", "成都蜀新散热器", "何经理", "18980011235", "散热器型材", "SR-120", batch(245), 3000, c("35kg", 35), "齿片缺损", day(2021, 4, 12), "挤压车间", 700, "已结案"])
    s.record([5, "LK2021-005", "沈阳北方车厢", "郭工", "024-2568 7741", "车厢侧板", "6005A-T6", batch(90017), 21000, 21000, "硬度不足,HW 8~9,要求≥12,整批退货", day(2021, 5, 20), "时效班", c("12.6万元", "126000.00"), "处理中"])
    s.record([6, "LK2021-006", "佛山安居门窗", "黎小姐", "13927700181", "推拉窗型材", "80系列", batch(4410), 1500, 60, "氧化膜厚不足8μm", day(2021, 6, 30), "氧化车间", 1100.5, "已结案"])
    s.skip(12, ["二季度小计", None, None, None, None, None, None, None, f("SUM(I9:I11)", 25500), f("SUM(J9:J11)", 21095), None, None, None, f("SUM(N9:N11)", 127800.5)], "subtotal")
    s.record([7, "LK2021-007", "香港永固工程", "Mr. Lau", "+852 2388 0000", "防火门框料", "FD-45", batch(7008), 900, 12, "型腔内有铝屑", day(2021, 8, 17), None, 0, "待处理"])
    s.skip(14, ["合计", None, None, None, None, None, None, None, f("I8+I12+I13", 51600), f("J8+J12+J13", 22437), None, None, None, f("N8+N12+N13", 152740.5)], "subtotal")
    s.skip(16, ["备注：1、不良数量以客户确认为准；2、损失金额含运费。"], "note")
    book.map(COLUMNS)
    return book, xlsx.write(book)
