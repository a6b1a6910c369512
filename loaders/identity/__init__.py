"""Which records are one: employees who are customers, records that repeat a person, accounts at other banks.

decisions ► exact keys ► Splink for the rest ► rivals share the probability ► what must not be one is parted ► links

    customers ─ customers      the same person twice                   `_repeated`
    employees ► customers      who banks here                          `_staff`
    counterparties ► companies who pays from another bank              `_outside`
    counterparties ► people    whose account elsewhere it is           `_outside`
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from graph.identity_decisions import MAY_BE_ONE, no_decisions
from graph.snapshot import ENDS
from loaders.identity.choose import ANY_NUMBER, ONE_PARTY, ONE_PLACE, chosen, compatible, possible, weighed
from loaders.identity.clusters import SAID, consistent, stars
from loaders.identity.comparison import Model
from loaders.identity.exact import duplicates, exact_links
from loaders.identity.frequencies import frequencies, name_frequencies, work_frequencies
from loaders.identity.linkage import linked
from loaders.identity.model import FIRMS, PAYEES, REPEATS, STAFF
from loaders.identity.outside import outside, outside_codes
from loaders.identity.records import Sources, records
from loaders.identity.slips import without_better_names
from loaders.identity.wages import as_listed, pay_ratios

__all__ = ["LEAST_PROBABILITY", "Identities", "Sources", "resolve"]

LEAST_PROBABILITY: Final = 0.5
"""Less likely links are none; the better ones of them are for review."""
GREY: Final = (0.2, 0.8)
_LEAST_WEIGHT: Final = 3.0
_BESIDE_THE_NAME: Final = ("area", "birth", "last", "phone", "workplace", "wage", "salary")
"""Something of these has to speak for an employee's link: a name alone, however rare, is for review."""
_LEAST_SHARE: Final = 1.0
"""From this share of the weight (log2) on a comparison speaks for a link; one that speaks alone links nobody."""
_LINK: Final = {
    "left": pl.Int64(), "right": pl.Int64(), "method": pl.String(), "probability": pl.Float64(),
    "evidence": pl.String(), "decided_by": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class Identities:
    """What a resolver finds.

    `links`: from_label, from_id, to_label, to_id, probability, method, evidence, decided_by, detected. A record that
    repeats others of its kind points at the smallest key among them; every other one is `from` at most once.
    `review`: the ends, probability, evidence of pairs that may or may not be one, the likeliest first.
    """

    links: pl.LazyFrame
    review: pl.DataFrame

    @property
    def is_customer(self) -> pl.LazyFrame:
        """The links from employees to customers."""
        return self.links.filter(_between("Employee", "Customer"))

    @property
    def same_as(self) -> pl.LazyFrame:
        """All other links."""
        return self.links.filter(~_between("Employee", "Customer"))


def _several(model: Model) -> pl.Expr:
    """Whether two comparisons or more speak for a pair: one common day of birth makes nobody one."""
    return pl.sum_horizontal(pl.col(each.name) >= _LEAST_SHARE for each in model.comparisons) > 1


def _between(start: str, end: str) -> pl.Expr:
    return (pl.col("from_label") == start) & (pl.col("to_label") == end)


def resolve(sources: Sources, decided: pl.DataFrame | None = None) -> Identities:
    """Link records by what people decided, by what the source says, by exact keys, and the rest by weight.

    Args:
        sources: the accepted tables.
        decided: earlier decisions (`graph.identity_decisions`).
    """
    return _Resolver(sources, no_decisions() if decided is None else decided).run()


class _Resolver:
    """One run. Records go by their codes: customers, employees, companies, counterparties, each in order of key."""

    def __init__(self, sources: Sources, decided: pl.DataFrame) -> None:
        self.sources = sources
        self.known = records(sources)
        people = [
            rows.select("unique_id", pl.lit(label).alias("label"), "key")
            for label, rows in (("Customer", self.known.customers), ("Employee", self.known.employees))
        ]
        self.strangers = outside_codes(sources, sum(map(len, people)))
        self.codes = pl.concat([*people, self.strangers])
        everybody = (self.known.customers, self.known.employees)
        self.numbers = pl.concat([_right_numbers(rows) for rows in everybody])
        self.common = frequencies(pl.concat([rows.select("name", "name_key", "birth", "phone") for rows in everybody]))
        self.verdicts = _by_code(decided, self.codes)
        self.rejected = self.verdicts.filter(~pl.col("confirmed")).select("left", "right")
        self.weighed: list[pl.DataFrame] = []

    def run(self) -> Identities:
        """Each search knows what the ones before it found."""
        repeated = self._consistent(self._repeated())
        staff = self._consistent(self._staff(stars(repeated)))
        links = self._consistent(pl.concat([repeated, staff, *self._outside(staff, stars(repeated))]))
        alike = [stars(self._between(links, label, label)) for label in ("Customer", "Employee")]
        others = [self._between(links, start, end) for start, end in MAY_BE_ONE if start != end]
        links = pl.concat([*alike, *others])
        return Identities(self._named(links).lazy(), self._review(links))

    def _repeated(self) -> pl.DataFrame:
        """Customers and employees that repeat another of their kind."""
        people = self.known.customers
        exact = duplicates(people)
        pairs = linked(_compared(people), None, REPEATS, exact.clear(), exact, _LEAST_WEIGHT, self.common)
        pairs = compatible(self._open(pairs), self.known)
        found = self._weighed(pairs.with_columns(person="right"), REPEATS, len(people), len(people), ANY_NUMBER)
        found = found.filter(_several(REPEATS), pl.col("probability") >= LEAST_PROBABILITY)
        said = [self._said(label, label) for label in ("Customer", "Employee")]
        return self._first_said(*said, exact, duplicates(self.known.employees), found)

    def _staff(self, same: pl.DataFrame) -> pl.DataFrame:
        """Employees and the customers whom they are; each is one at most."""
        known, said = self.known, self._said("Employee", "Customer")
        exact = self._first_said(said, self._open(exact_links(known)))
        exact = exact.unique("left", keep="first", maintain_order=True)
        sure = exact.filter(pl.col("method") != "decision")
        paid = as_listed(known.customers, pay_ratios(known, sure))
        paid = paid.with_columns(salary=pl.coalesce("salary", "gross")).rename({"gross": "wage"})
        left, right = _compared(known.employees.with_columns(wage="salary")), _compared(paid)
        common = self.common | work_frequencies(known.customers)
        pairs = linked(left, right, STAFF, sure, sure, _LEAST_WEIGHT, common)
        pairs = without_better_names(compatible(self._open(pairs), known), known)
        pairs = possible(pairs, known, exact, same)
        number = len(known.employees) - len(exact)
        pairs = self._weighed(pairs, STAFF, number, len(known.customers) - len(same))
        spoken = pl.max_horizontal(_BESIDE_THE_NAME) >= _LEAST_SHARE
        found = chosen(pairs.filter(spoken, _several(STAFF)), LEAST_PROBABILITY)
        return self._first_said(exact, found).unique("left", keep="first", maintain_order=True)

    def _outside(self, staff: pl.DataFrame, same: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
        """Counterparties and what they are; each is one at most."""
        ready = outside(self.sources, self.known, self.strangers, staff.select("left", "right"))
        nothing = staff.clear()
        firms = linked(ready.organisations, ready.companies, FIRMS, nothing, nothing, _LEAST_WEIGHT)
        firms = self._open(firms).filter(pl.col("name") > 0).with_columns(person="right")
        firms = self._weighed(firms, FIRMS, len(ready.organisations), len(ready.companies), ONE_PARTY)
        common = name_frequencies(pl.concat([ready.people, ready.payees]))
        payees = linked(ready.payees, ready.people, PAYEES, nothing, nothing, _LEAST_WEIGHT, common)
        persons = pl.concat([staff, same]).select(right="left", person="right").unique("right", keep="first")
        payees = self._open(payees).join(persons, on="right", how="left", maintain_order="left")
        payees = payees.with_columns(person=pl.coalesce("person", "right"))
        payees = self._weighed(payees, PAYEES, len(ready.payees), len(ready.people), ONE_PARTY)
        said = [self._said(start, end) for start, end in MAY_BE_ONE if start == "Counterparty"]
        found = self._first_said(*said, chosen(firms, LEAST_PROBABILITY), chosen(payees, LEAST_PROBABILITY))
        return (found.unique("left", keep="first", maintain_order=True),)

    def _weighed(
        self, pairs: pl.DataFrame, model: Model, searched: int, among: int, rivals: pl.Expr = ONE_PLACE
    ) -> pl.DataFrame:
        """`pairs` with probability and evidence; they are remembered for the review."""
        shares = pl.struct("prior", *(comparison.name for comparison in model.comparisons))
        pairs = weighed(pairs, searched, among, rivals).with_columns(
            evidence=shares.struct.json_encode(), method=pl.lit("linkage")
        )
        self.weighed.append(pairs.select("left", "right", "probability", "evidence"))
        return pairs

    def _open(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Without those that somebody rejected."""
        return pairs.join(self.rejected, on=["left", "right"], how="anti", maintain_order="left")

    def _said(self, start: str, end: str) -> pl.DataFrame:
        """Links that somebody confirmed, the latest first."""
        return self._between(self.verdicts.filter("confirmed").reverse(), start, end)

    def _between(self, pairs: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
        """The pairs of records with these labels."""
        for side, label in (("left", start), ("right", end)):
            codes = self.codes.filter(pl.col("label") == label).select("unique_id")
            pairs = pairs.join(codes, left_on=side, right_on="unique_id", how="semi", maintain_order="left")
        return pairs

    def _first_said(self, *links: pl.DataFrame) -> pl.DataFrame:
        """All links as (left, right, method, probability, evidence, decided_by); of a pair, the first stands."""
        whole = [_link(each) for each in links]
        return self._open(pl.concat(whole)).unique(["left", "right"], keep="first", maintain_order=True)

    def _consistent(self, links: pl.DataFrame) -> pl.DataFrame:
        return consistent(links, self.rejected, self.numbers)

    def _named(self, links: pl.DataFrame) -> pl.DataFrame:
        """`links` as `Identities` describes them; what was said of a pair keeps what was weighed of it."""
        weighed = pl.concat(self.weighed).select("left", "right", weighed="evidence")
        links = links.join(weighed, on=["left", "right"], how="left")
        named = self._with_ends(links).with_columns(
            evidence=pl.coalesce("evidence", pl.when(pl.col("method") == "decision").then("weighed")),
            detected=~pl.col("method").is_in(SAID),
        )
        return named.sort(ENDS).select(*ENDS, "probability", "method", "evidence", "decided_by", "detected")

    def _with_ends(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`ENDS` beside left and right."""
        for side, end in (("left", "from"), ("right", "to")):
            pairs = pairs.join(_named_codes(self.codes, side, end), on=side, how="left", maintain_order="left")
        return pairs

    def _review(self, links: pl.DataFrame) -> pl.DataFrame:
        grey = pl.concat(self.weighed).filter(pl.col("probability").is_between(*GREY))
        settled = links.filter(pl.col("method") != "linkage").select("left", "right")
        grey = self._with_ends(grey.join(settled, on=["left", "right"], how="anti"))
        order = ["probability", *ENDS]
        return grey.sort(order, descending=[True] + [False] * len(ENDS)).select(*ENDS, "probability", "evidence")


def _named_codes(codes: pl.DataFrame, side: str, end: str) -> pl.DataFrame:
    """The codes as `side` with label and key as those of `end`."""
    names = {"unique_id": side, "label": f"{end}_label", "key": f"{end}_id"}
    return codes.select(list(names)).rename(names)


def _by_code(decided: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """Decisions about records that are there, the earliest first, as links with `confirmed`."""
    known = decided
    for side, end in (("left", "from"), ("right", "to")):
        named = _named_codes(codes, side, end)
        known = known.join(named, on=[f"{end}_label", f"{end}_id"], maintain_order="left")
    ends = pl.max_horizontal("left", "right").alias("left"), pl.min_horizontal("left", "right").alias("right")
    coded = known.select(
        *ends, "confirmed", "decided_by", method=pl.lit("decision"), probability=pl.lit(1.0),
        evidence=pl.lit(None, pl.String),
    )  # fmt: skip
    return coded.unique(["left", "right"], keep="last", maintain_order=True)


def _link(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of a link; what needs no weighing is certain."""
    certain = {"probability": 1.0, "evidence": None, "decided_by": None}
    missing = {name: pl.lit(value, _LINK[name]) for name, value in certain.items() if name not in rows.columns}
    return rows.with_columns(**missing).select(pl.col(name).cast(dtype) for name, dtype in _LINK.items())


def _right_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """unique_id, number: those whose check digit is right."""
    return rows.filter("valid").select("unique_id", number="whole")


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("key", "given", "company", "whole", "valid", "paid", strict=False)
