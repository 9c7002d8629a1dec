"""Writes a workbook of 2009 (BIFF8) with xlwt."""
import datetime as dt
import io

import xlwt

from .xlsx import number_format

NEAREST = {"92D050": 0x32, "FFFF00": 0x0D, "FF0000": 0x0A, "C0C0C0": 0x16, "00FF00": 0x0B, "99CC00": 0x32}


def write(ledger):
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = ledger.date1904
    styles = {}
    for sheet in ledger.sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.hidden)
        inside = {}
        for top, left, bottom, right in sheet.merges:
            inside[top, left] = (bottom, right)
        for (row, column), entry in sorted(sheet.cells.items()):
            look = (number_format(entry), entry.fill, entry.struck, entry.bold)
            if look not in styles:
                style = xlwt.XFStyle()
                style.num_format_str = look[0]
                style.font.name, style.font.struck_out, style.font.bold = "宋体", entry.struck, entry.bold
                if entry.fill:
                    style.pattern.pattern = xlwt.Pattern.SOLID_PATTERN
                    style.pattern.pattern_fore_colour = NEAREST[entry.fill]
                styles[look] = style
            value = entry.value
            if entry.formula:
                value = xlwt.Formula(entry.formula)
            elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
                value = dt.datetime(value.year, value.month, value.day)
            if (row, column) in inside:
                bottom, right = inside[row, column]
                page.write_merge(row - 1, bottom - 1, column, right, value, styles[look])
            elif entry.error:
                page.row(row - 1).set_cell_error(column, entry.value, styles[look])
            else:
                page.write(row - 1, column, value, styles[look])
        for row in sheet.hidden_rows:
            page.row(row - 1).hidden = True
        for column in sheet.hidden_columns:
            page.col(column).hidden = True
        for column, width in sheet.widths.items():
            page.col(column).width = int(width * 256)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
