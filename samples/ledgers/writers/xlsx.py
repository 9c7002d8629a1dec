"""Writes a workbook as Excel saves it: shared strings, styles, merges, hidden things, comments, pictures, fixed dates."""
import datetime as dt
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def letter(column):
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def serial(moment, date1904=False):
    """A date as Excel counts it."""
    day = moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)
    since = day - (dt.datetime(1904, 1, 1) if date1904 else dt.datetime(1899, 12, 30))
    whole = since.days + since.seconds / 86400
    return int(whole) if whole == int(whole) else round(whole, 10)


def number_format(entry):
    if entry.fmt:
        return entry.fmt
    if isinstance(entry.value, dt.datetime):
        return "yyyy/m/d h:mm"
    if isinstance(entry.value, dt.date):
        return "yyyy/m/d"
    return "General"


class Styles:
    """Looks in the order in which they are met."""

    def __init__(self):
        self.formats, self.fills, self.looks = [], [], [("General", "", False, False)]

    def of(self, entry):
        look = (number_format(entry), entry.fill, entry.struck, entry.bold)
        if look not in self.looks:
            self.looks.append(look)
        return self.looks.index(look)

    def xml(self):
        formats = sorted({look[0] for look in self.looks} - {"General"})
        fills = sorted({look[1] for look in self.looks} - {""})
        fonts = [(False, False), (True, False), (False, True), (True, True)]
        out = HEAD + f'<styleSheet xmlns="{MAIN}">'
        if formats:
            out += f'<numFmts count="{len(formats)}">'
            out += "".join(f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(text)}/>' for at, text in enumerate(formats))
            out += "</numFmts>"
        out += f'<fonts count="{len(fonts)}">'
        for struck, bold in fonts:
            out += "<font>" + "<b/>" * bold + "<strike/>" * struck + '<sz val="11"/><name val="宋体"/><charset val="134"/></font>'
        out += f'</fonts><fills count="{len(fills) + 2}"><fill><patternFill patternType="none"/></fill>'
        out += '<fill><patternFill patternType="gray125"/></fill>'
        for fill in fills:
            out += f'<fill><patternFill patternType="solid"><fgColor rgb="FF{fill}"/><bgColor indexed="64"/></patternFill></fill>'
        out += '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        out += '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        out += f'<cellXfs count="{len(self.looks)}">'
        for fmt, fill, struck, bold in self.looks:
            number = 0 if fmt == "General" else 164 + formats.index(fmt)
            ground = 2 + fills.index(fill) if fill else 0
            font = fonts.index((struck, bold))
            out += f'<xf numFmtId="{number}" fontId="{font}" fillId="{ground}" borderId="0" xfId="0"'
            out += ' applyNumberFormat="1"' * bool(number) + ' applyFont="1"' * bool(font) + ' applyFill="1"' * bool(ground) + "/>"
        out += '</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        return out


class Strings:
    """The shared strings."""

    def __init__(self):
        self.at, self.uses = {}, 0

    def of(self, text):
        self.uses += 1
        return self.at.setdefault(text, len(self.at))

    def xml(self):
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.at)
        return HEAD + f'<sst xmlns="{MAIN}" count="{self.uses}" uniqueCount="{len(self.at)}">{items}</sst>'


def cell_xml(where, entry, styles, strings, date1904):
    style = styles.of(entry)
    head = f'<c r="{where}"' + (f' s="{style}"' if style else "")
    formula = f"<f>{escape(entry.formula)}</f>" if entry.formula else ""
    value = entry.value
    if value is None:
        return head + (f">{formula}</c>" if formula else "/>")
    if entry.error:
        return head + f' t="e">{formula}<v>{value}</v></c>'
    if isinstance(value, bool):
        return head + f' t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, (dt.date, dt.datetime)):
        return head + f">{formula}<v>{serial(value, date1904)}</v></c>"
    if isinstance(value, (int, float)):
        return head + f">{formula}<v>{value!r}</v></c>"
    if formula:
        return head + f' t="str">{formula}<v>{escape(value)}</v></c>'
    return head + f' t="s"><v>{strings.of(value)}</v></c>'


def sheet_xml(sheet, styles, strings, date1904, links):
    rows = {}
    for (row, column), entry in sheet.cells.items():
        rows.setdefault(row, {})[column] = entry
    columns = [column for _, column in sheet.cells]
    out = HEAD + f'<worksheet xmlns="{MAIN}" xmlns:r="{REL}">'
    if rows:
        out += f'<dimension ref="{letter(min(columns))}{min(rows)}:{letter(max(columns))}{max(rows)}"/>'
    out += '<sheetViews><sheetView workbookViewId="0">'
    if sheet.freeze:
        out += f'<pane ySplit="{sheet.freeze}" topLeftCell="A{sheet.freeze + 1}" activePane="bottomLeft" state="frozen"/>'
    out += '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="14.25"/>'
    looks = sorted(set(sheet.widths) | sheet.hidden_columns)
    if looks:
        out += "<cols>"
        for column in looks:
            hidden = ' hidden="1"' if column in sheet.hidden_columns else ""
            out += f'<col min="{column + 1}" max="{column + 1}" width="{sheet.widths.get(column, 12)}"{hidden} customWidth="1"/>'
        out += "</cols>"
    out += "<sheetData>"
    for row in sorted(rows):
        hidden = ' hidden="1"' if row in sheet.hidden_rows else ""
        cells = "".join(
            cell_xml(f"{letter(column)}{row}", entry, styles, strings, date1904) for column, entry in sorted(rows[row].items())
        )
        out += f'<row r="{row}"{hidden}>{cells}</row>'
    out += "</sheetData>"
    if sheet.merges:
        out += f'<mergeCells count="{len(sheet.merges)}">'
        for top, left, bottom, right in sheet.merges:
            out += f'<mergeCell ref="{letter(left)}{top}:{letter(right)}{bottom}"/>'
        out += "</mergeCells>"
    out += '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    for element, link in links:
        out += f'<{element} r:id="{link}"/>'
    return out + "</worksheet>"


