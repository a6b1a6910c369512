"""The mapping file: what the bank calls the contract's tables and columns.

    tables:
      customers:
        table: T_CUST_INFO                          # the bank's table, file or sheet; default: the contract's name
        columns: {customer_id: CUST_NO, name: CUST_NM}   # contract: bank
        values: {gender: {"1": M, "2": F}}          # the bank's codes: contract's values

What is not named here keeps its name.
"""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import polars as pl
import yaml

from loaders.contract import TABLES
from loaders.sources.source import FILE, LINE
from texts import UserError

NAME: Final = "mapping.yaml"
"""The mapping file's name beside the data."""
_PARTS: Final = ("table", "columns", "values")


@dataclass(frozen=True)
class TableMapping:
    """What one contract table is called in the source: `columns` contract to bank, `values` by contract column."""

    table: str
    columns: Dict[str, str] = field(default_factory=dict[str, str])
    values: Dict[str, Dict[str, str]] = field(default_factory=dict[str, Dict[str, str]])


@dataclass(frozen=True)
class Mapping:
    """The mapping of a source; without a file everything keeps its name."""

    file: str = ""
    tables: Dict[str, TableMapping] = field(default_factory=dict[str, TableMapping])

    def table(self, name: str) -> TableMapping:
        """How the contract table `name` is to be read."""
        return self.tables.get(name, TableMapping(name))

    def wanted(self) -> list[tuple[str, str]]:
        """Per contract table the name of the source's table."""
        return [(name, self.table(name).table) for name in TABLES]

    def apply(self, name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame of the contract table `name` under contract names and values.

        A bank's column that has a contract name but another meaning by the mapping goes on as `NAME_source`.

        Raises:
            UserError: the source lacks a column that the mapping names.
        """
        if not (mapping := self.tables.get(name)):
            return frame
        found = frame.collect_schema().names()
        if absent := sorted({column for column in mapping.columns.values() if column not in found}):
            known = ", ".join(column for column in found if column not in (FILE, LINE))
            values = {"table": mapping.table, "columns": ", ".join(absent), "found": known}
            raise UserError("mapping.no_such_column", file=self.file, **values)
        taken = set(mapping.columns.values())
        renamed = [pl.col(bank).alias(contract) for contract, bank in mapping.columns.items()]
        rest = [
            pl.col(column).alias(f"{column}_source" if column in mapping.columns else column)
            for column in found
            if column not in taken
        ]
        return frame.select(*renamed, *rest).with_columns(
            pl.col(column).cast(pl.String).str.strip_chars().replace(dict(codes))
            for column, codes in mapping.values.items()
            if column in mapping.columns or column in found
        )


def read_mapping(file: Path | None) -> Mapping:
    """The mapping in a file; None: an empty one.

    Raises:
        UserError: no such file, not YAML, not of this form, or it names what the contract does not have.
    """
    if file is None:
        return Mapping()
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise UserError("mapping.unreadable", file=file, reason=fault) from fault
    except yaml.YAMLError as fault:
        raise UserError("mapping.not_yaml", file=file, reason=" ".join(str(fault).split())) from fault
    return _Reader(str(file)).mapping(tree)


@dataclass(frozen=True)
class _Reader:
    """Checks the parsed YAML against the contract."""

    file: str

    def mapping(self, tree: Any) -> Mapping:
        parts = self._dict(tree or {}, "mapping", ("tables",))
        tables = self._dict(parts.get("tables") or {}, "tables", tuple(TABLES))
        return Mapping(self.file, {name: self._table(name, value) for name, value in tables.items()})

    def _table(self, name: str, tree: Any) -> TableMapping:
        parts = self._dict({"table": tree} if isinstance(tree, str) else tree or {}, name, _PARTS)
        known = tuple(TABLES[name].by_name)
        columns = self._texts(self._dict(parts.get("columns") or {}, f"{name}.columns", known), f"{name}.columns")
        values = self._dict(parts.get("values") or {}, f"{name}.values", known)
        codes = {
            column: self._texts(self._dict(tree, f"{name}.values.{column}"), f"{name}.values.{column}")
            for column, tree in values.items()
        }
        return TableMapping(self._texts({"table": parts.get("table", name)}, name)["table"], columns, codes)

    def _dict(self, tree: Any, place: str, known: tuple[str, ...] = ()) -> dict[str, Any]:
        if not isinstance(tree, dict):
            raise UserError("mapping.not_a_table", file=self.file, place=place)
        found = {str(name): value for name, value in cast("dict[Any, Any]", tree).items()}
        if known and (unknown := [name for name in found if name not in known]):
            names = {"unknown": ", ".join(unknown), "known": ", ".join(known)}
            raise UserError("mapping.unknown_name", file=self.file, place=place, **names)
        return found

    def _texts(self, tree: dict[str, Any], place: str) -> dict[str, str]:
        for name, value in tree.items():
            if isinstance(value, (dict, list)) or value is None:
                raise UserError("mapping.not_a_name", file=self.file, place=f"{place}.{name}")
        return {name: str(value) for name, value in tree.items()}
