"""A device maker's paper form kept as one sheet per complaint, with a list of contents in front."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c

FORMS = [
    ("YX2023-01", dt.date(2023, 2, 6), "仁和县人民医院", "设备科 唐工", "0712-322 8800", "输液泵", "SP-8", "2209017", c("2台", 2), "流速偏差,设定100ml/h实测约88ml/h", "免费检修并校准", "蠕动片磨损,批次材料硬度偏低", "更换蠕动组件,库存同批隔离", "生产部", c("2023年2月20日", "2023-02-20"), "是"),
    ("YX2023-02", dt.date(2023, 3, 14), "康宁社区卫生中心", "王护士长", "13477001188", "血压计", "BP-20", "2212044", c("1台", 1), "袖带漏气,测值偏低", "换新", "袖带接头粘接不良", "供应商整改,进料加测气密", "采购部", c("2023年3月20日", "2023-03-20"), "是"),
    ("YX2023-03", dt.date(2023, 6, 30), "仁和县人民医院", "设备科 唐工", "0712-322 8800", "监护仪", "PM-12", "2301009", c("1台", 1), "夜间血氧报警不响,护士巡房时发现", "立即派人,书面说明", "扬声器排线松脱", "同批36台现场检查", "质量部", None, "否"),
    ("YX2023-04", dt.date(2023, 9, 1), "Hospital San Rafael", "Ing. Morales", "+51 1 555 0101", "输液泵", "SP-8", "2303021", c("5台", 5), "电源插头与当地制式不符", "寄转换插头", "合同评审未列插头制式", "订单模板加必填项", "外贸部", c("2023年9月28日", "2023-09-28"), "是"),
]  # fmt: skip
MAPPING = [
    ("编号", "complaint_no"), ("投诉日期", "complaint_date"), ("客户名称", "customer_name"), ("联系人", "contact"), ("联系电话", "phone"),
    ("产品名称", "product_name"), ("规格型号", "product_model"), ("批号", "batch_no"), ("数量", "defect_qty"), ("投诉内容", "complaint_desc"),
    ("客户要求", "demand"), ("原因分析", "cause"), ("纠正措施", "corrective_action"), ("责任部门", "resp_dept"),
    ("结案日期", "closed_date"), ("是否结案", "status"),
]  # fmt: skip


def make():
    book = Ledger("09-device-forms.xlsx")
    s = book.sheet("目录", widths={1: 14, 2: 20})
    s.skip(1, ["2023年客户投诉处理单目录"], "other_sheet", bold=True)
    s.skip(2, ["序号", "编号", "页签"], "other_sheet", bold=True)
    for at, form in enumerate(FORMS, 1):
        s.skip(2 + at, [at, form[0], f"处理单{at}"], "other_sheet")
    for at, form in enumerate(FORMS, 1):
        number, day, customer, contact, phone, product, model, batch, count, said, wish, cause, action, dept, closed, done = form
        s = book.sheet(f"处理单{at}", widths={1: 22, 3: 22})
        s.line(1, ["客户投诉处理单"], bold=True)
        s.line(2, ["编号：", number, "投诉日期：", day])
        s.line(3, ["客户名称", customer, "联系人", contact])
        s.line(4, ["联系电话", phone, "产品名称", product])
        s.line(5, ["规格型号", model, "批号", batch])
        s.line(6, ["数量", count, "客户要求", wish])
        s.line(7, ["投诉内容", said])
        s.line(8, ["原因分析", cause])
        s.line(9, ["纠正措施", action])
        s.line(10, ["责任部门", dept, "结案日期", closed])
        s.line(11, ["是否结案", done])
        s.line(13, ["编制：钟婷", None, "审核：", None])
        s.merges += [(1, 0, 1, 3), (7, 1, 7, 3), (8, 1, 8, 3), (9, 1, 9, 3)]
        s.columns = MAPPING
        # The meaning of the whole sheet: one complaint.
        values = [number, day, customer, contact, phone, product, model, batch, count, said, wish, cause, action, dept, closed, done]
        s.mean(values, row=1)
    book.map(MAPPING)
    return book, xlsx.write(book)
