"""Reasons of opportunities, rendered column by column for the rows that are shown.

A reason names counts, a company and products; never another customer, a colleague's salary or a relative's balance.
"""

import re
from typing import Final

import polars as pl

from graph.opportunities.task import FAMILIES
from texts import LANGUAGES, Language, catalogue

_FIELD: Final = re.compile(r"\{(\w+)\}")


def with_reasons(rows: pl.LazyFrame, kinds: list[str]) -> pl.LazyFrame:
    """`rows` with `reason_zh` and `reason_en`; the texts name peers, holders, share, company, product and because."""
    share = pl.col("holders") * 100 / pl.col("peers").clip(1)
    named = rows.with_columns(
        share=pl.when(share < 1).then(pl.lit("<1")).otherwise(share.round(0).cast(pl.Int64).cast(pl.String))
    )
    return named.with_columns(*(_reason(kinds, lang).alias(f"reason_{lang}") for lang in LANGUAGES)).drop("share")


def _reason(kinds: list[str], lang: Language) -> pl.Expr:
    texts = catalogue(lang)
    sentence = pl.when(pl.lit(value=False)).then(pl.lit(""))
    for kind in kinds:
        for family in FAMILIES:
            if template := texts.get(f"reason.{kind}_{family}"):
                chosen = (pl.col("kind") == kind) & (pl.col("family") == family)
                sentence = sentence.when(chosen).then(_filled(template, texts["export.some_company"]))
    return sentence.otherwise(pl.lit(""))


def _filled(template: str, some_company: str) -> pl.Expr:
    """The template with its `{names}` replaced by columns; a company without a name is some company."""
    columns = [
        pl.col(name).cast(pl.String).fill_null(some_company if name == "company" else "")
        for name in _FIELD.findall(template)
    ]
    return pl.format(_FIELD.sub("{}", template), *columns) if columns else pl.lit(template)
