"""How records of people are compared. The defaults of m and u serve sources too small to learn from."""

from typing import Final

from loaders.identity.comparison import Comparison, Level, Model

_NEAR: Final = "damerau_levenshtein(l.{0}, r.{0}) = 1 AND length(l.{0}) = length(r.{0})"
_PART: Final = "starts_with(l.{0}, r.{0}) OR starts_with(r.{0}, l.{0})"
_END: Final = "ends_with(l.{0}, r.{0}) OR ends_with(r.{0}, l.{0})"
# counted by hand, for the distances of DuckDB count bytes, of which a Chinese character has three
_ONE_CHARACTER: Final = (
    "length(l.name) = 3 AND length(r.name) = 3 AND "
    + " + ".join(f"(l.name[{place}:{place}] = r.name[{place}:{place}])::INT" for place in (1, 2, 3))
    + " = 2"
)

# 云帆 or 云帆机械 for 云帆精密机械
_SHORTENED: Final = (
    "starts_with(l.core, r.core) OR starts_with(r.core, l.core) OR "
    "(l.brand = r.brand AND (ends_with(l.core, r.core[length(r.brand) + 1:]) OR "
    "ends_with(r.core, l.core[length(l.brand) + 1:])))"
)


def _either(*columns: str) -> str:
    return " OR ".join(f"l.{column} IS NULL OR r.{column} IS NULL" for column in columns)


def _same(column: str) -> str:
    return f"l.{column} = r.{column}"


def _masked(column: str, whole: int, agree: str) -> str:
    """Of at least one of the two less than `whole` is visible, and that agrees."""
    return f"least(length(l.{column}), length(r.{column})) < {whole} AND ({agree.format(column)})"


def _within(share: float, theirs: str = "salary") -> str:
    return f"abs(l.salary - r.{theirs}) <= {share} * greatest(l.salary, r.{theirs})"


_UNLIKE: Final = "l.name_key <> r.name_key"
NAME: Final = Comparison(
    "name",
    _either("name_key"),
    (
        Level("the same characters", _same("name"), 0.9, 3e-4, "name"),
        Level("sounds the same, in any order or script", _same("name_key"), 0.06, 3e-4, "name_key"),
        Level(
            "one character of three or more differs",
            f"({_ONE_CHARACTER}) OR (length(l.name) > 4 AND damerau_levenshtein(l.name, r.name) <= 1)",
            0.02, 1e-3, most=0.05,
        ),
        Level("the same surname", _same("surname"), 0.01, 0.05, most=0.015),
    ),
    most=0.005,
)  # fmt: skip
AREA: Final = Comparison(
    "area",
    _either("area"),
    (
        Level("as far as it is visible", _masked("area", 6, _PART), 0.02, 0.05),
        Level("the same", _same("area"), 0.96, 0.01, "area"),
        Level("one digit wrong or two swapped", _NEAR.format("area"), 0.015, 0.01),
    ),
    most=0.02,
)
BIRTH: Final = Comparison(
    "birth",
    _either("birth"),
    (
        Level("the same day", _same("birth"), 0.96, 6e-5, "birth"),
        Level("one digit wrong or two swapped", _NEAR.format("birth"), 0.03, 1e-3),
        Level("the same year", "l.birth[1:4] = r.birth[1:4]", 0.002, 0.025, most=0.002),
    ),
    most=0.01,
)
LAST: Final = Comparison(
    "last",
    _either("last"),
    (
        Level("as far as it is visible", _masked("last", 4, _END), 0.02, 0.05),
        Level("the same four", _same("last"), 0.96, 1e-4),
        Level("one digit wrong or two swapped", _NEAR.format("last"), 0.015, 4e-3),
    ),
    most=0.01,
)
GENDER: Final = Comparison(
    "gender",
    f"{_either('gender')} OR (l.last IS NOT NULL AND r.last IS NOT NULL)",
    (Level("the same", _same("gender"), 0.99, 0.5),),
    most=0.02,
)
PHONE: Final = Comparison(
    "phone",
    # families share phones: where the surnames differ, too, the same phone says nothing
    f"{_either('phone')} OR ({_same('phone')} AND {_UNLIKE} AND l.surname IS DISTINCT FROM r.surname)",
    (
        Level("the same, a slip in the name or a relative's", f"{_same('phone')} AND {_UNLIKE}", 0.02, 2e-6, most=0.02),
        Level("the same", _same("phone"), 0.8, 1e-6, "phone"),
        Level("one digit wrong or two swapped", _NEAR.format("phone"), 0.02, 1e-5),
    ),
)
WORKPLACE: Final = Comparison(
    "workplace",
    "FALSE",
    (
        Level("paid by the company", _same("payer"), 0.3, 1e-3, "payer"),
        Level("paid by the company, though not mostly", "list_contains(r.payers, l.payer)", 0.03, 1e-3),
        Level("paid from elsewhere by one of its name", "l.employer = r.outer", 0.05, 1e-3),
        Level("names the company as employer", _same("employer"), 0.2, 1e-3, "employer"),
        Level("names one of its brand as employer", _same("brand"), 0.05, 3e-3),
        # of a company's staff the bank knows the work more often than of anybody: that is learned
        Level("nothing is known of the customer's work", "r.payer IS NULL AND r.employer IS NULL", 0.3, 0.3),
    ),
)
CITY: Final = Comparison(
    "city",
    # the workplace says more where it agrees
    f"{_either('city')} OR {_same('payer')} OR {_same('brand')}",
    (Level("the same", _same("city"), 0.85, 0.1, "city"),),
)
ADDRESS: Final = Comparison("address", _either("address"), (Level("the same", _same("address"), 0.5, 1e-5, "address"),))
EMPLOYER: Final = Comparison(
    "employer",
    "(l.payer IS NULL OR r.payer IS NULL) AND (l.employer IS NULL OR r.employer IS NULL)",
    (
        Level("paid by one company", _same("payer"), 0.3, 1e-3, "payer"),
        Level("name one company as employer", _same("employer"), 0.3, 1e-3, "employer"),
    ),
)
HOMETOWN: Final = Comparison(
    "city",
    f"{_either('city')} OR (l.address IS NOT NULL AND r.address IS NOT NULL)",  # the address says more
    (Level("the same", _same("city"), 0.85, 0.1, "city"),),
)
_PAID_THERE: Final = f"coalesce({_same('payer')} AND l.salary > 0 AND r.wage > 0, FALSE)"
WAGE: Final = Comparison(
    "wage",
    f"NOT {_PAID_THERE}",
    (
        Level("within 1 %", _within(0.01, "wage"), 0.5, 0.01),
        Level("within 5 %", _within(0.05, "wage"), 0.2, 0.05),
        Level("within 20 %", _within(0.2, "wage"), 0.15, 0.15),
    ),
)
DECLARED: Final = Comparison(
    "salary",
    # what the company pays says more
    f"{_either('salary')} OR {_PAID_THERE}",
    (
        Level("within 1 %", _within(0.01), 0.3, 0.01),
        Level("within 10 %", _within(0.1), 0.25, 0.1),
        Level("within 30 %", _within(0.3), 0.2, 0.2),
    ),
)
SALARY: Final = Comparison(
    "salary",
    _either("salary"),
    (
        Level("within 1 %", _within(0.01), 0.3, 0.01),
        Level("within 10 %", _within(0.1), 0.25, 0.1),
        Level("within 30 %", _within(0.3), 0.2, 0.2),
    ),
)

