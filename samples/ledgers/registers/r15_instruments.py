"""An instrument dealer's list full of doubts: headers that may mean two things, formulas saved without values, #N/A, status against 是否结案."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c, error, f

COLUMNS = [
    ("编号", "-"), ("单据号", "complaint_no"), ("日期", "complaint_date"), ("客户", "customer_name"), ("品名", "product_name"),
    ("型号", "product_model"), ("规格", None), ("数量", "defect_qty"), ("问题描述", "complaint_desc"), ("责任部门", "resp_dept"),
    ("责任单位", None), ("处理措施", "result"), ("金额", "claim_amount"), ("状态", None), ("是否结案", "status"), ("天数", None),
]  # fmt: skip
QUESTIONS = ["编号", "日期", "数量", "型号", "规格", "责任单位", "责任部门", "处理措施", "状态"]


def make():
    book = Ledger("15-instruments-doubtful.xlsx")
    book.questions = QUESTIONS
    s = book.sheet("Sheet1", freeze=1, widths={3: 22, 8: 34})
    s.head(1, COLUMNS)
    day = dt.date
    s.record([1, "FW-0601", day(2017, 6, 5), "楚才仪器", "电子天平", "JA2003", "200g/1mg", 1, "零点漂移,开机半小时不稳", "技术部", "湖北分公司", "更换传感器", 450, "已完成", "是", c(12, "12")], extra={"状态": "已完成"})
    s.record([2, "FW-0602", day(2017, 6, 19), "江城检测站", "酸度计", "PHS-3C", "0-14pH", 2, "电极破损两支", "仓储部", "湖北分公司", "补发电极", 160, "已完成", "是", c(3, "3")], extra={"状态": "已完成"})
    s.record([3, "FW-0701", day(2017, 7, 3), "楚才仪器", "离心机", "TG-16", "16000r/min", 1, "运行中盖子弹开,转子飞出,操作员手臂擦伤", "技术部", "生产厂", "停用,厂家到场", f("H4*3000", None, None), "处理中", "是", c(30, "30")],
             extra={"状态": "处理中"}, warn=["uncomputed", "status_conflict"])  # fmt: skip
    s.record([4, "FW-0702", day(2017, 7, 21), error("#N/A"), "移液器", "P1000", "100-1000μl", 6, "吸不上液", "采购部", "供应商", "换货", 1200, "已完成", "是", c(9, "9")], warn="error_cell", extra={"状态": "已完成"})
    s.record([5, "FW-0801", day(2017, 8, 8), "随州二中", "显微镜", "XSP-2CA", "1600X", 20, "物镜发霉", "仓储部", "湖北分公司", "清洁,改干燥保存", 300, "处理中", "否", f("TODAY()-C6", None, None)],
             extra={"状态": "处理中"}, warn="uncomputed")  # fmt: skip
    s.reject(7, [6, None, day(2017, 8, 30), None, None, None, None, None, None, "技术部", None, None, 88, None, None, None], "nothing_to_complain_of")
    s.skip(8, ["总计", None, None, None, None, None, None, f("SUM(H2:H7)", None)], "subtotal")
    return book, xlsx.write(book)
