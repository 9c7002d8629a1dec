"""Writes a small binary workbook (xlsb, MS-XLSB) with full cell records, as Excel saves it."""
import datetime as dt
import struct

from .xlsx import HEAD, PKG, REL, pack, relations, serial

DATE, ZEROS = 1, 2


def record(kind, data=b""):
    """A record: its type and its size in groups of seven bits."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(data)
    while True:
        left, low = left >> 7, left & 0x7F
        size += bytes([low | (0x80 if left else 0)])
        if not left:
            return head + size + data


def text(value):
    return struct.pack("<I", len(value.encode("utf-16-le")) // 2) + value.encode("utf-16-le")


def styles():
    fonts = record(611, struct.pack("<I", 1)) + record(43, struct.pack("<HHHHBBBB8s", 220, 0, 400, 0, 0, 0, 134, 0, b"\x01\0\0\0\0\0\0\xff") + b"\0" + text("宋体")) + record(612)
    formats = record(615, struct.pack("<I", 1)) + record(44, struct.pack("<H", 164) + text("000000")) + record(616)
    nothing = b"\x03\x40\0\0\0\0\0\0\xff" * 2
    fill = lambda pattern: record(45, struct.pack("<I", pattern) + b"\x03\x40\0\0\xff\xff\xff\xff" + b"\x03\x41\0\0\xff\xff\xff\xff" + b"\0" * 48)
    fills = record(603, struct.pack("<I", 2)) + fill(0) + fill(17) + record(604)
    borders = record(613, struct.pack("<I", 1)) + record(46, b"\0" + (b"\0\0" + b"\x01\0\0\0\0\0\0\0") * 5) + record(614)
    xf = lambda parent, number, applied: record(47, struct.pack("<HHHHHBBHBB", parent, number, 0, 0, 0, 0, 0, 0x1008, applied, 0))
    parents = record(626, struct.pack("<I", 1)) + xf(0xFFFF, 0, 0) + record(627)
    cells = record(617, struct.pack("<I", 3)) + xf(0, 0, 0) + xf(0, 14, 1) + xf(0, 164, 1) + record(618)
    named = record(619, struct.pack("<I", 1)) + record(48, struct.pack("<IHBB", 0, 1, 0, 0xFF) + text("常规")) + record(620)
    return record(278) + formats + fonts + fills + borders + parents + cells + named + record(279)


def sheet_part(sheet, strings, date1904):
    rows = {}
    for (row, column), entry in sheet.cells.items():
        rows.setdefault(row, {})[column] = entry
    columns = [column for _, column in sheet.cells]
    out = record(129) + record(148, struct.pack("<IIII", min(rows) - 1, max(rows) - 1, min(columns), max(columns))) + record(145)
    for row, cells in sorted(rows.items()):
        span = struct.pack("<III", 1, min(cells), max(cells))
        out += record(0, struct.pack("<IIHBBB", row - 1, 0, 300, 0, 0x10 if row in sheet.hidden_rows else 0, 0) + span)
        for column, entry in sorted(cells.items()):
            value = entry.value
            style = DATE if isinstance(value, dt.date) else ZEROS if entry.fmt == "000000" else 0
            head = struct.pack("<II", column, style)
            if value is None:
                out += record(1, head)
            elif isinstance(value, (dt.date, int, float)):
                number = serial(value, date1904) if isinstance(value, dt.date) else value
                whole = isinstance(number, int) and -(1 << 29) <= number < 1 << 29
                out += record(2, head + struct.pack("<i", number << 2 | 2)) if whole else record(5, head + struct.pack("<d", number))
            else:
                out += record(7, head + struct.pack("<I", strings.setdefault(value, len(strings))))
    out += record(146)
    if sheet.merges:
        out += record(177, struct.pack("<I", len(sheet.merges)))
        out += b"".join(record(176, struct.pack("<IIII", top - 1, bottom - 1, left, right)) for top, left, bottom, right in sheet.merges)
        out += record(178)
    return out + record(130)


def write(ledger):
    strings, count = {}, len(ledger.sheets)
    sheets = [(f"xl/worksheets/sheet{at}.bin", sheet_part(sheet, strings, ledger.date1904)) for at, sheet in enumerate(ledger.sheets, 1)]
    shared = record(159, struct.pack("<II", len(strings), len(strings))) + b"".join(record(19, b"\0" + text(entry)) for entry in strings) + record(160)
    book = record(131) + record(153, struct.pack("<II", int(ledger.date1904), 0) + text("")) + record(143)
    for at, sheet in enumerate(ledger.sheets, 1):
        book += record(156, struct.pack("<II", int(sheet.hidden), at) + text(f"rId{at}") + text(sheet.name))
    book += record(144) + record(132)
    links = [(f"rId{at}", f"{REL}/worksheet", f"worksheets/sheet{at}.bin") for at in range(1, count + 1)]
    links += [(f"rId{count + 1}", f"{REL}/styles", "styles.bin"), (f"rId{count + 2}", f"{REL}/sharedStrings", "sharedStrings.bin")]
    types = HEAD + f'<Types xmlns="{PKG}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    for at in range(1, count + 1):
        types += f'<Override PartName="/xl/worksheets/sheet{at}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
    types += '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
    types += '<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/></Types>'
    return pack(
        [
            ("[Content_Types].xml", types),
            ("_rels/.rels", relations([("rId1", f"{REL}/officeDocument", "xl/workbook.bin")])),
            ("xl/workbook.bin", book),
            ("xl/_rels/workbook.bin.rels", relations(links)),
        ]
        + sheets
        + [("xl/styles.bin", styles()), ("xl/sharedStrings.bin", shared)]
    )
