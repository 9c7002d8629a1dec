"""What a ledger is made of before any file format: cells with their looks, sheets, and beside each row what it means.

A row is written once, by hand, with its meaning: `c("09.3.5", "2009-03-05")` is a cell that shows the one and means the other.
A plain text means itself. So the expected report is known without any reader.
"""
import datetime as dt
from dataclasses import dataclass, field, replace

SAME = object()
MONEY = {"claim_amount"}
COUNTS = {"defect_qty", "total_qty"}
DATES = {"complaint_date", "register_date", "prod_date", "due_date", "warn_date", "d3_date", "d8_date", "closed_date"}
STATUS = {
    **dict.fromkeys(["结案", "关闭", "已结案", "已关闭", "完成", "是", "Y", "√", "OK", "Closed", "結案", "已結案"], "closed"),
    **dict.fromkeys(["处理中", "跟进中", "待验证", "處理中", "In progress"], "in_progress"),
    **dict.fromkeys(["未结案", "未处理", "待处理", "否", "N", "×", "Open", "未結案"], "open"),
}


@dataclass(frozen=True)
class Cell:
    """A cell: what stands in it, what it means, how it looks. `value` None with a `fill` is an empty coloured cell."""

    value: object = None
    means: object = SAME
    fmt: str = ""
    fill: str = ""
    struck: bool = False
    bold: bool = False
    formula: str = ""
    error: bool = False


def c(value, means=SAME, **looks):
    return Cell(value, means, **looks)


def f(formula, value=None, means=SAME, **looks):
    """A formula; without `value` it was saved uncomputed."""
    return Cell(value, means, formula=formula, **looks)


def error(text, formula=""):
    return Cell(text, None, error=True, formula=formula)


def cell(value):
    return value if isinstance(value, Cell) else Cell(value)


def meaning(field_, entry):
    """What a plain cell of a field means; an explicit meaning wins."""
    if entry.means is not SAME:
        return entry.means
    value = entry.value
    if value is None or value == "":
        return None
    if field_ == "status":
        return STATUS[value]
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, dt.date):
        return value.isoformat()
    if field_ in DATES:
        raise ValueError(f"the date {value!r} wants a meaning")
    if isinstance(value, (int, float)):
        if field_ in MONEY:
            return f"{value:.2f}"
        if field_ in COUNTS:
            return value
        return str(value)
    if field_ in MONEY or field_ in COUNTS:
        raise ValueError(f"{field_} {value!r} wants a meaning")
    return value.strip()


@dataclass
class Sheet:
    """Cells by (row from 1, column from 0), what surrounds them, and what is to be found."""

    name: str
    cells: dict = field(default_factory=dict)
    merges: list = field(default_factory=list)  # (top, left, bottom, right): rows from 1, columns from 0
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)
    hidden: bool = False
    widths: dict = field(default_factory=dict)
    comments: list = field(default_factory=list)  # (row, column, text)
    pictures: list = field(default_factory=list)  # (row, column, bytes)
    freeze: int = 0
    columns: list = field(default_factory=list)  # (header, field): None = extra, "-" = ignored
    left: int = 0
    records: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    may_warn: list = field(default_factory=list)  # a warning would do no harm there
    merged: int = 0
    last: int = 0

    def put(self, row, column, value, **looks):
        entry = cell(value)
        self.cells[row, column] = replace(entry, **looks) if looks else entry
        self.last = max(self.last, row)

    def line(self, row, values, left=None, **looks):
        for at, value in enumerate(values):
            entry = cell(value)
            if entry.value is not None or entry.formula or entry.fill:
                self.put(row, (self.left if left is None else left) + at, entry, **looks)
        self.last = max(self.last, row)

    def skip(self, row, values, why, left=None, **looks):
        """A row that is no complaint."""
        self.line(row, values, left, **looks)
        self.skipped.append({"sheet": self.name, "row": row, "reason": why})

    def title(self, row, text, span=0):
        self.skip(row, [text], "title", left=self.left, bold=True)
        if span:
            self.merges.append((row, self.left, row, self.left + span - 1))

    def head(self, row, columns=None, why="header", **looks):
        """The header; `columns` is kept as the meaning of what follows."""
        self.columns = columns or self.columns
        looks.setdefault("bold", True)
        self.skip(row, [name for name, _ in self.columns], why, **looks)

    def reject(self, row, values, why):
        self.line(row, values)
        self.rejected.append({"sheet": self.name, "row": row, "reason": why})

    def warn(self, row, what):
        self.warnings.append({"sheet": self.name, "row": row, "message": what})

    def record(self, values, row=None, extra=None, warn=(), merged=False, may=False, **fields):
        """A complaint in the next row. `fields` and `extra` add to what its cells mean (None takes away)."""
        row = row or self.last + 1
        self.line(row, values)
        if may:
            self.may_warn.append({"sheet": self.name, "row": row})
        return self.mean(values, row, extra, warn, merged, **fields)

    def mean(self, values, row, extra=None, warn=(), merged=False, **fields):
        """What a row means, by the columns in force; nothing is written."""
        found, others = {}, {}
        for (header, name), value in zip(self.columns, values):
            entry = cell(value)
            said = meaning(name, entry)
            if said is None or name == "-":
                continue
            if name:
                found[name] = said
            else:
                others[header] = said
        found.update(fields)
        others.update(extra or {})
        record = {name: said for name, said in found.items() if said is not None}
        others = {name: said for name, said in others.items() if said is not None}
        if others:
            record["_extra"] = others
        record["_src"] = {"sheet": self.name, "row": row}
        self.records.append(record)
        self.merged += merged
        for what in [warn] if isinstance(warn, str) else warn:
            self.warn(row, what)
        return row


@dataclass
class Ledger:
    """A file and the report that is expected of it."""

    name: str
    sheets: list = field(default_factory=list)
    date1904: bool = False
    mapping: dict = field(default_factory=dict)
    questions: list = field(default_factory=list)

    def sheet(self, name, **about):
        self.sheets.append(Sheet(name, **about))
        return self.sheets[-1]

    def map(self, *columns_of):
        """Headers of the tables to fields, for the report."""
        for columns in columns_of:
            for header, name in columns:
                self.mapping[header] = None if name == "-" else name

    def expected(self):
        gather = lambda what: [entry for sheet in self.sheets for entry in getattr(sheet, what)]
        records, skipped, rejected = gather("records"), gather("skipped"), gather("rejected")
        merged = sum(sheet.merged for sheet in self.sheets)
        mapping = dict(self.mapping)
        if not mapping:
            for sheet in self.sheets:
                for header, name in sheet.columns:
                    mapping[header] = None if name == "-" else name
        return {
            "file": self.name,
            "sheets": [sheet.name for sheet in self.sheets],
            "mapping": mapping,
            "questions": self.questions,
            "records": records,
            "skipped": skipped,
            "rejected": rejected,
            "warnings": gather("warnings"),
            "may_warn": gather("may_warn"),
            "totals": {
                "rows": len(records) + len(skipped) + len(rejected),
                "created": len(records) - merged,
                "merged": merged,
                "unchanged": 0,
                "skipped": len(skipped),
                "rejected": len(rejected),
            },
        }
