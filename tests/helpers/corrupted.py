"""A demo bank whose staff lists and customer records are spoilt in known ways, with the truth of who is whom.

Nobody whose link is given is asked about: `truth` holds the pairs that a resolver has to find.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from opencc import OpenCC
from pypinyin import lazy_pinyin

from demo import make_bank
from demo.clock import Clock
from demo.population import populate
from loaders.contract import schema
from loaders.identity import Identities, Sources

TODAY = date(2026, 6, 30)
NUMBER_FAULTS = {
    "whole": 0.44, "masked middle": 0.16, "masked to both ends": 0.04, "digit wrong": 0.05, "digits swapped": 0.04,
    "missing": 0.24, "15 digits or spaces": 0.03,
}  # fmt: skip
PHONE_FAULTS = {"same": 0.4, "other writing": 0.2, "changed": 0.22, "missing": 0.18}
NAME_FAULTS = {
    "same": 0.71, "traditional": 0.06, "homophone": 0.05, "spaces": 0.06, "pinyin": 0.04, "swapped pinyin": 0.04,
    "one character wrong": 0.04,
}  # fmt: skip
RIVALS = ("namesake", "twin", "parent")


@dataclass(frozen=True)
class Corrupted:
    """Tables, and what is true of them.

    truth: employee_id, customer_id, and the fault of each field (number, phone, name).
    persons: customer_id, person (the same for records that repeat one).
    rivals: employee_id, customer_id, kind: rows that must not be joined to that customer.
    """

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    persons: pl.DataFrame
    rivals: pl.DataFrame

    def sources(self) -> Sources:
        """What the resolver reads."""
        given = {name: self.tables[name].lazy() for name in ("customers", "employees", "companies")}
        return Sources(**given, paid=self.tables["paid"].lazy())

    def right(self, found: Identities) -> pl.DataFrame:
        """The detected links, each with `right`: it joins the employee to the right person."""
        links = found.is_customer.filter("detected").collect()
        persons = self.persons
        true = self.truth.join(persons, on="customer_id").select("employee_id", true="person")
        joined = links.join(persons, on="customer_id").join(true, on="employee_id", how="left")
        return joined.with_columns(right=(pl.col("person") == pl.col("true")).fill_null(value=False))

    def score(self, found: Identities) -> tuple[int, int]:
        """How many detected links are right, of how many."""
        links = self.right(found)
        return int(links["right"].sum()), len(links)

    def merged(self, found: Identities) -> pl.DataFrame:
        """The rivals that were joined to the customer whom they resemble."""
        persons = self.persons
        links = self.right(found).select("employee_id", "person")
        return self.rivals.join(persons, on="customer_id").join(links, on=["employee_id", "person"])


def corrupted_bank(folder: Path, customers: int, seed: int, rivals: int = 200) -> Corrupted:
    """Make a demo bank in `folder` and spoil it."""
    make_bank(folder, customers, seed=seed, as_of=TODAY)
    world = populate(customers, seed, Clock(TODAY))
    rng = np.random.default_rng(seed)
    people = _read(folder, "customers", world.customer_ids)
    staff = _read(folder, "employees", world.staff_ids)
    bearer = world.staff_customer
    ids = world.customer_ids.gather(np.maximum(bearer, 0)).zip_with(
        pl.Series(bearer >= 0), pl.Series([None] * len(bearer), dtype=pl.String)
    )
    staff = staff.with_columns(
        truth=ids,
        name=world.staff_identity.name,
        id_number=world.staff_identity.id_number,
        phone=world.staff_identity.phone,
    )
    persons = people.select("customer_id", person=pl.col("customer_id").min().over("id_number"))
    added, kept_apart = _rivals(rng, staff, people, rivals)
    staff, faults = _spoilt_staff(rng, staff)
    truth = faults.filter(pl.col("customer_id").is_null() & pl.col("truth").is_not_null()).select(
        "employee_id", "number", "spoilt_phone", "spoilt_name", customer_id="truth"
    )
    staff = pl.concat([staff.drop("truth"), added.select(staff.drop("truth").columns)])
    tables = {
        "customers": _spoilt_customers(rng, people), "employees": staff,
        "companies": _read(folder, "companies", world.company_ids),
        "paid": paid_of(pl.scan_parquet(folder / "payments.parquet")),
    }  # fmt: skip
    return Corrupted(tables, truth, persons, kept_apart)


def paid_of(payments: pl.LazyFrame) -> pl.DataFrame:
    """PAID from companies to customers, as the loader makes it."""
    wanted = payments.filter((pl.col("payer_type") == "company") & (pl.col("payee_type") == "customer"))
    month = pl.col("paid_on").cast(pl.Date, strict=False).dt.strftime("%Y%m").cast(pl.Int64)
    return (
        wanted.group_by(from_id="payer_id", to_id="payee_id")
        .agg(amount=pl.col("amount").cast(pl.Float64, strict=False).sum(), months=month.unique().sort())
        .with_columns(from_label=pl.lit("Company"), to_label=pl.lit("Customer"))
        .collect()
    )


def _read(folder: Path, table: str, ids: pl.Series) -> pl.DataFrame:
    """The good rows, in the world's order."""
    rows = pl.read_parquet(folder / f"{table}.parquet").with_columns(
        pl.col(name).cast(dtype, strict=False) for name, dtype in schema(table).items()
    )
    key = rows.columns[0]
    rows = rows.unique(key, keep="first", maintain_order=True)
    return pl.DataFrame({key: ids}).join(rows, on=key, how="left", maintain_order="left")


