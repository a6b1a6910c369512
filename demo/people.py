"""People: staff on the companies' lists, and the bank's other customers."""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from demo import identifiers, names, places
from demo.clock import Clock
from demo.columns import NEVER, YEAR, Bools, Floats, Groups, Ints, between, chance, choose, pick
from demo.companies import Companies
from demo.offices import Offices

TITLES = ("总经理", "副总经理", "部门经理", "主管", "工程师", "财务", "销售代表", "专员", "操作工", "客服", "司机")
_TITLE_WEIGHTS = (0, 1, 6, 11, 14, 6, 14, 22, 18, 5, 3)
_TITLE_PAY = np.array([6.0, 4.0, 2.4, 1.6, 1.5, 1.1, 1.2, 0.95, 0.8, 0.75, 0.8])
EXECUTIVE = 1  # the last place of an executive's title

OCCUPATIONS = (
    "企业职员", "企业管理人员", "个体工商户", "企业主", "公务员", "教师", "医生", "自由职业", "退休", "学生", "务农",
)  # fmt: skip
_EMPLOYED, _MANAGER, _OWNER, _RETIRED, _STUDENT = 0, 1, 3, 8, 9
OWNER = _OWNER
_OCCUPATION_WEIGHTS = (34, 6, 18, 4, 8, 8, 5, 10, 0, 0, 7)
_OCCUPATION_INCOME = np.array([7500, 16_000, 9000, 30_000, 9500, 9000, 14_000, 6500, 4200, 900, 3800])
ADULT = 18
_GRADUATE = 23
_RETIREMENT = 60
_WORKING_AGE = 20
_LEAST_WAGE = 2300


