"""What the bank has written down of its world: keys, tables of parties, relations. Some of it is missing or wrong."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from demo.columns import NEVER, Bools, Ints, between, blank, chance, choose, dates, keys, money, pick, stream
from demo.identifiers import credit_codes

from . import catalogue
from .clock import END
from .firms import INDUSTRIES, SECTORS
from .history import CITIES, World
from .people import TITLES

_CITIES = ("临川", "东渡", "青石", "云浦", "白沙", "南屏")
_BRANDS = "瑞泽恒盛嘉禾远航启明博雅鼎新汇通融创星河宏图天成金桥百川中正安泰"
_CHANNELS = ("app", "wechat", "wecom", "sms", "call", "branch")
_SEGMENTS = ("mass", "affluent", "private")


@dataclass
class Records:
    """Keys of all parties in one row: customers (by person), staff rows, companies (by firm), counterparties.

    A counterparty is a person, a firm under a short name, or one of `more` others.
    """

    world: World
    more: int = 400
    staff: Ints = field(init=False)  # person of each staff row
    job: Ints = field(init=False)
    employer: Ints = field(init=False)
    staff_row: Ints = field(init=False)  # the newest row of each person, -1
    customer: Bools = field(init=False)
    company: Bools = field(init=False)
    known_as_company: Bools = field(init=False)
    branch: Ints = field(init=False)
    segment: Ints = field(init=False)
    firm_name: pl.Series = field(init=False)
    short_name: pl.Series = field(init=False)

    def __post_init__(self) -> None:
        world, rng = self.world, stream(self.world.seed, "records")
        people, firms = world.people, world.firms
        client = firms.clients(END)
        self.customer = world.retail.joined <= END
        self.company = client | firms.listed
        self.known_as_company = self.company & (client | chance(rng, 0.9, len(firms)))
        staffed = client & chance(rng, 0.9, len(firms)) | self.company & chance(rng, 0.35, len(firms))
        jobs = [
            np.flatnonzero((firm >= 0) & staffed[firm] & (hired <= END))
            for firm, hired in zip(people.firms, people.hired, strict=True)
        ]
        self.staff = np.concatenate(jobs)
        self.job = np.repeat([0, 1], [len(job) for job in jobs])
        self.employer = np.where(self.job == 0, people.firms[0][self.staff], people.firms[1][self.staff])
        self.staff_row = np.full(len(people), -1)
        self.staff_row[self.staff] = np.arange(len(self.staff))
        self.branch = people.city * 4 + rng.integers(0, 4, len(people))
        self.segment = np.searchsorted(np.quantile(world.retail.wealth, [0.85, 0.97]), world.retail.wealth)
        self._name_firms(rng)
        self._keys(rng)

    def _name_firms(self, rng: np.random.Generator) -> None:
        firms = self.world.firms
        serial = rng.permutation(len(firms))
        marks = pl.Series(list(_BRANDS))
        brand = marks.gather(serial % len(marks)) + marks.gather(serial // len(marks) % len(marks))
        brand = brand + pick(
            list("甲乙丙丁戊己庚辛壬癸"), np.where(serial < len(marks) ** 2, -1, serial // len(marks) ** 2 % 10)
        ).fill_null("")
        self.short_name = brand + pick(SECTORS, firms.industry)
        self.firm_name = (
            pick(_CITIES, firms.city)
            + "市"
            + self.short_name
            + pick(("有限公司", "股份有限公司"), rng.integers(0, 2, len(firms)))
        )

    def _keys(self, rng: np.random.Generator) -> None:
        people, firms, staff = len(self.world.people), len(self.world.firms), len(self.staff)
        sizes = (people, staff, firms, people + firms + self.more)
        prefixes = ("P", "S", "F", "X")
        shuffled = [
            keys(prefix, size, 8).gather(rng.permutation(size)) for prefix, size in zip(prefixes, sizes, strict=True)
        ]
        self.starts = np.cumsum((0, *sizes))
        self.ids = pl.concat(shuffled)

    def staff_node(self, row: Ints) -> Ints:
        """The place of staff rows among all parties."""
        return self.starts[1] + row

    def firm_node(self, firm: Ints) -> Ints:
        """A firm as the bank knows it: a company, or else a counterparty."""
        return np.where(self.known_as_company[firm], self.starts[2] + firm, self.alias_node(firm))

    def alias_node(self, firm: Ints) -> Ints:
        """A firm as it pays from another bank."""
        return self.starts[3] + len(self.world.people) + firm

    def person_node(self, person: Ints) -> Ints:
        """A person as a counterparty."""
        return self.starts[3] + person

    def other_node(self, number: Ints) -> Ints:
        """One of the others."""
        return self.starts[3] + len(self.world.people) + len(self.world.firms) + number

    def known_node(self, person: Ints) -> Ints:
        """A person under the best record: customer, staff, counterparty."""
        row = self.staff_row[person]
        other = np.where(row >= 0, self.staff_node(row), self.person_node(person))
        return np.where(self.customer[person], person, other)

    def type_and_id(self, node: Ints, name: str) -> list[pl.Series]:
        """The two columns that name a party."""
        kinds = pl.Series(("customer", "employee", "company", "counterparty"))
        kind = kinds.gather(np.searchsorted(self.starts, node, "right") - 1)
        return [kind.alias(f"{name}_type"), self.ids.gather(node).alias(f"{name}_id")]

    def offices(self) -> dict[str, pl.DataFrame]:
        """`branches` (head, one per city, four below each) and `managers`."""
        cities = list(_CITIES)
        sub = [
            (f"B{city + 1}{place + 1}", f"{cities[city]}{place + 1}支行", "sub_branch", f"B{city + 1}0", cities[city])
            for city in range(CITIES)
            for place in range(4)
        ]
        rows = [
            ("B00", "总行", "head", None, cities[0]),
            *((f"B{city + 1}0", f"{name}分行", "branch", "B00", name) for city, name in enumerate(cities)),
            *sub,
        ]
        branches = pl.DataFrame(rows, schema=["branch_id", "name", "level", "parent_id", "city"], orient="row")
        managers = pl.DataFrame(
            [
                (f"M{line[0]}{row[0]}", f"经理{row[0]}", row[0], line, 80)
                for row in sub
                for line in ("retail", "corporate")
            ],
            schema=["manager_id", "name", "branch_id", "line", "capacity"],
            orient="row",
        )
        return {"branches": branches, "managers": managers}

    def customers(self) -> pl.DataFrame:
        """The table `customers`, with what the gates read."""
        world, rng, who = self.world, stream(self.world.seed, "customers"), np.flatnonzero(self.customer)
        people, size = world.people, int(self.customer.sum())
        firm = people.firm(END)[who]
        declared = np.where(chance(rng, 0.55, size), firm, -1)
        short = chance(rng, 0.3, size)
        employer = pick(self.short_name, declared).zip_with(pl.Series(short), pick(self.firm_name, declared))
        income = people.wage[who] * np.where(people.event[who] <= END, 1.45, 1.0) * rng.lognormal(0, 0.15, size)
        branch = self._branch_ids(self.branch[who])
        tolerance = np.clip(np.round(3 + 0.6 * people.ability[who] + rng.normal(0, 0.9, size)), 1, 5)
        return pl.DataFrame({
            "customer_id": self.ids.gather(who), "name": people.name.gather(who),
            "id_number": blank(people.id_number.gather(who), chance(rng, 0.08, size)),
            "phone": blank(people.phone.gather(who), chance(rng, 0.08, size)),
            "gender": pick(("M", "F"), people.female[who].astype(int)), "birth_date": dates(people.born[who]),
            "city": pick(_CITIES, people.city[who]), "address": self._addresses(who), "employer_name": employer,
            "monthly_income": money(np.where(chance(rng, 0.7, size) & (firm >= 0), income, np.nan)),
            "segment": pick(_SEGMENTS, self.segment[who]),
            "aum": money(world.retail.wealth[who] * rng.lognormal(0, 0.2, size)),
            "risk_tolerance": tolerance.astype(np.int64),
            "risk_assessed_on": dates(END - between(rng, 0, 400, size)), "branch_id": branch,
            "manager_id": "Mr" + branch, "since": dates(world.retail.joined[who]),
            "preferred_channel": pick(_CHANNELS, choose(rng, (5, 3, 1, 1, 2, 1), size)),
            "marketing_consent": world.consent[who], "do_not_contact": chance(rng, 0.02, size),
        })  # fmt: skip

    def _addresses(self, who: Ints) -> pl.Series:
        """Of those who told; a household lives together but for a third of the grown children."""
        people, rng = self.world.people, stream(self.world.seed, "addresses")
        moved = (people.role == 2) & chance(rng, 0.33, len(people))
        house = np.where(moved, people.household.max() + 1 + np.arange(len(people)), people.household)[who]
        place = pick(_CITIES, people.city[who]) + "市" + pl.Series(house // 300).cast(pl.String) + "路"
        return blank(place + pl.Series(house % 300).cast(pl.String) + "号", chance(rng, 0.2, len(who)))

    def companies(self) -> pl.DataFrame:
        """The table `companies`."""
        firms, rng, who = self.world.firms, stream(self.world.seed, "companies"), np.flatnonzero(self.company)
        size = len(who)
        branch = self._branch_ids(firms.city[who] * 4 + rng.integers(0, 4, size))
        since = firms.client_since[who]
        capital = np.exp(13.5 + firms.scale[who] + rng.normal(0, 0.8, size))
        return pl.DataFrame({
            "company_id": self.ids.gather(self.starts[2] + who), "name": self.firm_name.gather(who),
            "credit_code": credit_codes(rng, 330_100 + firms.city[who] * 100),
            "industry": pick(INDUSTRIES, firms.industry[who]),
            "size": pick(("micro", "small", "medium", "large"), firms.size[who]),
            "registered_capital": money(np.where(chance(rng, 0.8, size), capital, np.nan)),
            "city": pick(_CITIES, firms.city[who]), "branch_id": branch, "manager_id": "Mc" + branch,
            "client_since": dates(np.where(since <= END, since, NEVER)),
        })  # fmt: skip

    def employees(self) -> pl.DataFrame:
        """The table `employees`: numbers whole, masked, slipped or missing; a few links to customers."""
        people, rng, who = self.world.people, stream(self.world.seed, "employees"), self.staff
        size = len(who)
        hired, left = (
            np.where(self.job == 0, dates_[0][who], dates_[1][who]) for dates_ in (people.hired, people.left)
        )
        linked = self.customer[who] & chance(rng, self.world.style.links, size)
        phone = people.phone.gather(np.where(chance(rng, 0.1, size), rng.integers(0, len(people), size), who))
        return pl.DataFrame({
            "employee_id": self.ids.gather(self.staff_node(np.arange(size))),
            "company_id": self.ids.gather(self.starts[2] + self.employer),
            "name": people.name.gather(who), "id_number": _spoilt(rng, people.id_number.gather(who)),
            "phone": blank(phone, chance(rng, 0.4, size)),
            "title": blank(pick(TITLES, people.band[who]), chance(rng, 0.15, size)),
            "monthly_salary": money(np.where(chance(rng, 0.6, size), people.wage[who], np.nan)),
            "hired_on": dates(hired), "left_on": dates(np.where(left <= END, left, NEVER)),
            "customer_id": blank(self.ids.gather(who), ~linked),
        })  # fmt: skip

    def counterparties(self, nodes: Ints) -> pl.DataFrame:
        """The table `counterparties`: those among the parties that occur."""
        people, firms = self.world.people, self.world.firms
        number = np.unique(nodes[nodes >= self.starts[3]]) - self.starts[3]
        names = pl.concat([people.name, self.short_name, pl.Series([f"商户{place}" for place in range(self.more)])])
        kind = pick(("person", "company"), (number >= len(people)).astype(int))
        assert len(names) == len(people) + len(firms) + self.more
        return pl.DataFrame(
            {"counterparty_id": self.ids.gather(self.starts[3] + number), "name": names.gather(number), "kind": kind}
        )

    def _branch_ids(self, place: Ints) -> pl.Series:
        return pl.Series([f"B{city + 1}{number + 1}" for city in range(CITIES) for number in range(4)]).gather(place)

    def product_rows(self) -> pl.DataFrame:
        """The table `holdings` as it stood on the as-of day."""
        retail, corporate, rng = self.world.retail, self.world.corporate, stream(self.world.seed, "holdings")
        who, what = np.nonzero(retail.opened <= END)
        parts = [(who, what, retail.opened[who, what], np.full(len(who), NEVER)), *retail.closed]
        person, product, opened, closed = (np.concatenate(column) for column in zip(*parts, strict=True))
        again = np.flatnonzero(
            (product == 2) & chance(rng, 0.15, len(product)) & (opened < END - 60) & (closed == NEVER)
        )
        person, product, closed = (np.r_[column, column[again]] for column in (person, product, closed))
        opened = np.r_[opened, between(rng, opened[again], np.full(len(again), END), len(again))]
        firm, used = np.nonzero(corporate.opened <= END)
        amount = np.r_[
            retail.wealth[person] * rng.lognormal(-1.5, 0.8, len(person)), np.exp(11 + self.world.firms.scale[firm])
        ]
        products = pl.Series(catalogue.product_ids("retail") + catalogue.product_ids("corporate"))
        return pl.DataFrame({
            "holder_type": pick(("customer", "company"), np.repeat([0, 1], [len(person), len(firm)])),
            "holder_id": self.ids.gather(np.r_[person, self.starts[2] + firm]),
            "product_id": products.gather(np.r_[product, used + len(catalogue.RETAIL)]),
            "opened_on": dates(np.r_[opened, corporate.opened[firm, used]]),
            "closed_on": dates(np.r_[closed, np.full(len(firm), NEVER)]), "balance": money(amount),
        })  # fmt: skip


def _spoilt(rng: np.random.Generator, number: pl.Series) -> pl.Series:
    """Whole, masked, with a digit wrong, or missing."""
    form = choose(rng, (0.36, 0.30, 0.07, 0.27), len(number))
    digit = pl.Series(rng.integers(0, 10, len(number))).cast(pl.String)
    shown = pl.DataFrame({"number": number, "form": form, "digit": digit}).select(
        pl.when(pl.col("form") == 1).then(pl.col("number").str.head(6) + "********" + pl.col("number").str.tail(4))
        .when(pl.col("form") == 2).then(pl.col("number").str.head(15) + pl.col("digit") + pl.col("number").str.tail(2))
        .when(pl.col("form") == 0).then(pl.col("number"))
    )  # fmt: skip
    return shown.to_series()
