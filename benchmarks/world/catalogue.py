"""What the bank sells: rates per year, and how each product leans on age, income and wealth."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Product:
    """`rate` is the yearly chance of a plain holder; `needs` the place of the prerequisite, -1 for none."""

    name: str
    category: str
    risk: int
    value: float
    needs: int
    rate: float
    age: float = 0.0
    income: float = 0.0


RETAIL: Final = (
    Product("结算户", "deposit", 1, 60, -1, 0.30),
    Product("标准贷记卡", "card", 0, 260, -1, 0.06, -0.3, 0.2),
    Product("整存整取", "deposit", 1, 120, 0, 0.05, 0.6, 0.1),
    Product("扫码收付", "payment", 0, 25, 0, 0.07, -0.5, 0.0),
    Product("信用消费贷", "loan", 0, 700, 0, 0.025, -0.4, -0.1),
    Product("房屋按揭", "mortgage", 0, 3200, 0, 0.012, -0.3, 0.4),
    Product("现金宝", "fund", 1, 30, 0, 0.07, -0.2, 0.2),
    Product("混合精选", "fund", 3, 380, 0, 0.05, -0.1, 0.5),
    Product("稳盈理财", "wealth", 2, 300, 0, 0.06, 0.5, 0.4),
    Product("进取理财", "wealth", 4, 650, 8, 0.03, 0.1, 0.6),
    Product("私享专户", "wealth", 3, 5200, 8, 0.010, 0.4, 1.2),
    Product("康健保障", "insurance", 0, 520, -1, 0.05, 0.2, 0.2),
    Product("积存金", "gold", 3, 90, 0, 0.03, 0.2, 0.1),
)
OPENING: Final = (0, 1)
PRIVATE: Final = (8, 9, 10)

CORPORATE: Final = (
    Product("单位结算户", "deposit", 0, 900, -1, 0.0),
    Product("薪酬代发", "payroll", 0, 2600, 0, 0.05, 0.0, 0.3),
    Product("资金归集", "cash_management", 0, 3800, 0, 0.05, 0.0, 0.6),
    Product("流动资金贷", "loan", 0, 9000, 0, 0.07, 0.0, 0.2),
    Product("设备贷", "loan", 0, 8000, 3, 0.03, 0.0, 0.4),
    Product("信用证", "trade_finance", 0, 6000, 0, 0.03, 0.0, 0.5),
    Product("单位定期", "deposit", 0, 1500, 0, 0.06, 0.0, 0.2),
    Product("票据贴现", "other", 0, 2200, 0, 0.05, 0.0, 0.1),
)
PAYROLL: Final = 1
LOAN: Final = 3


def product_ids(line: str) -> list[str]:
    """The keys of one line, in order."""
    products, letter = (RETAIL, "R") if line == "retail" else (CORPORATE, "K")
    return [f"{letter}{10 * (place + 1):03d}" for place in range(len(products))]


def needs(products: tuple[Product, ...]) -> np.ndarray:
    """The prerequisite of each product; its own place where it has none."""
    return np.array([place if product.needs < 0 else product.needs for place, product in enumerate(products)])


def table() -> pl.DataFrame:
    """The table `products`."""
    rows = []
    for line, products in (("retail", RETAIL), ("corporate", CORPORATE)):
        keys = product_ids(line)
        rows += [
            {
                "product_id": key, "name": one.name, "category": one.category, "line": line,
                "risk_level": one.risk or None, "annual_value": one.value,
                "prerequisite_id": keys[one.needs] if one.needs >= 0 else None,
            }
            for key, one in zip(keys, products, strict=True)
        ]  # fmt: skip
    return pl.DataFrame(rows)
