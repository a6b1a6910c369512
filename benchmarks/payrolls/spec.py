"""What differs from one made-up world of payments to the next."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

CHINESE: Final = {
    "pay": ("工资", "代发工资", "薪资", "1月薪酬", "绩效工资", "劳务工资"), "rent": ("房租", "租金", "租赁费"),
    "goods": ("货款", "采购款", "材料费"), "pension": ("养老金", "退休金", "养老待遇发放"),
    "claim": ("理赔款", "保险赔付"), "annuity": ("年金给付", "生存金"), "refund": ("退款", "退货退款"),
    "expense": ("报销", "差旅费报销", "备用金"), "dividend": ("分红",), "gig": ("配送费", "提现"),
    "bonus": ("年终奖", "奖金"), "benefit": ("补贴", "补助"), "settlement": ("结算款", "货款结算"),
    "family": ("生活费", "转账", "红包", "还款"),
}  # fmt: skip
ENGLISH: Final = {
    "pay": ("salary", "PAYROLL JUN", "wages", "monthly pay"), "rent": ("rent", "lease"),
    "goods": ("invoice 221", "goods"), "pension": ("pension", "retirement benefit"), "claim": ("claim",),
    "annuity": ("annuity",), "refund": ("refund", "return"), "expense": ("expenses", "reimbursement"),
    "dividend": ("dividend",), "gig": ("payout", "withdrawal"), "bonus": ("bonus",), "benefit": ("allowance",),
    "settlement": ("settlement",), "family": ("transfer", "gift"),
}  # fmt: skip
CODES: Final = {
    "pay": ("DF01", "BTC-7", "0921"), "rent": ("ZL", "0311"), "goods": ("HK2", "0400"), "pension": ("YL9", "0922"),
    "claim": ("LP1",), "annuity": ("NJ3",), "refund": ("TK",), "expense": ("BX", "0500"), "dividend": ("FH",),
    "gig": ("PS",), "bonus": ("JJ",), "benefit": ("BT", "0930"), "settlement": ("JS1",), "family": ("ZZ", "0001"),
}  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """How one world differs from the others; shares are 0..1."""

    name: str
    seed: int
    words: dict[str, tuple[str, ...]] = field(default_factory=lambda: CHINESE)
    people: int = 4000
    firms: int = 60
    giant: int = 400
    months: int = 14
    silent: float = 0.2
    """of salaries without a purpose"""
    misled: float = 0.05
    """of salaries whose purpose speaks of something else, and of other payments that speak of pay"""
    noise: float = 0.03
    hourly: float = 0.1
    jitter: int = 0
    inside: float = 0.7
    staff_list: bool = True
    known: bool = True
    """birth dates, kinds of counterparties and speaking names"""
    sums: bool = False
    """one row per month and pair, with `count`"""
    turnover: float = 0.02
    second_jobs: float = 0.02
    """of staff who are on another's staff, too"""
    rounded: float = 0.1
    """of firms that pay whole hundreds"""
    one_day: bool = False
    """rents and annuities are paid to all on one day"""
    gig_days: int = 7


@dataclass(frozen=True)
class World:
    """Tables of the contract, and `truth`: payer_type, payer_id, payee_type, payee_id, months, silent."""

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
