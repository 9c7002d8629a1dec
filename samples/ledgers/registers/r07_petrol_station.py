"""A petrol station's list, saved by Excel as Unicode text: UTF-16 with tabs, times as the staff wrote them."""
from writers import delimited
from writers.model import Ledger, c

COLUMNS = [
    ("投诉时间", "complaint_date"), ("站点", None), ("投诉人", "contact"), ("联系电话", "phone"), ("投诉形式", "channel"),
    ("投诉内容", "complaint_desc"), ("处理结果", "result"), ("处理人", "owner"), ("是否结案", "status"), ("备注", "remark"),
]  # fmt: skip


def make():
    book = Ledger("07-petrol-station-utf16.txt")
    s = book.sheet("07-petrol-station-utf16")
    s.skip(1, ["加油站投诉登记（2018年）"], "title")
    s.head(2, COLUMNS)
    s.record([c("2018-1-6 14:30", "2018-01-06T14:30:00"), "城北站", "马先生", "13609871234", "现场", "加油机多跳3升,油箱才45升加了48升", "校验枪合格,客户接受解释", "站长王霞", "是"])
    s.record([c("2018年2月3日 下午2:30", "2018-02-03T14:30:00"), "城北站", "杜女士", "13609874321", "电话", "加油员态度差,摔枪", "当面道歉,培训", "站长王霞", "是"])
    s.record([c("2018/2/17 9:05:00", "2018-02-17T09:05:00"), "环城站", "不愿透露", None, "现场", "洗车刮花前保险杠", "赔偿200元", "班长刘洋", "是"])
    s.record([c("18.3.9 20:15", "2018-03-09T20:15:00"), "环城站", "何先生", "15800001212", "电话", "加92号后熄火,怀疑油里有水", "取油样封存,送检合格", "站长王霞", "是", "4S店证明喷油嘴积碳"])
    s.record([c("2018-05-01 上午8:00", "2018-05-01T08:00:00"), "城北站", "司师傅", "13988877766", "意见簿", "发票机坏,开不了票", "次日补开并邮寄", "班长刘洋", "是"])
    s.record([c("２０１８－０７－１２", "2018-07-12"), "环城站", "古小姐", "１３８００００１１２２", "12315", "广告写“加满送水”,实际不送", None, "站长王霞", "否"], phone="13800001122")
    data = delimited.write(book, "utf-16-le", "\t", bom=b"\xff\xfe")
    return book, data
