"""The bank as it stood on a day: coded long tables from a snapshot, with nothing in them dated later.

`Bank.read` codes the snapshot once; `bank.at(day)` is the only place where dates are cut, so no feature can see
past its cut-off. A row without a date was always there (the contract: empty = unknown).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.features.profile import Profiles
from graph.model import NODES
from graph.names import simplified
from graph.people import Frame, coded_end, parties
from graph.side_by_side import Once
from graph.snapshot import ENDS, Snapshot, relationship_schema

PAYMENTS: Final = {
    "paid_on": pl.Date(), "payer_type": pl.String(), "payer_id": pl.String(), "payee_type": pl.String(),
    "payee_id": pl.String(), "amount": pl.Float64(), "count": pl.Int64(), "purpose": pl.String(),
}  # fmt: skip
ANSWER_DAYS: Final = 90
ROWS_AT_ONCE: Final = 3_000_000
"""Rows of a long table coded at a time: bounds memory, changes nothing else."""
NEVER: Final = 10**7
"""A day, counted from 1970, that does not come."""
MOST_AT_HOME: Final = 6
"""An address that more people share is no home."""
CARRIED: Final = ("RELATED_TO", "OWNS", "OFFICER_OF", "GUARANTEES", "SUPPLIES")


@dataclass(frozen=True)
class Bank:
    """Coded tables; `entity` is a person or an organisation (see `graph.people`), `product` a row of products."""

    day: date
    """the last one that is looked at"""
    parties: Frame
    """label, id, party, entity, draw"""
    products: Frame
    """product, product_id, category, line, risk_level, annual_value, prerequisite (code)"""
    customers: Frame
    """party, entity, draw, came_on and the contract's attributes; in order of came_on, those without first"""
    companies: Frame
    """entity, draw, name, industry (its place among their names), size, registered_capital, city, client_since"""
    outside: Frame
    """entity: organisations outside the bank, known from payments only"""
    counterparties: Frame
    """entity, draw, kind (`company`, `person` or unknown), name, named, surname: parties outside the bank"""
    staff: Frame
    """party, entity, draw, named, surname, company (entity), title, monthly_salary, hired_on, left_on

    `named` is a number for a name, the same however it is written, here and of counterparties; null where unknown.
    `surname` is one for its first character, of customers, too.
    """
    holdings: Frame
    """entity, product, opened_on, closed_on; in order of opened_on, those without first"""
    ties: Frame
    """type, kind, from, to, share, since, until: family, ownership, offices, guarantees and supply among entities

    A shareholding that changed is several, each until the next.
    """
    payments: Frame
    """payer, payee, paid_on, fen, count, purpose, seen_on; in order of seen_on

    A payment was seen from when one of its parties banked here; where neither does, from when it was made.
    """
    first_payment: date | None
    """the earliest that the source has by the day of the run, whatever the bank's day"""
    contacts: Frame
    """entity, product, contacted_on, arm, outcome, outcome_on"""
    profiles: Profiles
    """attributes of customers, also those that the contract does not name"""
    former_staff: Frame
    """as `staff`: those who had left by the bank's day"""
    former_ties: Frame
    """as `ties`: those that had ended by then"""
    made: Once = field(default_factory=Once, compare=False)
    """what was worked out of everything but the holdings"""

    @classmethod
    def read(cls, snapshot: Snapshot, as_of: date) -> "Bank":
        """A snapshot as it stood on `as_of`, coded and held in memory."""
        known = parties(snapshot, as_of)
        products = _products(snapshot)
        staff, ties = _staff(snapshot, known), nw.concat([_ties(snapshot, known, name) for name in CARRIED])
        payments = kept(_payments(snapshot, known).with_columns(nw.col("paid_on").alias("seen_on")).sort("seen_on"))
        bank = cls(
            day=as_of,
            parties=known,
            products=products,
            customers=_customers(snapshot, known),
            companies=_companies(snapshot, known),
            outside=kept(
                _own_code(snapshot, known, "Counterparty")
                .filter(nw.col("kind") == "company", nw.col("party") == nw.col("entity"))
                .select("entity")
            ),
            counterparties=kept(
                _named(_own_code(snapshot, known, "Counterparty").select("entity", "draw", "kind", "name"))
            ),
            staff=staff,
            holdings=kept(_holdings(snapshot, known, products).sort("opened_on")),
            ties=ties,
            payments=payments,
            first_payment=_begun(payments, "paid_on", as_of).select(nw.col("paid_on").min()).collect().item(),
            contacts=_contacts(snapshot, known, products),
            profiles=Profiles.read(snapshot, known, as_of),
            former_staff=staff.head(0),
            former_ties=ties.head(0),
        )
        cut = bank._cut(as_of)
        graded = _known_grades(cut.customers, as_of)
        customers = kept(_arrivals(graded, cut.holdings, as_of).sort("came_on"))
        return replace(cut, customers=customers, payments=_seen(cut.payments, customers, cut.companies))

    def at(self, day: date) -> "Bank":
        """The bank as it stood at the end of an earlier `day`."""
        cut = self._cut(day)
        return replace(cut, customers=kept(_first(cut.customers, "came_on", day)))

    def _cut(self, day: date) -> "Bank":
        staff = kept(_begun(nw.concat([self.staff, self.former_staff]), "hired_on", day))
        ties = kept(_begun(nw.concat([self.ties, self.former_ties]), "since", day))
        return replace(
            self,
            day=day,
            holdings=kept(_first(self.holdings, "opened_on", day).with_columns(_not_after("closed_on", day))),
            companies=kept(self.companies.with_columns(_not_after("client_since", day))),
            staff=kept(_still(staff, "left_on", day)),
            former_staff=staff.filter(nw.col("left_on") <= day),
            ties=kept(_still(ties, "until", day)),
            former_ties=ties.filter(nw.col("until") <= day),
            payments=kept(_first(self.payments, "seen_on", day)),
            contacts=kept(_answered(self.contacts.filter(nw.col("contacted_on") <= day), day)),
            made=Once(),
        )

    def first_date(self) -> date | None:
        """The earliest date on which anything happened; None where nothing is dated."""
        dated = (
            ("holdings", "opened_on"), ("customers", "came_on"), ("payments", "paid_on"), ("companies", "client_since"),
        )  # fmt: skip
        found = [getattr(self, name).select(nw.col(column).min()).collect().item() for name, column in dated]
        return min((day for day in found if day is not None), default=None)

    def first_opening(self) -> date | None:
        """The earliest opening that has a date."""
        return self.holdings.select(nw.col("opened_on").min()).collect().item()

    def people(self) -> "Bank":
        """The same bank with the retail side of its holdings only."""
        retail = self.products.filter(nw.col("line") == "retail").select("product")
        held = self.holdings.join(retail, on="product", how="semi").join(self.banking(), on="entity", how="semi")
        return replace(self, holdings=kept(held))

    def held(self) -> Frame:
        """Who holds what on the bank's day: unique (entity, product)."""
        return self.holdings.filter(nw.col("closed_on").is_null()).select("entity", "product").unique()

    def banking(self) -> Frame:
        """The people who are customers: unique `entity`."""
        return self.customers.select("entity").unique()


