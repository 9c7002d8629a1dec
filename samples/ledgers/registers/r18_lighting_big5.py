"""A lighting dealer's list from Hong Kong: Big5, commas, dates day first beyond doubt, dollars."""
from writers import delimited
from writers.model import Ledger, c

COLUMNS = [
    ("投訴編號", "complaint_no"), ("投訴日期", "complaint_date"), ("客戶名稱", "customer_name"), ("聯絡電話", "phone"), ("產品型號", "product_model"),
    ("投訴內容", "complaint_desc"), ("處理方法", "result"), ("索償金額", "claim_amount"), ("結案日期", "closed_date"), ("狀態", "status"),
]  # fmt: skip


def day(text):
    return c(text, "-".join(f"{int(part):02d}" for part in reversed(text.split("/"))))


def make():
    book = Ledger("18-lighting-big5.csv")
    s = book.sheet("18-lighting-big5")
    s.head(1, COLUMNS)
    s.record(["HK-501", day("13/1/2022"), "旺角酒店", "2388 0101", "LED-9W", "更換後兩星期熄滅,共40個", "全數更換", c("HK$1,200", "1200.00"), day("28/1/2022"), "已結案"])
    s.record(["HK-502", day("25/2/2022"), "沙田護老院", "2688 0102", "T5-28W", "燈盤墜下,幸無人受傷", "檢查全部支架", c("HK$6,800", "6800.00"), day("30/3/2022"), "已結案"])
    s.record(["HK-503", day("19/4/2022"), "觀塘貨倉", "2344 0103", "HB-150W", "頻閃,工人頭暈", None, None, None, "處理中"])
    s.record(["HK-504", day("31/5/2022"), "旺角酒店", "2388 0101", "LED-9W", "色溫不一", "換貨", c("0", "0.00"), day("14/6/2022"), "已結案"])
    data = delimited.write(book, "big5", ",")
    return book, data
