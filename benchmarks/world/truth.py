"""What came of it: per kind the rows that may be offered, the true chance of each, and what was taken."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from demo.columns import Bools, Floats, Ints

from . import catalogue
from .clock import AHEAD, AS_OF, END, HISTORY, STEP
from .contacts import refused_all
from .corporate import LEAST_STAFF
from .records import Records
from .relations import home_pairs


@dataclass(frozen=True)
class Truth:
    """`kinds`: by kind a table of subject_type, subject_id, product_id (null: none), probability, taken.

    Rows that the rules forbid to offer are left out. `already`: staff records (employee_id) of customers.
    """

    kinds: dict[str, pl.DataFrame]
    already: pl.Series
    as_of = AS_OF
    horizon = AHEAD * STEP


def truth(records: Records, customers: pl.DataFrame, seen: Ints) -> Truth:
    """The chances on the as-of day, and what was taken in the horizon; `seen` are the parties that the tables name."""
    world = records.world
    join, take, become, use = world.chances()
    held, used = world.retail.held(END), world.corporate.opened <= END
    client = world.firms.clients(END)
    world.advance(HISTORY, AHEAD)
    came, took = world.retail.joined > END, world.retail.held(END + STEP * AHEAD) & ~held
    took &= world.retail.opened > END
    uses = (world.corporate.opened <= END + STEP * AHEAD) & ~used
    came &= world.retail.joined <= END + STEP * AHEAD
    rows = _Rows(records, client, _may_be_offered(records, customers), take, took)
    staff = _still(records) & client[records.employer] & ~records.customer[records.staff]
    staff = np.flatnonzero(staff & (join[records.staff] > 0))
    who = records.staff[staff]
    return Truth(
        {
            "cross_sell": rows.products(np.ones(len(join), bool), range(len(catalogue.RETAIL))),
            "payroll_to_retail": _table(records, records.staff_node(staff), None, join[who], came[who]),
            "company_prospect": _prospects(records, client, become, seen),
            "payroll_mandate": _mandates(records, client, use, uses),
            "corporate_cross_sell": _corporate(records, client, used, use, uses),
            "owner_to_private": rows.products(rows.owners(), catalogue.PRIVATE),
            "household": rows.products(rows.family(), range(len(catalogue.RETAIL))),
        },
        records.ids.gather(records.staff_node(np.flatnonzero(records.customer[records.staff]))),
    )


@dataclass(frozen=True)
class _Rows:
    records: Records
    client: Bools
    allowed: Bools
    take: Floats
    took: Bools

    def products(self, people: Bools, products: range | tuple[int, ...]) -> pl.DataFrame:
        """Every product that these people may be offered."""
        chosen = np.isin(np.arange(self.take.shape[1]), list(products))
        who, what = np.nonzero((self.take > 0) & self.allowed & people[:, None] & chosen)
        keys = pl.Series(catalogue.product_ids("retail")).gather(what)
        return _table(self.records, who, keys, self.take[who, what], self.took[who, what])

    def owners(self) -> Bools:
        owns, runs = self.records.world.people.owns, self.records.world.people.runs
        return (owns >= 0) & self.client[owns] | (runs >= 0) & self.client[runs]

    def family(self) -> Bools:
        """Mass customers with an affluent or private relative, whether the bank was told of it or not."""
        records = self.records
        one, other = home_pairs(records)
        near = np.zeros(len(records.customer), bool)
        for end, relative in ((one, other), (other, one)):
            near[end[records.customer[relative] & (records.segment[relative] > 0)]] = True
        return near & (records.segment == 0)


def _table(records: Records, node: Ints, products: pl.Series | None, chance: Floats, taken: Bools) -> pl.DataFrame:
    keys = pl.repeat(None, len(node), dtype=pl.String, eager=True) if products is None else products
    return pl.DataFrame(
        [
            *records.type_and_id(node, "subject"),
            keys.alias("product_id"),
            pl.Series("probability", chance),
            pl.Series("taken", taken),
        ]
    )


def _may_be_offered(records: Records, customers: pl.DataFrame) -> Bools:
    """People x retail products: consent, no refusal, of age, the grade within the tolerance and assessed lately."""
    who = np.flatnonzero(records.customer)
    told = customers["marketing_consent"].to_numpy() & ~customers["do_not_contact"].to_numpy()
    told &= (records.world.people.age(END)[who] >= 18.01) & ~np.isin(who, refused_all(records))
    risk = np.array([max(one.risk, 1) for one in catalogue.RETAIL])
    fresh = (customers["risk_assessed_on"] > AS_OF - timedelta(days=365)).to_numpy()
    suits = (customers["risk_tolerance"].to_numpy()[:, None] >= risk) & (fresh[:, None] | (risk == 1))
    allowed = np.zeros((len(records.customer), len(risk)), bool)
    allowed[who] = told[:, None] & suits
    return allowed


def _still(records: Records) -> Bools:
    """Staff rows that have not ended."""
    left = records.world.people.left
    return np.where(records.job == 0, left[0][records.staff], left[1][records.staff]) > END


def _prospects(records: Records, client: Bools, become: Floats, seen: Ints) -> pl.DataFrame:
    """Firms that are no clients: listed companies, and those that only payments name."""
    firm = np.arange(len(client))
    node = np.where(records.company, records.starts[2] + firm, records.alias_node(firm))
    firm = firm[~client & (records.company | np.isin(node, seen))]
    since = records.world.firms.client_since[firm]
    return _table(records, node[firm], None, become[firm], since <= END + STEP * AHEAD)


def _mandates(records: Records, client: Bools, use: Floats, uses: Bools) -> pl.DataFrame:
    staff = np.bincount(records.employer[_still(records)], minlength=len(client))
    firm = np.flatnonzero(client & (staff >= LEAST_STAFF) & (use[:, catalogue.PAYROLL] > 0))
    return _table(records, records.starts[2] + firm, None, use[firm, catalogue.PAYROLL], uses[firm, catalogue.PAYROLL])


def _corporate(records: Records, client: Bools, used: Bools, use: Floats, uses: Bools) -> pl.DataFrame:
    may = (use > 0) & client[:, None] & ~used
    may[:, catalogue.PAYROLL] = False
    firm, what = np.nonzero(may)
    keys = pl.Series(catalogue.product_ids("corporate")).gather(what)
    return _table(records, records.starts[2] + firm, keys, use[firm, what], uses[firm, what])
