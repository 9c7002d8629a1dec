"""Writes lines of fields as ERP programs and Excel do: any delimiter, any charset, quoted only where they quote."""


def write(ledger, charset, delimiter, bom=b"", unquoted=(), end="\r\n"):
    """`unquoted`: rows whose fields are written bare, whatever they hold."""
    (sheet,) = ledger.sheets
    lines = []
    width = max(column for _, column in sheet.cells) + 1
    for row in range(1, sheet.last + 1):
        fields = []
        for column in range(width):
            entry = sheet.cells.get((row, column))
            value = "" if entry is None or entry.value is None else str(entry.value)
            if row not in unquoted and any(sign in value for sign in (delimiter, "\n", '"')) and not value.startswith('="'):
                value = '"' + value.replace('"', '""') + '"'
            fields.append(value)
        lines.append(delimiter.join(fields))
    return bom + (end.join(lines) + end).encode(charset)
