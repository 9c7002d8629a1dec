"""An overseas ledger of 25 columns: a title above the header, rows prepared with a number and formulas only, four words for the status."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c, f

COLUMNS = [
    ("序号", "-"), ("年", "-"), ("月", "-"), ("客诉单编号", "complaint_no"), ("客诉日期", "complaint_date"), ("国家或地区", "region"),
    ("客户代码", "customer_code"), ("客户名称", "customer_name"), ("是否大客户", "customer_tier"), ("产品名称", "product_name"),
    ("产品编码", "product_model"), ("销售订单", "order_no"), ("柜号", "batch_no"), ("问题描述", "complaint_desc"), ("问题大类", "category"),
    ("不良数", "defect_qty"), ("出货数量", "total_qty"), ("责任工厂", "resp_dept"), ("原因简述", "cause"), ("对策简述", "corrective_action"),
    ("应结案日期", "due_date"), ("实际完成日期", "closed_date"), ("是否超期", "-"), ("索赔金额", "claim_amount"), ("结案状况", "status"),
]  # fmt: skip


def make():
    book = Ledger("13-overseas-25-columns.xlsx")
    s = book.sheet("所有客诉", freeze=2, widths={7: 22, 13: 40, 18: 28, 19: 28})
    s.title(1, "海外客诉台账（2024）", 25)
    s.head(2, COLUMNS)
    day = dt.date

    def row(at, *values, status, warn=(), **more):
        number, when, *rest = values
        due = day.fromordinal(when.toordinal() + 30)
        closed = rest[-2]
        late = "是" if isinstance(closed, day) and closed > due else "否"
        line = at + 2
        cells = [f("ROW()-2", at), f(f"YEAR(E{line})", when.year), f(f"MONTH(E{line})", when.month), number, when, *rest[:-2]]
        cells += [f(f"E{line}+30", due), closed, f(f'IF(V{line}>U{line},"是","否")', late), rest[-1], status]
        s.record(cells, row=line, warn=warn, **more)

    row(1, "HW24001", day(2024, 1, 4), "智利", "C10032", "Andes Hogar SpA", "是", "电热水壶", "KT-17B", "SO2310881", "TGHU 912233-1", "壶底漏水,客户连锁店退货32台", "漏水", 32, 6000, "一厂", "硅胶圈错装", "防错治具", day(2024, 1, 30), c(18500, fmt='"¥"#,##0.00'), status="结案")
    row(2, "HW24002", day(2024, 1, 18), "阿联酋", "C10107", "Gulf Star Trading LLC", "否", "电风扇", "FS-40", "SO2311020", "MSKU 334410-8", "说明书缺阿拉伯文,海关扣货", "资料", 2400, 2400, "外销部", "订单备注漏看", "清关资料清单", day(2024, 3, 1), c(32000.5, fmt='"¥"#,##0.00'), status="关闭")
    row(3, "HW24003", day(2024, 2, 29), "德国", "C10001", "Hausmann GmbH", "是", "空气炸锅", "AF-55D", "SO2312007", "OOLU 810077-2", "使用中冒烟,无人受伤,客户要求停售调查", "安全", 1, 3000, "二厂", "发热管端子虚接", "端子拉力全检", day(2024, 3, 25), 0, status="结案")
    row(4, "HW24004", day(2024, 3, 11), "墨西哥", "C10088", "Casa Azteca S.A.", "否", "电热水壶", "KT-17B", "SO2401003", "TGHU 912299-0", "电源线短,只有0.6米,合同0.75米", "尺寸", 1200, 1200, "一厂", "BOM版本错", "ECN双人确认", None, c(7800, fmt='"¥"#,##0.00'), status="未结案")
    row(5, "HW24005", day(2024, 4, 2), "沙特", "C10110", "Najd Home Est.", "否", "电风扇", "FS-40", "SO2401450", "MSKU 339021-5", "扇叶裂,5台", "外观", 5, 1800, "三厂", None, None, None, None, status=c("暂停", "in_progress"), warn="suspended")
    row(6, "HW24006", day(2024, 4, 26), "德国", "C10001", "Hausmann GmbH", "是", "空气炸锅", "AF-55D", "SO2402031", "OOLU 811200-4", "涂层脱落,消费者担心食用", "涂层", 14, 3000, "二厂", "喷砂粗糙度不足", "首件测粗糙度", day(2024, 6, 20), c(44210, fmt='"¥"#,##0.00'), status="关闭")
    row(7, "HW24007", day(2024, 5, 9), "智利", "C10032", "Andes Hogar SpA", "是", "空气炸锅", "AF-40", "SO2402277", "TGHU 913310-7", "包装压扁,整托盘", "包装", 96, 2000, "一厂", "托盘超高", None, None, 0, status="未结案")
    # Rows that were prepared for the rest of the year: a number and what the formulas leave.
    for at in range(8, 13):
        line = at + 2
        s.skip(line, [f("ROW()-2", at), f(f'IF(E{line}="","",YEAR(E{line}))', ""), f(f'IF(E{line}="","",MONTH(E{line}))', "")] + [None] * 17
               + [f(f'IF(E{line}="","",E{line}+30)', ""), None, f('""', "")], "template")  # fmt: skip
    return book, xlsx.write(book)
