"""A food maker: no column for the status, a legend says what the colours mean; photos lie on their rows; withdrawn ones are struck through."""
import datetime as dt
import struct
import zlib

from writers import xlsx
from writers.model import Ledger, c

GREEN, YELLOW = "92D050", "FFFF00"
COLUMNS = [
    ("序号", "-"), ("反馈日期", "complaint_date"), ("来源", "channel"), ("经销商", "customer_name"), ("联系方式", "phone"),
    ("产品名称", "product_name"), ("规格", "product_model"), ("生产日期", "prod_date"), ("投诉内容", "complaint_desc"),
    ("涉及数量", "defect_qty"), ("处理方法", "result"), ("图片", "photo"),
]  # fmt: skip


def png(red, green, blue):
    """A small real picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes([red, green, blue]) * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def make():
    book = Ledger("05-food-colours-and-photos.xlsx")
    s = book.sheet("2022客诉", freeze=3, widths={3: 18, 8: 36, 10: 24})
    s.title(1, "2022年消费者及经销商投诉记录", 12)
    s.skip(2, ["图例：", None, c("已结案", fill=GREEN), c("处理中", fill=YELLOW), "无底色：未处理"], "legend")
    s.head(3, COLUMNS)
    day = dt.date

    def row(fill, status, values, struck=False, pictures=(), **more):
        cells = [c(value.value, value.means, fill=fill, struck=struck) if hasattr(value, "means") else c(value, fill=fill, struck=struck) for value in values]
        at = s.record(cells, status=status, **more)
        for picture in pictures:
            s.pictures.append((at, 11, picture))
        if pictures:
            s.records[-1]["_pictures"] = len(pictures)

    row(GREEN, "closed", [1, day(2022, 1, 5), "电话", "济南福满园商贸", "13864001177", "五香牛肉干", "100g", day(2021, 11, 2), "吃出一根头发,消费者要求十倍赔偿", c("1包", 1), "赔偿1000元,赠送礼盒"], pictures=[png(200, 60, 50), png(190, 70, 60)])
    row(GREEN, "closed", [2, day(2022, 1, 19), "微信", "石家庄好味来", "0311-8512 0033", "蛋黄酥", "6枚装", day(2022, 1, 3), "发霉,开袋有异味,未过保质期", c("3盒", 3), "退货退款,查运输温度"], pictures=[png(80, 120, 60)])
    row(YELLOW, "in_progress", [3, day(2022, 2, 8), "12315转办", "济南福满园商贸", "13864001177", "五香牛肉干", "100g", day(2021, 12, 20), "消费者称食用后腹泻两人,已就医", c("2包", 2), "留样送检,等报告"])
    row("", "open", [4, day(2022, 2, 21), "电话", "郑州豫康食品", "15838009921", "山楂条", "250g", day(2022, 1, 15), "包装袋漏气,整箱12袋有5袋", c("5袋", 5), None])
    row(GREEN, "closed", [5, day(2022, 3, 15), "抖音评论", "线上旗舰店", None, "蛋黄酥", "6枚装", day(2022, 2, 27), "少发一枚", c("1枚", 1), "补发一盒"])
    row("", "open", [6, day(2022, 3, 16), "电话", "太原晋汇通", "13934005566", "辣条", "50g", day(2022, 2, 1), "标签营养成分表字迹看不清", c("1箱", 1), None], pictures=[png(30, 30, 120)])
    row("", "open", [7, day(2022, 4, 2), "电话", "洛阳丹城商行", "13703790012", "山楂条", "250g", day(2022, 3, 8), "口感发硬（客户来电撤回）", c("2袋", 2), "客户撤回"], struck=True, warn="struck")
    row(GREEN, "closed", [8, day(2022, 4, 20), "邮件", "郑州豫康食品", "15838009921", "五香牛肉干", "100g", day(2022, 3, 1), "外箱破损,雨淋", c("20箱", 20), "承运商赔付"])
    book.map(COLUMNS)
    return book, xlsx.write(book)