def kept(frame: Frame) -> Frame:
    """The same frame, computed once (what `persist` is on Spark)."""
    return frame.collect().lazy()


def _answered(contacts: Frame, day: date) -> Frame:
    """With the outcomes that are known by `day`: where none is dated, those of `ANSWER_DAYS` ago."""
    told = nw.col("outcome_on").fill_null(nw.col("contacted_on") + timedelta(days=ANSWER_DAYS)) <= day
    outcome = nw.when(told).then(nw.col("outcome")).otherwise(None).alias("outcome")
    return contacts.with_columns(outcome, _not_after("outcome_on", day))


def _begun(frame: Frame, column: str, day: date) -> Frame:
    return frame.filter(nw.col(column).is_null() | (nw.col(column) <= day))


def _first(frame: Frame, column: str, day: date) -> Frame:
    """What `_begun` gives, of a frame in order of the column: its first rows, which are not copied."""
    return frame.head(_begun(frame, column, day).select(nw.len()).collect().item())


def _not_after(column: str, day: date) -> nw.Expr:
    return nw.when(nw.col(column) <= day).then(nw.col(column)).otherwise(None).alias(column)


def _still(frame: Frame, column: str, day: date) -> Frame:
    """Not ended by `day`."""
    return frame.filter(nw.col(column).is_null() | (nw.col(column) > day))


def _known_grades(customers: Frame, as_of: date) -> Frame:
    """A risk tolerance that was assessed later is not known yet.

    Only `as_of` cuts it: the source keeps one assessment for each customer, so past cut-offs use the present one.
    """
    known = nw.col("risk_assessed_on").is_null() | (nw.col("risk_assessed_on") <= as_of)
    tolerance = nw.when(known).then(nw.col("risk_tolerance")).otherwise(None).alias("risk_tolerance")
    return customers.with_columns(tolerance, _not_after("risk_assessed_on", as_of))