def comments_parts(sheet):
    notes = "".join(
        f'<comment ref="{letter(column)}{row}" authorId="0"><text><r><t xml:space="preserve">品质部:\n</t></r>'
        f'<r><t xml:space="preserve">{escape(text)}</t></r></text></comment>'
        for row, column, text in sheet.comments
    )
    comments = HEAD + f'<comments xmlns="{MAIN}"><authors><author>品质部</author></authors><commentList>{notes}</commentList></comments>'
    shapes = "".join(
        f'<v:shape id="_x0000_s{1025 + at}" type="#_x0000_t202" style="position:absolute;visibility:hidden">'
        f'<x:ClientData ObjectType="Note"><x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>'
        for at, (row, column, _) in enumerate(sheet.comments)
    )
    drawing = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        f'path="m,l,21600r21600,l21600,xe"/>{shapes}</xml>'
    )
    return comments, drawing


def drawing_xml(pictures):
    space = "http://schemas.openxmlformats.org/drawingml/2006"
    out = HEAD + f'<xdr:wsDr xmlns:xdr="{space}/spreadsheetDrawing" xmlns:a="{space}/main" xmlns:r="{REL}">'
    for at, (row, column, _) in enumerate(pictures, 1):
        out += (
            f"<xdr:twoCellAnchor><xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>20000</xdr:colOff><xdr:row>{row - 1}</xdr:row>"
            f"<xdr:rowOff>20000</xdr:rowOff></xdr:from><xdr:to><xdr:col>{column}</xdr:col><xdr:colOff>600000</xdr:colOff>"
            f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>160000</xdr:rowOff></xdr:to><xdr:pic><xdr:nvPicPr>"
            f'<xdr:cNvPr id="{at + 1}" name="图片 {at}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId{at}"/>'
            "<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"1\" cy=\"1\"/>"
            '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>'
        )
    return out + "</xdr:wsDr>"


def relations(links):
    items = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in links)
    return HEAD + f'<Relationships xmlns="{PKG}/relationships">{items}</Relationships>'


def pack(parts):
    """A zip with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(info, data)
    return out.getvalue()


def write(ledger):
    styles, strings, parts, types = Styles(), Strings(), [], []
    pictures = 0
    for at, sheet in enumerate(ledger.sheets, 1):
        links, elements = [], []
        if sheet.pictures:
            for number, (_, _, data) in enumerate(sheet.pictures, 1):
                parts.append((f"xl/media/image{pictures + number}.png", data))
            own = [(f"rId{n}", f"{REL}/image", f"../media/image{pictures + n}.png") for n in range(1, len(sheet.pictures) + 1)]
            pictures += len(sheet.pictures)
            parts.append((f"xl/drawings/drawing{at}.xml", drawing_xml(sheet.pictures)))
            parts.append((f"xl/drawings/_rels/drawing{at}.xml.rels", relations(own)))
            types.append((f"/xl/drawings/drawing{at}.xml", "application/vnd.openxmlformats-officedocument.drawing+xml"))
            links.append(("rId1", f"{REL}/drawing", f"../drawings/drawing{at}.xml"))
            elements.append(("drawing", "rId1"))
        if sheet.comments:
            comments, drawing = comments_parts(sheet)
            parts.append((f"xl/comments{at}.xml", comments))
            parts.append((f"xl/drawings/vmlDrawing{at}.vml", drawing))
            types.append((f"/xl/comments{at}.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"))
            links.append(("rId2", f"{REL}/comments", f"../comments{at}.xml"))
            links.append(("rId3", f"{REL}/vmlDrawing", f"../drawings/vmlDrawing{at}.vml"))
            elements.append(("legacyDrawing", "rId3"))
        parts.append((f"xl/worksheets/sheet{at}.xml", sheet_xml(sheet, styles, strings, ledger.date1904, elements)))
        if links:
            parts.append((f"xl/worksheets/_rels/sheet{at}.xml.rels", relations(links)))
        types.append((f"/xl/worksheets/sheet{at}.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"))
    count = len(ledger.sheets)
    book = HEAD + f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><workbookPr' + ' date1904="1"' * ledger.date1904 + "/><sheets>"
    for at, sheet in enumerate(ledger.sheets, 1):
        hidden = ' state="hidden"' if sheet.hidden else ""
        book += f'<sheet name={quoteattr(sheet.name)} sheetId="{at}"{hidden} r:id="rId{at}"/>'
    book += "</sheets></workbook>"
    links = [(f"rId{at}", f"{REL}/worksheet", f"worksheets/sheet{at}.xml") for at in range(1, count + 1)]
    links += [(f"rId{count + 1}", f"{REL}/styles", "styles.xml"), (f"rId{count + 2}", f"{REL}/sharedStrings", "sharedStrings.xml")]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types += [("/xl/workbook.xml", f"{kind}.sheet.main+xml"), ("/xl/styles.xml", f"{kind}.styles+xml")]
    types += [("/xl/sharedStrings.xml", f"{kind}.sharedStrings+xml")]
    content = HEAD + f'<Types xmlns="{PKG}/content-types">'
    content += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    content += '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    content += '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    content += "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types) + "</Types>"
    first = [
        ("[Content_Types].xml", content),
        ("_rels/.rels", relations([("rId1", f"{REL}/officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations(links)),
    ]
    return pack(first + parts + [("xl/styles.xml", styles.xml()), ("xl/sharedStrings.xml", strings.xml())])
