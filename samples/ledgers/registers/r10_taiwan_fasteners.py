"""A maker of screws in Taiwan: Traditional script, years of the Republic, New Taiwan dollars."""
import datetime as dt

from writers import xlsx
from writers.model import Ledger, c

COLUMNS = [
    ("項次", "-"), ("客訴編號", "complaint_no"), ("客訴日期", "complaint_date"), ("客戶名稱", "customer_name"), ("聯絡人", "contact"),
    ("電話", "phone"), ("品名", "product_name"), ("規格", "product_model"), ("批號", "batch_no"), ("出貨數量", "total_qty"), ("不良數量", "defect_qty"),
    ("客訴內容", "complaint_desc"), ("責任單位", "resp_dept"), ("原因分析", "cause"), ("改善對策", "corrective_action"),
    ("賠償金額(NT$)", "claim_amount"), ("結案日期", "closed_date"), ("結案狀況", "status"),
]  # fmt: skip


def roc(text):
    year, month, day = (int(part) for part in text.split("/"))
    return c(text, f"{year + 1911}-{month:02d}-{day:02d}")


def make():
    book = Ledger("10-taiwan-fasteners.xlsx")
    s = book.sheet("客訴一覽表", freeze=3, widths={3: 18, 11: 34, 13: 26, 14: 26})
    s.title(1, "113年度客訴一覽表", 18)
    s.head(3, COLUMNS)
    s.warn(0, "republic_years")
    rows = [
        [1, "C11301001", roc("113/1/9"), "高雄岡山五金", "林課長", "07-6221234", "內六角", "M6x20", "A30112", 20000, 35, "螺紋不通規,無法鎖入", "搓牙課", "牙板磨損未更換", "每5萬支檢查牙板", c("12,000", "12000.00"), roc("113/1/25"), "已結案"],
        [2, "C11301002", roc("113/1/22"), "Nordfast AB", "Ms. Berg", "+46 8 555 0199", "六角螺帽", "M8", "B30120", 100000, 400, "電鍍層起泡", "電鍍外包", "前處理酸洗不足", "外包商重新稽核", c("NT$85,000", "85000.00"), roc("113/3/5"), "已結案"],
        [3, "C11303001", roc("113/3/5"), "台中精機零件", "黃小姐", "04-23550000", "自攻螺絲", "#8", "A30305", 50000, c("1,250支", 1250), "混料,含#10規格", "包裝課", None, None, None, None, "處理中"],
        [4, "C11305001", dt.date(2024, 5, 18), "高雄岡山五金", "林課長", "07-6221234", "內六角", "M6x20", "A30502", 20000, 12, "頭部裂紋,鎖附時斷裂", "成型課", "線材球化不良", "材料入廠加驗硬度", c("3,600", "3600.00"), roc("113/6/3"), "已結案"],
        [5, "C11307001", roc("113/7/1"), "彰化鹿港木業", "施先生", "04-7771122", "木螺絲", "4x40", "C30620", 8000, 8, "生鏽", "倉儲課", None, None, None, None, "未結案"],
    ]
    for row in rows:
        s.record(row)
    s.skip(9, ["備註：本表由品保課保存三年。"], "note")
    book.map(COLUMNS)
    return book, xlsx.write(book)