def _arrivals(customers: Frame, holdings: Frame, as_of: date) -> Frame:
    """Who is a customer, with `came_on`: its own date, or else its first contract, or null for always."""
    first = holdings.group_by("entity").agg(nw.col("opened_on").min().alias("first_opened"))
    known = nw.when(nw.col("since").is_null()).then(nw.col("first_opened")).otherwise(nw.col("since"))
    arrived = customers.join(first, on="entity", how="left").with_columns(known.alias("came_on"))
    return _begun(arrived, "since", as_of).drop("since", "first_opened")


def _own_code(snapshot: Snapshot, known: Frame, label: str) -> Frame:
    key = NODES[label].key
    codes = known.filter(nw.col("label") == label).select(nw.col("id").alias(key), "party", "entity", "draw")
    return nw.from_native(snapshot.nodes(label)).join(codes, on=key, how="inner")


def _products(snapshot: Snapshot) -> Frame:
    listed = nw.from_native(snapshot.nodes("Product")).with_row_index("product", order_by="product_id")
    listed = kept(listed.with_columns(nw.col("product").cast(nw.UInt16)))
    codes = listed.select(nw.col("product_id").alias("prerequisite_id"), nw.col("product").alias("prerequisite"))
    columns = ("product", "product_id", "category", "line", "risk_level", "annual_value", "prerequisite", "name")
    return kept(listed.join(codes, on="prerequisite_id", how="left").select(*columns).sort("product"))


def _customers(snapshot: Snapshot, known: Frame) -> Frame:
    listed = _own_code(snapshot, known, "Customer")
    surname = pl.when(pl.col("name").is_not_null()).then(simplified(pl.col("name").str.head(1)).hash())
    named = nw.from_native(listed.to_native().with_columns(surname=surname))
    return named.join(_homes(listed), on="address", how="left").select(
        "party", "entity", "draw", "surname", "home", "birth_date", "id_number", "employer_name", "monthly_income",
        "aum", "risk_tolerance", "risk_assessed_on", "since", "marketing_consent", "do_not_contact", "refused_channels",
        "refused_on", nw.col("gender", "segment", "preferred_channel").cast(nw.Categorical),
    )  # fmt: skip


def _homes(listed: Frame) -> Frame:
    """(address, home): addresses that few people share, numbered."""
    shared = listed.filter(~nw.col("address").is_null()).group_by("address").agg(nw.col("entity").n_unique().alias("n"))
    few = shared.filter((nw.col("n") > 1) & (nw.col("n") <= MOST_AT_HOME)).select("address")
    return few.with_row_index("home", order_by="address").with_columns(nw.col("home").cast(nw.UInt32))


def _companies(snapshot: Snapshot, known: Frame) -> Frame:
    listed = _own_code(snapshot, known, "Company")
    named = listed.select("industry").unique().filter(~nw.col("industry").is_null())
    codes = named.with_row_index("industry_code", order_by="industry")
    return listed.join(codes, on="industry", how="left").select(
        "entity", "draw", "name", nw.col("industry_code").alias("industry"), "size", "registered_capital", "city",
        "client_since",
    )  # fmt: skip


def _staff(snapshot: Snapshot, known: Frame) -> Frame:
    companies = known.filter(nw.col("label") == "Company")
    codes = companies.select(nw.col("id").alias("company_id"), nw.col("entity").alias("company"))
    staff = _own_code(snapshot, known, "Employee").join(codes, on="company_id", how="inner")
    return _named(staff).select(
        "party",
        "entity",
        "draw",
        "named",
        "surname",
        "company",
        "title",
        "monthly_salary",
        "hired_on",
        "left_on",
        "id_number",
    )


def _named(parties: Frame) -> Frame:
    """With `named`, a number for each name, and `surname`."""
    table = parties.collect().to_native()
    name = simplified(pl.col("name"))
    known = pl.when(name.str.len_chars() > 0)
    numbers = {"named": name.hash(), "surname": name.str.head(1).hash()}
    return nw.from_native(table.with_columns(known.then(number).alias(key) for key, number in numbers.items()).lazy())


def _in_parts(table: pl.LazyFrame, coded: Callable[[Frame], Frame]) -> Frame:
    """A long table, so many rows of which are coded at a time: the keys of few are in memory at once."""
    rows = table.select(pl.len()).collect().item()
    starts = range(0, max(rows, 1), ROWS_AT_ONCE)
    parts = [coded(nw.from_native(table.slice(start, ROWS_AT_ONCE))).collect().to_native() for start in starts]
    return nw.from_native(pl.concat(parts).lazy())


