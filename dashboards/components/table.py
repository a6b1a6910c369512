"""Tables: aligned columns under names of the session's language, and a download that no spreadsheet runs.

Rows must be masked and in scope before they come here: a hidden column reaches the browser too.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import polars as pl
import streamlit as st

from dashboards.components.session import lang, t
from graph.access import Access
from graph.export import as_file

Form = Literal["text", "middle", "wide", "widest", "number", "decimal", "yuan", "percent", "progress", "date", "yes"]
Columns = Mapping[str, tuple[str, Form]]
"""For each column, in order: its heading and its form."""
FORMATS: Final = ("csv", "xlsx")
_DATES: Final = {"zh": "YYYY-MM-DD", "en": "MMM D, YYYY"}
_MIDDLE, _WIDE, _WIDEST = 125, 190, 300
"""Pixels of a column for a product, for a name, and for a sentence."""
_MIME: Final = {
    "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
ROW: Final = 30


def table(
    rows: pl.DataFrame,
    columns: Columns,
    *,
    key: str,
    select: Literal["single-row", "multi-row"] | None = None,
    height: int | None = None,
) -> list[int]:
    """Show `rows`.

    Args:
        rows: masked and in scope.
        columns: in order, for each its heading and its form.
        key: names the table in the page.
        select: whether rows can be chosen.
        height: in pixels; as high as its rows by default, up to about 18.

    Returns:
        The places of the chosen rows.
    """
    shares = [name for name, (_, form) in columns.items() if form in ("percent", "progress")]
    money = [name for name, (_, form) in columns.items() if form == "yuan"]
    shown = rows.select(list(columns)).with_columns(pl.col(shares) * 100, pl.col(money).round())
    state: Any = st.dataframe(
        shown, hide_index=True, key=key, row_height=ROW, lazy=False, placeholder="–",
        height=height or min(ROW * (len(rows) + 1) + 5, ROW * 19), on_select="rerun" if select else "ignore",
        selection_mode=select or "single-row", column_config={n: _column(*said) for n, said in columns.items()},
    )  # fmt: skip
    return [row for row in state["selection"]["rows"] if row < len(rows)] if select else []  # others may have decided


def named(prefix: str, forms: Mapping[str, Form]) -> Columns:
    """Columns under the headings `dash.PREFIX.NAME`; those of money say that it is yuan."""
    return {name: (_heading(t(f"{prefix}.{name}"), form), form) for name, form in forms.items()}


def _heading(words: str, form: Form) -> str:
    return t("table.yuan", heading=words) if form == "yuan" else words


def filled(columns: Columns, rows: pl.DataFrame, name: str) -> Columns:
    """The columns without `name` where no row has anything in it."""
    return {one: said for one, said in columns.items() if one != name or rows[name].null_count() < len(rows)}


def _column(heading: str, form: Form) -> Any:
    config = st.column_config
    made: dict[Form, Callable[[], Any]] = {
        "text": lambda: config.TextColumn(heading),
        "middle": lambda: config.TextColumn(heading, width=_MIDDLE),
        "wide": lambda: config.TextColumn(heading, width=_WIDE),
        "widest": lambda: config.TextColumn(heading, width=_WIDEST),
        "number": lambda: config.NumberColumn(heading, format="localized"),
        "decimal": lambda: config.NumberColumn(heading, format="%.3f"),
        "yuan": lambda: config.NumberColumn(heading, format="localized", step=1),
        "percent": lambda: config.NumberColumn(heading, format="%.1f%%"),
        "progress": lambda: config.ProgressColumn(heading, format="%.1f%%", min_value=0, max_value=100),
        "date": lambda: config.DateColumn(heading, format=_DATES[lang()]),
        "yes": lambda: config.CheckboxColumn(heading),
    }
    return made[form]()


def downloads(
    access: Access,
    name: str,
    rows: pl.DataFrame | Callable[[], pl.DataFrame],
    headings: Mapping[str, str] | None = None,
) -> None:
    """Buttons that give `rows` as CSV and XLSX, for who has the right to export; each use is in the audit log.

    Args:
        access: whose rights count, and whose name is in the log.
        name: of the file.
        rows: the rows, or what gives them when a button is pressed.
        headings: the columns to give, under these names; all by default.
    """
    if not access.user.may("export"):
        return
    with st.container(horizontal=True):
        for suffix in FORMATS:
            st.download_button(
                t("table.download", form=suffix.upper()), _file(access, name, rows, headings, suffix),
                file_name=f"{name}.{suffix}", mime=_MIME[suffix], on_click="ignore", key=f"{name}-{suffix}",
            )  # fmt: skip


def _file(
    access: Access, name: str, rows: pl.DataFrame | Callable[[], pl.DataFrame], headings: Mapping[str, str] | None,
    suffix: str,
) -> Callable[[], bytes]:  # fmt: skip
    """Chinese Excel takes a CSV for GBK unless it begins with a mark."""
    language = lang()

    def file() -> bytes:
        found = rows if isinstance(rows, pl.DataFrame) else rows()
        access.exported(f"dashboard: {name}.{suffix}", len(found))
        chosen = found if headings is None else found.select([pl.col(n).alias(h) for n, h in headings.items()])
        made = as_file(chosen, f".{suffix}")
        return BOM_UTF8 + made if suffix == "csv" and language == "zh" else made

    return file


def headings(columns: Columns, without: Sequence[str] = ()) -> dict[str, str]:
    """The headings of a table's columns, for `downloads`."""
    return {name: heading for name, (heading, _) in columns.items() if name not in without}
