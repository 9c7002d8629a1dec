"""A repair shop's ERP export: GBK, commas, numbers kept as ="000123", one text with a bare comma, a line with the count at the end."""
from writers import delimited
from writers.model import Ledger, c

COLUMNS = [
    ("工单号", "complaint_no"), ("登记时间", "complaint_date"), ("客户姓名", "customer_name"), ("用户手机号", "phone"),
    ("机型属性", "product_name"), ("机身号", None), ("故障大类", "category"), ("详细描述", "complaint_desc"), ("处理类型", "result"),
    ("客诉状态", "status"), ("解决时间", "closed_date"), ("赔偿金额", "claim_amount"), ("回访情况", "return_visit"),
]  # fmt: skip


def kept(text):
    """Text that the ERP keeps from being read as a number."""
    return c(f'="{text}"', text)


def when(text):
    return c(text, text.replace("/", "-").replace(" ", "T"))


def make():
    book = Ledger("06-repair-erp-gbk.csv")
    s = book.sheet("06-repair-erp-gbk")
    s.head(1, COLUMNS)
    s.record([kept("00000820191"), when("2021-03-05 09:14:33"), "张秀兰", kept("13800138000"), "平板电脑", kept("863391040012345"), "屏幕", "开机花屏", "换屏", "已关闭", when("2021-03-09 16:00:00"), c("0.00", "0.00"), "满意"])
    s.record([kept("00000820205"), when("2021-03-05 11:40:02"), "李卫东", kept("13911110002"), "智能手表", kept("863391040098871"), "电池", "充电时表背发烫,手腕有红印", "换机", "已关闭", when("2021-03-06 10:12:00"), c("200.00", "200.00"), "满意"])
    s.record([kept("00000820233"), when("2021-03-08 08:01:59"), "赵敏", kept("13700220033"), "平板电脑", kept("863391040055512"), "充电", '充电器插头断在插座里,写着"5V 2A"', "换充电器", "已关闭", when("2021-03-10 09:30:00"), None, "一般"])
    s.reject(5, ["00000820240", "2021-03-08 10:22:17", "钱大勇", "13600330044", "平板电脑", "863391040055777", "系统", "死机,重启无效", "刷机", "已关闭", "2021-03-09 10:00:00", "0.00", "满意"], "shifted")
    s.record([kept("00000820257"), when("2021-03-09 15:45:00"), "孙丽", kept("15012345678"), "蓝牙音箱", kept("NA"), "声音", "左声道无声\n按住开关有时恢复", "维修", "处理中", None, None, None])
    s.record([kept("00000820261"), when("2021-03-10 19:03:41"), "周建国", kept("18655667788"), "智能手表", kept("863391040099120"), "外观", "表带三天就断了", "补寄表带", "已关闭", when("2021-03-12 11:00:00"), c("-15.00", "-15.00"), "不满意"])
    s.record([kept("00000820270"), when("2021-03-11 09:00:00"), "吴芳", kept("13512340000"), "平板电脑", kept("863391040061001"), "屏幕", "屏幕有亮线", None, "待处理", None, None, None])
    s.skip(9, ["总记录数:7", None, None, "导出时间:2021-03-11 18:00:00"], "note")
    data = delimited.write(book, "gbk", ",", unquoted={5})
    return book, data
