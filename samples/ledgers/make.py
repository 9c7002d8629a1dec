#!/usr/bin/env python3
"""Writes the sample ledgers beside this file and, in expected/, the report that is right for each. Wants xlwt (PyPI) for the .xls.

Everything in them is invented. Each row is written in registers/ together with what it means, so that no reader is checked
against itself; writers/ put the files together part by part, so that they have the faults of real programs and always the same bytes.
"""
import importlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True


def main():
    (HERE / "expected").mkdir(exist_ok=True)
    for path in sorted((HERE / "registers").glob("r[0-9]*.py")):
        ledger, data = importlib.import_module(f"registers.{path.stem}").make()
        (HERE / ledger.name).write_bytes(data)
        text = json.dumps(ledger.expected(), ensure_ascii=False, indent=1)
        (HERE / "expected" / f"{ledger.name}.json").write_text(text + "\n", encoding="utf-8")
        totals = ledger.expected()["totals"]
        print(f"{ledger.name}: {len(data)} bytes, {totals['rows']} rows, {totals['created']} complaints")


if __name__ == "__main__":
    main()
