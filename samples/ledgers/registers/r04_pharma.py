"""A maker of active ingredients: the 1904 date system of a Mac, classes in Roman digits, batches as 000000, comments on cells."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c

COLUMNS = [
    ("投诉编号", "complaint_no"), ("投诉类别", "category"), ("接到投诉的日期", "complaint_date"), ("投诉单位", "customer_name"),
    ("国家或地区", "region"), ("品名", "product_name"), ("批号", "batch_no"), ("生产日期", "prod_date"), ("批量（kg）", "total_qty"),
    ("投诉事由", "complaint_desc"), ("原因分析", "cause"), ("纠正及预防措施", "corrective_action"), ("要求完成日", "due_date"),
    ("实际完成日", "closed_date"), ("是否召回", None), ("状态", "status"),
]  # fmt: skip


def batch(number):
    return c(number, f"{number:06d}", fmt="000000")


def make():
    book = Ledger("04-pharma-1904-comments.xlsx", date1904=True)
    s = book.sheet("Complaints", left=1, freeze=4, widths={4: 22, 10: 36, 11: 30})
    s.title(2, "原料药客户投诉登记表 REC-QA-010")
    s.head(4, COLUMNS)
    day = dt.date
    s.record(["C2020-01", "Ⅱ", day(2020, 2, 11), "华东制剂一厂", "浙江", "盐酸二甲双胍", batch(20114), day(2020, 1, 14), 500, "干燥失重0.9%,标准≤0.5%", "内袋封口不严,运输受潮", "封口机每班点检;增加干燥剂", day(2020, 2, 25), day(2020, 2, 24), "否", "结案"])
    row = s.record(["C2020-02", "Ⅰ", day(2020, 3, 30), "Solvex Pharma GmbH", "德国", "阿莫西林", batch(20203), day(2020, 2, 3), 1000, "液相图谱多一个未知峰0.15%", "新批次溶剂带入,留样复测确认", "溶剂供应商变更须做杂质谱", day(2020, 4, 20), day(2020, 4, 18), "否", "结案"],
                   extra={"批注(投诉事由)": "图谱见附件QA-20-033,客户4月2日补充。", "批注(批号)": "同批发往3家,均已通知。"})  # fmt: skip
    s.comments += [(row, 10, "图谱见附件QA-20-033,客户4月2日补充。"), (row, 7, "同批发往3家,均已通知。")]
    s.record(["C2020-03", "Ⅲ", day(2020, 5, 9), "中原药业", "河南", "盐酸二甲双胍", batch(20330), day(2020, 3, 30), 500, "外桶标签批号打印模糊", "色带未及时更换", "每200桶更换色带", day(2020, 5, 30), day(2020, 5, 15), "否", "结案"])
    row = s.record(["C2020-04", "Ⅰ", day(2020, 9, 1), "岭南制药", "广东", "头孢氨苄", batch(20817), day(2020, 8, 17), 750, "发现黑色异物2粒,疑似橡胶", "干燥机密封圈破损", "同型号设备全部检查;密封圈改为半年更换", day(2020, 9, 8), None, "是", "处理中"],
                   extra={"批注(是否召回)": "二级召回,总经理9月3日批准。"})  # fmt: skip
    s.comments.append((row, 15, "二级召回,总经理9月3日批准。"))
    s.record(["C2020-05", "Ⅲ", day(2020, 11, 24), "Medica Andina S.A.", "秘鲁", "阿莫西林", batch(21009), day(2020, 10, 9), 1000, "短重,实收998.5kg", None, None, day(2020, 12, 15), None, "否", "未处理"])
    book.map(COLUMNS)
    return book, xlsx.write(book)