def _drawn(rng: np.random.Generator, faults: dict[str, float], size: int) -> pl.Series:
    return pl.Series(rng.choice(list(faults), size, p=list(faults.values())))


def _spoilt_staff(rng: np.random.Generator, staff: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    size = len(staff)
    faults = staff.select("employee_id", "customer_id", "truth").with_columns(
        number=_drawn(rng, NUMBER_FAULTS, size), spoilt_phone=_drawn(rng, PHONE_FAULTS, size),
        spoilt_name=_drawn(rng, NAME_FAULTS, size),
    )  # fmt: skip
    columns = {
        "id_number": [_number(rng, *row) for row in zip(faults["number"], staff["id_number"], strict=True)],
        "phone": [_phone(rng, *row) for row in zip(faults["spoilt_phone"], staff["phone"], strict=True)],
        "name": [_name(rng, *row) for row in zip(faults["spoilt_name"], staff["name"], strict=True)],
    }
    return staff.with_columns(**{name: pl.Series(values, dtype=pl.String) for name, values in columns.items()}), faults


def _number(rng: np.random.Generator, fault: str, number: str) -> str | None:
    place = int(rng.integers(0, 17))
    if fault == "masked middle":
        return number[:6] + "*" * 8 + number[14:]
    if fault == "masked to both ends":
        return number[0] + "*" * 16 + number[-1]
    if fault == "digit wrong":
        return number[:place] + str((int(number[place]) + int(rng.integers(1, 10))) % 10) + number[place + 1 :]
    if fault == "digits swapped":
        place = min(place, 15)
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if fault == "15 digits or spaces":
        return f"{number[:6]} {number[6:14]} {number[14:].lower()}"
    return None if fault == "missing" else number


def _phone(rng: np.random.Generator, fault: str, phone: str) -> str | None:
    if fault == "changed":
        return "1" + "".join(str(digit) for digit in (9, *rng.integers(0, 10, 9)))
    if fault == "other writing":
        forms = ("+86 {0}-{1}-{2}", "0086{0}{1}{2}", "{0} {1} {2}", "86-{0}{1}{2}", "(+86){0}{1}{2}")
        return forms[int(rng.integers(len(forms)))].format(phone[:3], phone[3:7], phone[7:])
    return None if fault == "missing" else phone


_TO_TRADITIONAL = OpenCC("s2t")
_HOMOPHONES = dict(
    zip("伟芳娜敏静杰涛明超磊强军洋勇艳娟秀霞平刚桂", "玮方那闽婧洁滔铭朝雷墙君阳咏燕捐绣遐萍钢贵", strict=True)
)
_OTHERS = "一乙丁卜川丰"


def _name(rng: np.random.Generator, fault: str, name: str) -> str:
    if fault == "traditional":
        return _TO_TRADITIONAL.convert(name)
    if fault == "homophone":
        return name[0] + "".join(_HOMOPHONES.get(character, character) for character in name[1:])
    if fault == "spaces":
        return (" " if rng.random() < 0.5 else "　").join(name)
    if fault in ("pinyin", "swapped pinyin"):
        surname, given = lazy_pinyin(name[0])[0], "".join(lazy_pinyin(name[1:]))
        given = given.title() if rng.random() < 0.5 else given.upper()
        return f"{surname.title()} {given}" if fault == "pinyin" else f"{given} {surname.upper()}"
    if fault == "one character wrong":
        return name[:-1] + _OTHERS[int(rng.integers(len(_OTHERS)))]
    return name


def _spoilt_customers(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    size = len(people)

    def some(share: float) -> pl.Series:
        return pl.Series(rng.random(size) < share)

    number = pl.col("id_number")
    masked = number.str.head(6) + "********" + number.str.tail(4)
    elsewhere = people["employer_name"].gather(rng.permutation(size))
    noise = pl.Series(np.exp(rng.normal(0, 0.12, size)))
    return people.with_columns(
        id_number=pl.when(some(0.05)).then(None).when(some(0.03)).then(masked).otherwise(number),
        phone=pl.when(some(0.04)).then(None).otherwise("phone"),
        birth_date=pl.when(some(0.1)).then(None).otherwise("birth_date"),
        gender=pl.when(some(0.1)).then(None).otherwise("gender"),
        employer_name=pl.when(some(0.25)).then(None).when(some(0.12)).then(elsewhere).otherwise("employer_name"),
        monthly_income=pl.when(some(0.15)).then(None).otherwise(pl.col("monthly_income") * noise),
    )  # fmt: skip


def _rivals(
    rng: np.random.Generator, staff: pl.DataFrame, people: pl.DataFrame, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Other people on the lists of the employers of customers: namesakes of the same year, twins, parents."""
    placed = staff.filter(pl.col("truth").is_not_null() & pl.col("left_on").is_null())
    chosen = placed.sample(min(3 * number, len(placed)), seed=int(rng.integers(2**31)))
    kinds = pl.Series([RIVALS[place % 3] for place in range(len(chosen))])
    rows = [_rival(rng, kind, row) for kind, row in zip(kinds, chosen.iter_rows(named=True), strict=True)]
    added = pl.DataFrame(rows, schema=dict(chosen.schema))
    pairs = added.select("employee_id", customer_id=chosen["truth"], kind=kinds)
    return added.with_columns(truth=pl.lit(None, pl.String), customer_id=pl.lit(None, pl.String)), pairs


def _rival(rng: np.random.Generator, kind: str, row: dict[str, object]) -> dict[str, object]:
    number, name, phone = str(row["id_number"]), str(row["name"]), str(row["phone"])
    year = int(number[6:10])
    month_day = f"{int(rng.integers(1, 13)):02d}{int(rng.integers(1, 29)):02d}"
    if kind == "twin":  # born on one day at one place, one character of the name apart
        name, born = name[:-1] + _OTHERS[int(rng.integers(len(_OTHERS)))], number[6:14]
    elif kind == "parent":
        name, born = name[0] + "建国"[: max(len(name) - 1, 1)], f"{year - 26}{month_day}"
    else:
        born = f"{year}{month_day}"
    area = number[:6] if kind != "namesake" else "330106"
    other = checked(f"{area}{born}{int(rng.integers(100, 999))}")
    if kind == "namesake" or rng.random() < 0.5:
        phone = "1" + "".join(str(digit) for digit in (8, *rng.integers(0, 10, 9)))
    shown = (other, other[:6] + "*" * 8 + other[14:], None)[int(rng.integers(3))]
    return row | {"employee_id": f"Z{row['employee_id']}", "name": name, "phone": phone, "id_number": shown}


def checked(body: str) -> str:
    """17 digits with their check character."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
