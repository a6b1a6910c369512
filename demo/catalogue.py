"""The bank's products, and what makes a customer or a company take one."""

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Product:
    """A product and its pull.

    `rate` is the chance to take it per quarter for an average eligible holder without any tie (0: its days come from
    elsewhere, as those of an account do that opens on the first day); `draws` are the
    factors (in log) of one standard deviation of a trait; `ladder` those of products held before; `colleagues`,
    `household` and `payments` those of all peers of that kind holding it. `life` is the mean time held, in years.
    """

    product_id: str
    name: str
    category: str
    annual_value: float
    rate: float = 0.0
    risk_level: int | None = None
    prerequisite: str | None = None
    ages: tuple[int, int] = (18, 90)
    draws: dict[str, float] = field(default_factory=dict[str, float])
    ladder: dict[str, float] = field(default_factory=dict[str, float])
    colleagues: float = 2.2
    household: float = 1.2
    payments: float = 0.8
    life: float = 20.0
    least_wealth: float = 0.0
    repeats: float = 0.0  # further contracts per contract
    share_of_wealth: float = 0.0  # weight of its balance in what a holder has at the bank
    loan_of_income: float = 0.0  # months of income owed


RETAIL = (
    Product("R01", "活期储蓄账户", "deposit", 36, ages=(0, 120), share_of_wealth=0.5),
    Product("R02", "借记卡", "card", 24, 0.25, prerequisite="R01", ages=(10, 120), draws={"age": -0.1}, life=80),
    Product("R03", "手机快捷支付", "payment", 18, 0.06, prerequisite="R02", ages=(16, 90), draws={"age": -0.5},
            life=60),
    Product("R04", "整存整取定期存款", "deposit", 150, 0.018, prerequisite="R01", draws={"age": 0.6, "wealth": 0.4},
            life=4, repeats=0.5, share_of_wealth=2.0),
    Product("R05", "大额存单", "deposit", 420, 0.012, prerequisite="R01", draws={"age": 0.3, "wealth": 0.5},
            ladder={"R04": 0.7}, life=4, least_wealth=200_000, repeats=0.3, share_of_wealth=4.0),
    Product("R06", "信用卡", "card", 320, 0.016, ages=(18, 65), life=40, draws={"age": -0.3, "income": 0.5},
            ladder={"R03": 0.4}),
    Product("R07", "信用卡账单分期", "loan", 480, 0.022, prerequisite="R06", ages=(18, 65),
            draws={"age": -0.3, "income": -0.2}, life=2, repeats=0.4, loan_of_income=2),
    Product("R08", "个人消费贷款", "loan", 900, 0.006, ages=(20, 60), draws={"age": -0.2, "income": 0.3},
            ladder={"R06": 0.5, "R07": 0.5}, life=3, loan_of_income=8),
    Product("R09", "个人住房按揭贷款", "mortgage", 4200, 0.005, ages=(22, 60), draws={"age": -0.3, "income": 0.6},
            life=25, loan_of_income=80, household=0.4),
    Product("R10", "家庭装修分期", "loan", 760, 0.006, prerequisite="R06", ages=(22, 60), draws={"income": 0.2},
            ladder={"R09": 1.6}, life=4, loan_of_income=10, household=0.5),
    Product("R11", "稳健型净值理财", "wealth", 520, 0.011, risk_level=2, draws={"age": 0.3, "wealth": 0.6},
            ladder={"R04": 0.5}, life=5, repeats=0.4, share_of_wealth=3.0, colleagues=2.6),
    Product("R12", "混合类净值理财", "wealth", 820, 0.008, risk_level=3, draws={"wealth": 0.7}, ladder={"R11": 0.9},
            life=5, repeats=0.3, share_of_wealth=3.0, colleagues=2.6),
    Product("R13", "货币市场基金", "fund", 90, 0.014, risk_level=1, ages=(18, 70), draws={"age": -0.3, "wealth": 0.2},
            ladder={"R03": 0.4}, life=6, share_of_wealth=1.0, colleagues=2.6),
    Product("R14", "混合型基金定投", "fund", 360, 0.009, risk_level=3, ages=(18, 65),
            draws={"age": -0.3, "income": 0.4}, ladder={"R13": 0.8}, life=6, share_of_wealth=1.0, colleagues=2.8),
    Product("R15", "股票型基金", "fund", 640, 0.007, risk_level=4, ages=(18, 65), draws={"wealth": 0.4},
            ladder={"R14": 1.0}, life=5, share_of_wealth=1.5, colleagues=2.8),
    Product("R16", "积存金", "gold", 210, 0.008, risk_level=3, draws={"age": 0.2, "wealth": 0.3}, life=8,
            share_of_wealth=0.8, colleagues=2.6, payments=1.2),
    Product("R17", "终身寿险", "insurance", 1600, 0.006, ages=(18, 60), draws={"income": 0.4}, ladder={"R09": 0.4},
            household=1.6, share_of_wealth=1.0),
    Product("R18", "个人养老金账户", "other", 260, 0.010, ages=(18, 59), draws={"income": 0.6}, colleagues=3.0),
    Product("R19", "私人银行专属组合", "wealth", 18_000, 0.020, risk_level=4, draws={"wealth": 0.3},
            ladder={"R12": 0.6}, least_wealth=4_000_000, share_of_wealth=6.0),
)  # fmt: skip

CORPORATE = (
    Product("B01", "单位结算账户", "cash_management", 1200, share_of_wealth=1.0),
    Product("B02", "企业网上银行", "payment", 600, 0.12, prerequisite="B01", life=80),
    Product("B03", "代发工资", "payroll", 9000, prerequisite="B01"),
    Product("B04", "单位结算卡", "payment", 400, 0.03, prerequisite="B01"),
    Product("B05", "协定存款", "deposit", 5200, 0.02, prerequisite="B01", draws={"size": 0.4}, share_of_wealth=3.0),
    Product("B06", "集团现金管理", "cash_management", 16_000, 0.010, prerequisite="B02", draws={"size": 0.6},
            payments=1.8),
    Product("B07", "流动资金贷款", "loan", 26_000, 0.015, prerequisite="B01", draws={"size": 0.3}, life=3,
            repeats=0.6, loan_of_income=3),
    Product("B08", "供应链融资", "trade_finance", 19_000, 0.008, prerequisite="B02", ladder={"B07": 0.8}, life=4,
            payments=2.6, loan_of_income=2),
    Product("B09", "银行承兑汇票", "trade_finance", 12_000, 0.012, prerequisite="B01", draws={"size": 0.3}, life=3,
            payments=2.2, repeats=0.5),
    Product("B10", "进口信用证", "trade_finance", 15_000, 0.006, prerequisite="B01", draws={"size": 0.5}, life=4),
    Product("B11", "商户收单", "payment", 2600, 0.020, prerequisite="B01", draws={"size": -0.2}),
    Product("B12", "对公净值理财", "wealth", 8800, 0.010, risk_level=2, prerequisite="B01", draws={"size": 0.3},
            life=5, repeats=0.4, share_of_wealth=3.0),
)  # fmt: skip

FIRST_ACCOUNT, FIRST_COMPANY_ACCOUNT, PAYROLL = "R01", "B01", "B03"


def table() -> pl.DataFrame:
    """The table `products`."""
    lines = [(product, "retail") for product in RETAIL] + [(product, "corporate") for product in CORPORATE]
    rows = [
        (p.product_id, p.name, p.category, line, p.risk_level, float(p.annual_value), p.prerequisite)
        for p, line in lines
    ]
    names = ("product_id", "name", "category", "line", "risk_level", "annual_value", "prerequisite_id")
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
