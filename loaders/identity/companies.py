"""Names of companies, parsed: 杭州云帆精密机械有限公司 is place 杭州, brand 云帆, trade 精密机械 and a legal form.

Places and legal forms are known; what is a trade is learned from the names: an ending that many companies share.
"""

from functools import cache
from typing import Final

import polars as pl

from loaders.identity.names import simplified

FORMS: Final = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "股份公司", "集团公司", "总公司", "分公司", "公司",
    "股份", "集团", "有限合伙", "普通合伙", "合伙企业", "个人独资企业", "事务所", "CO,LTD", "COLTD", "LTD", "INC",
)  # fmt: skip
_PROVINCES: Final = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古",
    "广西", "西藏", "宁夏", "新疆", "香港", "澳门",
)  # fmt: skip
_LEAST_SHARERS: Final = 3
_LONGEST_TRADE: Final = 10
_SHORTEST_BRAND: Final = 2


def parsed(names: pl.LazyFrame, companies: pl.LazyFrame) -> pl.LazyFrame:
    """Distinct company names taken apart.

    Args:
        names: column `written`.
        companies: the accepted table, whose cities are places and whose names teach the trades.

    Returns:
        written, place, brand, core (brand and trade); core is null where nothing is left of the name.
    """
    places = _places(companies)
    known = _cored(companies.select(written="name"), places).select("core").unique()
    trades = _trades(known)
    return _branded(_cored(names.select("written").unique(), places), trades).select(
        "written", "place", "brand", "core"
    )


def _places(companies: pl.LazyFrame) -> str:
    cities = companies.select(pl.col("city").pipe(simplified).str.replace(r"市$", "")).unique().drop_nulls()
    found = {city for city in cities.collect()["city"] if len(city) >= _SHORTEST_BRAND}
    ordered = sorted({*found, *_PROVINCES}, key=lambda place: (-len(place), place))
    return "|".join(place for place in ordered if place.isalnum())


@cache
def _forms() -> str:
    return "|".join(FORMS)


def _cored(names: pl.LazyFrame, places: str) -> pl.LazyFrame:
    """`place` (the last one named before the brand, else one in brackets behind it) and `core` of `written`."""
    written = pl.col("written").pipe(simplified)
    head = rf"^((?:(?:{places})(?:省|市|自治区|特别行政区)?)+)"
    behind = rf"^(.+)[(\[【]({places})(?:省|市)?[)\]】]"
    placed = pl.when(written.str.contains(head)).then(written).otherwise(written.str.replace(behind, "${2}${1}"))
    bare = placed.str.replace_all(r"[()\[\]【】]", "")
    formless = bare.str.replace(rf"(?:{_forms()})+$", "")
    leading = formless.str.extract(head)
    core = formless.str.replace(head, "")
    enough = core.str.len_chars() >= _SHORTEST_BRAND
    place = leading.str.extract(rf"({places})(?:省|市|自治区|特别行政区)?$")
    return names.filter(pl.col("written").is_not_null()).with_columns(
        place=pl.when(enough).then(place),
        core=pl.when(enough).then(core).when(formless.str.len_chars() >= _SHORTEST_BRAND).then(formless),
    )


def _trades(cores: pl.LazyFrame) -> pl.LazyFrame:
    """Endings that several different names share, whatever stands before them."""
    endings = [
        cores.filter(pl.col("core").str.len_chars() >= length + _SHORTEST_BRAND).select(
            trade=pl.col("core").str.tail(length)
        )
        for length in range(2, _LONGEST_TRADE + 1)
    ]
    counted = pl.concat(endings).group_by("trade").agg(sharers=pl.len())
    return counted.filter(pl.col("sharers") >= _LEAST_SHARERS).select("trade")


def _branded(names: pl.LazyFrame, trades: pl.LazyFrame) -> pl.LazyFrame:
    """`brand`: what stands before the longest known trade; the whole core where there is none."""
    known = trades.collect()["trade"].implode()
    size = pl.col("core").str.len_chars()
    brand = pl.col("core")
    for length in range(2, _LONGEST_TRADE + 1):  # the longest comes last and stands
        ends = pl.col("core").str.tail(length).is_in(pl.lit(known)) & (size >= length + _SHORTEST_BRAND)
        brand = pl.when(ends).then(pl.col("core").str.head(size.cast(pl.Int64) - length)).otherwise(brand)
    return names.with_columns(brand=brand)
