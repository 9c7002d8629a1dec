"""A property manager's list with tabs in UTF-8: Chinese figures in dates, √ and ×, several complaints of one house with dittos."""
from writers import delimited
from writers.model import Ledger, c

COLUMNS = [
    ("日期", "complaint_date"), ("房号", None), ("业主姓名", "customer_name"), ("电话", "phone"), ("投诉类别", "category"),
    ("投诉事项", "complaint_desc"), ("责任部门", "resp_dept"), ("处理措施", "result"), ("完成日期", "closed_date"), ("是否结案", "status"),
]  # fmt: skip


def make():
    book = Ledger("08-property.tsv")
    s = book.sheet("08-property")
    s.head(1, COLUMNS)
    s.record([c("二〇二三年三月五日", "2023-03-05"), "3-1-502", "冯国强", "13811110001", "工程", "卫生间漏水到402,天花板鼓包", "工程部", "更换地漏,做闭水试验", c("二〇二三年三月九日", "2023-03-09"), "√"])
    s.record([c("二○二三年三月十二日", "2023-03-12"), "3-1-402", "蒋玉梅", "13811110002", "工程", "楼上漏水,要求赔偿吊顶", "工程部", "协调502赔付1500元", c("二〇二三年三月二十日", "2023-03-20"), "√"])
    s.record([c("2023年4月1日", "2023-04-01"), "5-2-1103", "沈先生", "13811110003", "秩序", "地下车位被占三天无人管", "秩序部", "联系车主挪车", c("2023年4月1日", "2023-04-01"), "√"])
    s.record([c("2023年4月18日", "2023-04-18"), "〃", "〃", "〃", "保洁", "楼道垃圾两天未清", "环境部", "增加巡查", c("2023年4月19日", "2023-04-19"), "√"],
             customer_name="沈先生", phone="13811110003", extra={"房号": "5-2-1103"})  # fmt: skip
    s.record([c("2023.5.30", "2023-05-30"), "1-1-301", "韩女士", "13811110005", "收费", "物业费多收一个季度", "财务部", "退款", c("2023.6.2", "2023-06-02"), "√"])
    s.record([c("20230611", "2023-06-11"), "2-3-804", "杨立", "13811110006", "工程", "电梯困人20分钟,老人受惊", "工程部", "维保单位道歉,更换门机", None, "×"])
    data = delimited.write(book, "utf-8", "\t", end="\n")
    return book, data
