"""Made-up worlds of payments in which it is known who is paid a salary by whom.

    spec ─► maker ◄─ employers, others     payments as they are drawn
              └─► tables                   the contract's tables, the coded bank, the truth

The detector is learned on worlds drawn at random (`fit_payroll.py`) and judged on others (`bench_payroll.py`). What is
no salary: pensions, annuities and claims, rent paid out by agents and by firms, suppliers, fees, reimbursements,
dividends, refunds, gig pay, allowances, traders' takings, money between people.
"""

import numpy as np
import polars as pl

from .employers import employer
from .maker import Maker
from .others import others
from .spec import CHINESE, CODES, ENGLISH, Spec, World
from .tables import bank_of, coded_truth, finished

__all__ = ["CHINESE", "CODES", "ENGLISH", "Spec", "World", "bank_of", "coded_truth", "world"]


def world(spec: Spec) -> World:
    """Make one; the same spec gives the same world."""
    make, rng = Maker(spec), np.random.default_rng(spec.seed + 1)
    working = rng.permutation(np.flatnonzero(~make.old))
    sizes = np.concatenate([[spec.giant], np.clip(rng.lognormal(1.8, 1.0, spec.firms), 1, 200).astype(int)])
    ends = np.cumsum(sizes)
    staff = [working[end - size : end] for size, end in zip(sizes, ends, strict=True) if end <= len(working)]
    again = [np.where(rng.random(len(one)) < spec.second_jobs, rng.choice(working, len(one)), one) for one in staff]
    lists = [employer(make, place, np.unique(one)) for place, one in enumerate(again)]
    others(make)
    return finished(make, pl.concat(lists))