STAFF: Final = Model(
    comparisons=(NAME, AREA, BIRTH, LAST, GENDER, PHONE, WORKPLACE, CITY, WAGE, DECLARED),
    blocks=(
        ("phone_block",),
        ("birth", "last"),
        ("birth", "name_key"),
        ("area", "last"),
        ("area", "birth"),
        ("last", "name_key"),
        ("name_key", "payer"),
        ("name_key", "employer"),
        ("name_key", "brand"),
        ("name_block",),
    ),
    # a comparison is not learned in a block of its own columns
    training=(("name_key", "name_block"), ("phone", "phone_block"), ("birth", "last")),
    # pairs that an exact key gave teach what they have in common beside it
    untaught={
        "source": (),
        "id_number": ("area", "birth", "last"),
        "phone_and_name": ("area", "birth", "last", "name", "phone"),
    },
)

REPEATS: Final = Model(
    comparisons=(NAME, AREA, BIRTH, LAST, GENDER, PHONE, ADDRESS, EMPLOYER, HOMETOWN),
    # relatives share homes, phones and days of birth: only who is called alike, or has the same number, is compared;
    # and a name alone, however rare, is not enough
    blocks=(
        ("birth", "last"),
        ("birth", "name_key"),
        ("last", "name_key"),
        ("phone_block", "name_key"),
        ("address", "name_key"),
    ),
    # the pairs with one ID number teach what a person's records have in common beside it
    untaught={"id_number": ("area", "birth", "last")},
)
"""Customers that may be one person. Those in one block are mostly relatives where there are no duplicates: m is not
learned in blocks."""

FIRM_NAME: Final = Comparison(
    "name",
    _either("core"),
    (
        # the law lets a place have a brand in a trade once only
        Level("the same name at the same place", f"{_same('name')} OR {_same('site')}", 0.6, 1e-7),
        Level("at another place", "l.place <> r.place", 0.02, 0.9),
        Level("the same name, the place not said", _same("core"), 0.12, 2e-6),
        Level("the same brand in another trade", f"{_same('brand')} AND NOT ({_SHORTENED})", 0.01, 1e-3),
        Level("shortened to the brand, at the same place", _same("local"), 0.12, 1e-5, "local"),
        Level("shortened to the brand, the place not said", _same("brand"), 0.05, 1e-4, "brand"),
        Level("shortened otherwise", _SHORTENED, 0.05, 1e-4),
    ),
)
PAYS_STAFF: Final = Comparison(
    "staff",
    "l.staffed IS NULL AND l.declared IS NULL",
    (
        Level("pays the company's staff", _same("staffed"), 0.5, 1e-5),
        Level("its payees name the company as employer", "l.declared = r.core", 0.2, 1e-5),
    ),
)
FIRMS: Final = Model(
    comparisons=(FIRM_NAME, PAYS_STAFF),
    blocks=(
        ("name",),
        ("core_block",),
        ("core", "place"),
        ("local",),
        ("head", "place"),
        ("brand_block",),
        ("head_block",),
        ("staffed",),
    ),
)
"""Organisations that pay from another bank (left) and the companies that the bank knows."""

PAYEES: Final = Model(
    comparisons=(
        NAME,
        Comparison(
            "salary_payer", _either("payer"), (Level("paid by the employer", _same("payer"), 0.9, 1e-3, "payer"),)
        ),
        SALARY,
        Comparison("transfers", _either("own"), (Level("money to and fro", _same("own"), 0.9, 1e-6),)),
    ),
    blocks=(("name_key", "payer"), ("surname", "payer"), ("own",)),
)
"""People paid elsewhere (left), and customers and staff."""