def _holdings(snapshot: Snapshot, known: Frame, products: Frame) -> Frame:
    codes = products.select(nw.col("product_id").alias("to_id"), "product")

    def coded(held: Frame) -> Frame:
        of_holders = coded_end(held.join(codes, on="to_id", how="inner"), known, "from")
        return of_holders.select(nw.col("from").alias("entity"), "product", "opened_on", "closed_on")

    return _in_parts(snapshot.relationships("HOLDS"), coded)


def _ties(snapshot: Snapshot, known: Frame, name: str) -> Frame:
    columns = relationship_schema(name)
    lasting = snapshot.relationships(name).with_columns(until=pl.lit(None, pl.Date))
    dated = name == "OWNS" and "relations" in snapshot.tables()
    frame = nw.from_native(_stakes(snapshot) if dated else lasting).with_columns(nw.lit(name).alias("type"))
    if "role" in columns:
        frame = frame.with_columns(nw.col("role").alias("kind"))
        columns = columns | {"kind": columns["role"]}
    for column in ("kind", "share"):
        if column not in columns:
            frame = frame.with_columns(nw.lit(None).cast(nw.String if column == "kind" else nw.Float64).alias(column))
    coded = coded_end(coded_end(frame, known, "from"), known, "to")
    return coded.select("type", "kind", "from", "to", "share", "since", "until").filter(nw.col("from") != nw.col("to"))


def _stakes(snapshot: Snapshot) -> pl.LazyFrame:
    """Shareholdings, one for each share that was told: from `since` until the next one's; without a date, the first."""
    label = {f"{end}_label": pl.col(f"{end}_type").str.to_titlecase() for end in ("from", "to")}
    told = snapshot.table("relations").filter(pl.col("kind") == "shareholder").with_columns(**label)
    return told.select(*ENDS, "share", "since").sort(*ENDS, "since", "share").with_columns(
        pl.col("share").forward_fill().over(ENDS), until=pl.col("since").shift(-1).over(ENDS)
    )  # fmt: skip


def _payments(snapshot: Snapshot, known: Frame) -> Frame:
    native = snapshot.table("payments") if "payments" in snapshot.tables() else pl.LazyFrame(schema=PAYMENTS)
    types = known.with_columns(nw.col("label").str.to_lowercase())
    fen = (nw.col("amount") * 100).round().cast(nw.Int64).alias("fen")

    def coded(frame: Frame) -> Frame:
        for end in ("payer", "payee"):
            frame = coded_end(frame.rename({f"{end}_type": f"{end}_label"}), types, end)
        return frame.select(
            "payer", "payee", "paid_on", fen, nw.col("count").fill_null(1).cast(nw.Int32), "purpose"
        ).filter((nw.col("payer") != nw.col("payee")) & ~nw.col("paid_on").is_null())

    return _in_parts(native, coded)


def _seen(payments: Frame, customers: Frame, companies: Frame) -> Frame:
    """With `seen_on`, in its order: hindsight has more payments of those who bank here today than the bank saw then."""
    table = payments.collect().to_native()
    clients = companies.filter(~nw.col("client_since").is_null()).select(
        "entity", nw.col("client_since").alias("began")
    )
    began = nw.concat([customers.select("entity", nw.col("came_on").alias("began")), clients]).collect().to_native()
    ends = [began["entity"], table["payer"], table["payee"]]
    since = np.full(max((int(codes.max()) for codes in ends if len(codes)), default=0) + 1, NEVER, np.int32)  # pyright: ignore[reportArgumentType]
    np.minimum.at(since, began["entity"].to_numpy(), began["began"].to_physical().fill_null(-NEVER).to_numpy())
    first = np.minimum(since[table["payer"].to_numpy()], since[table["payee"].to_numpy()])
    paid = table["paid_on"].to_physical().to_numpy()
    seen = pl.Series(np.where(first < NEVER, np.maximum(paid, first), paid)).cast(pl.Date)
    return nw.from_native(table.with_columns(seen_on=seen).sort("seen_on", maintain_order=True).lazy())


def _contacts(snapshot: Snapshot, known: Frame, products: Frame) -> Frame:
    codes = products.select("product_id", "product")
    campaigns = nw.from_native(snapshot.nodes("Campaign")).join(codes, on="product_id", how="left")
    promoted = campaigns.select(nw.col("campaign_id").alias("to_id"), "product")
    reached = nw.from_native(snapshot.relationships("CONTACTED")).join(promoted, on="to_id", how="left")
    return coded_end(reached, known, "from").select(
        nw.col("from").alias("entity"), "product", "contacted_on", "arm", "outcome", "outcome_on"
    )


def days_since(column: str, day: date) -> nw.Expr:
    """Whole days from a date column to `day`; null where the date is unknown."""
    return (nw.lit(day) - nw.col(column)).dt.total_minutes() // 1440
