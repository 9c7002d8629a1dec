"""Writes an OpenDocument workbook as LibreOffice saves it: repeated cells and rows, typed values, hidden rows."""
import datetime as dt
from xml.sax.saxutils import escape, quoteattr

from .xlsx import HEAD, pack

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("of", "of")]
) + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def paragraphs(text):
    return "".join(f"<text:p>{escape(line)}</text:p>" for line in str(text).split("\n"))


def cell_xml(entry, span, fills):
    value, style = entry.value, f' table:style-name="ce{fills.index(entry.fill)}"' if entry.fill else ""
    head = "<table:table-cell" + style
    if span:
        head += f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    if entry.formula:
        head += f" table:formula={quoteattr('of:=' + entry.formula)}"
    if value is None:
        return head + "/>"
    if entry.error:
        head += ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        return head + f'><text:p>{escape(value)}</text:p></table:table-cell>'
    if isinstance(value, dt.datetime):
        return head + f' office:value-type="date" office:date-value="{value.isoformat()}">{paragraphs(value)}</table:table-cell>'
    if isinstance(value, dt.date):
        shown = f"{value.year}/{value.month}/{value.day}"
        return head + f' office:value-type="date" office:date-value="{value.isoformat()}">{paragraphs(shown)}</table:table-cell>'
    if isinstance(value, (int, float)):
        return head + f' office:value-type="float" office:value="{value!r}">{paragraphs(value)}</table:table-cell>'
    return head + f' office:value-type="string">{paragraphs(value)}</table:table-cell>'


def table_xml(sheet, fills):
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    width = max(column for _, column in sheet.cells) + 1
    out = f"<table:table table:name={quoteattr(sheet.name)}" + ' table:style-name="hidden"' * sheet.hidden + ">"
    out += f'<table:table-column table:number-columns-repeated="{width}"/>'
    at = 1
    for row in sorted({row for row, _ in sheet.cells} | {row for row, _ in covered}):
        if row > at:
            out += f'<table:table-row table:number-rows-repeated="{row - at}"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
        out += "<table:table-row" + ' table:visibility="collapse"' * (row in sheet.hidden_rows) + ">"
        gap = 0
        for column in range(width):
            entry = sheet.cells.get((row, column))
            if entry is None and (row, column) not in covered:
                gap += 1
                continue
            if gap:
                out += f'<table:table-cell table:number-columns-repeated="{gap}"/>'
                gap = 0
            out += "<table:covered-table-cell/>" if (row, column) in covered else cell_xml(entry, spans.get((row, column)), fills)
        out += f'<table:table-cell table:number-columns-repeated="{1024 - width + gap}"/></table:table-row>'
        at = row + 1
    # LibreOffice fills the sheet up with empty rows.
    out += f'<table:table-row table:number-rows-repeated="{1048576 - at + 1}"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    return out + "</table:table>"


def write(ledger):
    fills = sorted({entry.fill for sheet in ledger.sheets for entry in sheet.cells.values()} - {""})
    styles = "".join(
        f'<style:style style:name="ce{at}" style:family="table-cell"><style:table-cell-properties fo:background-color="#{fill.lower()}"/></style:style>'
        for at, fill in enumerate(fills)
    )
    styles += '<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>'
    content = HEAD + f'<office:document-content {SPACES} office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
    content += "<office:body><office:spreadsheet>" + "".join(table_xml(sheet, fills) for sheet in ledger.sheets)
    content += "</office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = HEAD + (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return pack([("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)])
