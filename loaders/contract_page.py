"""`docs/unified-data.md` from the contract: `python -m loaders.contract_page > docs/unified-data.md`."""

import sys
from typing import Final

from loaders.contract import TABLES, Column, Table

INTRODUCTION: Final = """\
# The data contract

A **source** is a folder of `TABLE.parquet` or `TABLE.csv` (`.csv.gz`, `.csv.zst`; several parts as
`TABLE/*.parquet`), one `.xlsx` with a sheet per table, or a database (`postgresql://`, `mysql://`, `sqlite:///FILE`,
a DuckDB file) with a table or view per name. Text is UTF-8 (GB18030 is recognised), dates are ISO 8601, money is in
yuan (up to 10 million million, rounded to fen), booleans are true/false/1/0/Y/N/是/否; an empty cell is unknown.
Columns that are not named here are carried along as properties of the node.

`mapping.yaml` beside the data, or `--mapping FILE`, renames a bank's own tables and columns:

```yaml
tables:
  customers:
    table: T_CUST_INFO
    columns: {customer_id: CUST_NO, name: CUST_NM}
```

A row that breaks a rule is written to `rejects/TABLE.parquet` and `.csv` of the snapshot with its file, line, rule
and value; the rest loads. One rule is said per row, the first of: `missing_key` (an empty required cell),
`unreadable_value`, `unknown_value`, `out_of_range`, `dangling_reference`, `duplicate_key` (of rows with one key the
first good one stands).

`*` required · `key` unique in the table · `→` refers to a table. Tables marked `*` are required.
"""


def page() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_section(table) for table in TABLES.values())


def _section(table: Table) -> str:
    rows = "".join(
        f"| {column.name}{'*' if column.required else ''} | {_meaning(table, column)} |\n" for column in table.columns
    )
    return f"\n## {table.name}{'*' if table.required else ''}\n| column | holds |\n| --- | --- |\n{rows}"


def _meaning(table: Table, column: Column) -> str:
    parts = [column.type if column.type != "enum" else ", ".join(f"`{value}`" for value in column.values)]
    if column.low is not None and column.type != "money":
        parts.append(f"{column.low:g} to {column.high:g}")
    if column.name == table.key:
        parts.append("key")
    if column.table:
        parts.append(f"→ {column.table}")
    if column.type_column:
        parts.append(f"→ the table that {column.type_column} names")
    return ", ".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