@dataclass
class People:
    """One entry per person, staff first (company by company), then the others.

    `company` is -1 for those on no list; `since` the day they became customers; days as in `columns`.
    """

    female: Bools
    birth: Ints
    city: Ints
    surname: Ints
    occupation: Ints
    income: Floats
    company: Ints
    title: Ints
    hired: Ints
    left: Ints
    since: Ints

    def __len__(self) -> int:
        return len(self.female)

    def take(self, index: Ints) -> "People":
        """The people at `index`."""
        return People(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def and_(self, other: "People") -> "People":
        """These and then the others."""
        both = {field.name: (getattr(self, field.name), getattr(other, field.name)) for field in fields(self)}
        return People(**{name: np.concatenate(pair) for name, pair in both.items()})

    def ages(self, day: int) -> Floats:
        """Ages in years on a day."""
        return ((day - self.birth) / YEAR).astype(np.float32)


def staff(rng: np.random.Generator, firms: Companies, offices: Offices, clock: Clock) -> People:
    """Everyone on a staff list; no one is a customer yet."""
    company = Groups(firms.staff).owner()
    size = len(company)
    title = choose(rng, _TITLE_WEIGHTS, size)
    title[np.flatnonzero(np.diff(company, prepend=-1))] = 0  # each list begins with its general manager
    age = np.clip(rng.normal(35, 9, size) + (title <= EXECUTIVE) * 7, _WORKING_AGE, 59)
    birth = (clock.today - age * YEAR - rng.random(size) * 300).astype(np.int32)
    earliest = np.maximum(birth + round(_WORKING_AGE * YEAR), firms.founded[company])
    hired = np.maximum(clock.today - 20 - rng.exponential(5 * YEAR, size).astype(np.int32), earliest)
    gone = chance(rng, 0.06, size) & (title > 0)
    pay = names.INDUSTRY_PAY[firms.industry[company]] * _TITLE_PAY[title]
    firm_level = np.exp(rng.normal(0, 0.2, len(firms)))[company]
    return People(
        female=chance(rng, 0.46, size),
        birth=birth,
        city=np.where(chance(rng, 0.92, size), firms.city[company], offices.city(rng, size)),
        surname=names.surnames(rng, size),
        occupation=np.where(title <= EXECUTIVE, _MANAGER, _EMPLOYED),
        income=np.round(np.maximum(6500 * pay * firm_level * np.exp(rng.normal(0, 0.25, size)), _LEAST_WAGE), -1),
        company=company,
        title=title,
        hired=hired,
        left=np.where(gone, between(rng, np.maximum(hired, clock.start), clock.today, size), NEVER),
        since=np.full(size, NEVER, dtype=np.int32),
    )


def others(rng: np.random.Generator, size: int, offices: Offices, clock: Clock) -> People:
    """Customers who are on no staff list: pupils, traders, owners, the retired and staff of companies elsewhere."""
    band = choose(rng, (3, 11, 62, 24), size)
    age = np.array([6, 18, 26, 58])[band] + rng.random(size) * np.array([12, 8, 34, 27])[band]
    birth = (clock.today - age * YEAR).astype(np.int32)
    occupation = choose(rng, _OCCUPATION_WEIGHTS, size)
    occupation = np.where(age >= _RETIREMENT, _RETIRED, occupation)
    occupation = np.where(
        age < _GRADUATE, np.where(chance(rng, 0.85, size) | (age < ADULT), _STUDENT, _EMPLOYED), occupation
    )
    before = clock.start - 1 - rng.exponential(5 * YEAR, size).astype(np.int32)
    after = between(rng, clock.start + 1, clock.today, size)
    since = np.maximum(np.where(chance(rng, 0.68, size), before, after), birth + 3 * 365)
    nobody = np.full(size, -1, dtype=np.int32)
    return People(
        female=chance(rng, 0.5, size),
        birth=birth,
        city=offices.city(rng, size),
        surname=names.surnames(rng, size),
        occupation=occupation.astype(np.int64),
        income=np.round(_OCCUPATION_INCOME[occupation] * np.exp(rng.normal(0, 0.45, size)), -1),
        company=nobody,
        title=nobody,
        hired=np.full(size, NEVER, dtype=np.int32),
        left=np.full(size, NEVER, dtype=np.int32),
        since=since,
    )


@dataclass(frozen=True)
class Identity:
    """What a person is known by."""

    name: pl.Series
    id_number: pl.Series
    phone: pl.Series

    def take(self, index: Ints) -> "Identity":
        """Those at `index`."""
        return Identity(self.name.gather(index), self.id_number.gather(index), self.phone.gather(index))


def identities(rng: np.random.Generator, people: People) -> Identity:
    """Names, ID numbers and phones; four in five were born in the city they live in."""
    size = len(people)
    born_in = np.where(chance(rng, 0.8, size), people.city, rng.integers(0, len(places.CITIES), size))
    area = places.DISTRICT_CODES[places.districts(rng, born_in)]
    return Identity(
        names.full_names(people.surname, names.given_names(rng, people.female)),
        identifiers.citizen_ids(rng, area, people.birth, people.female),
        identifiers.mobile_numbers(rng, size),
    )


def addresses(rng: np.random.Generator, city: Ints, home: Ints) -> pl.Series:
    """Addresses; people of one home have the same."""
    size = len(city)
    district = places.districts(rng, city)[home]
    road = rng.integers(0, len(places.ROADS), size)[home]
    number = pl.Series(rng.integers(1, 400, size)[home]).cast(pl.String)
    block = pl.Series(rng.integers(1, 30, size)[home]).cast(pl.String)
    room = pl.Series((rng.integers(1, 25, size) * 100 + rng.integers(1, 5, size))[home]).cast(pl.String)
    province = [c.province if c.province[:2] != c.name else "" for c in places.CITIES]
    street = pick(places.DISTRICT_NAMES, district) + pick(places.ROADS, road) + number + "号"
    place = pick(province, city[home]) + pick([c.name + "市" for c in places.CITIES], city[home])
    return place + street + block + "幢" + room + "室"
