"""Payroll as a marketing view: each client's staff and who banks here, the salaries found, identities to review."""

from typing import Any

import polars as pl

from graph import identity_decisions
from graph.access.access import Access
from texts import UserError

LEAST_STAFF = 3
"""Companies with fewer people on their staff list are no payroll to win."""
REVIEWED = 200
"""Pairs to review that a page shows at once."""


def employers(access: Access) -> pl.DataFrame:
    """Clients with staff, the largest first.

    `company_id`, `name`, `industry`, `staff`, `share` of them who bank here, `runs` (where the payroll runs: inside,
    outside or unknown), `coverage`, `monthly_amount` in yuan and number of `stopped` streams of the salaries found.
    """
    companies = access.snapshot.nodes("Company").filter(pl.col("client_since").is_not_null())
    if access.places is not None:
        companies = companies.filter(pl.col("branch_id").is_in(sorted(access.places)))
    rows = companies.filter(pl.col("staff") >= LEAST_STAFF).select(
        "company_id", "name", "industry", "staff", share="staff_coverage",
        runs=pl.col("payroll_bank").fill_null("unknown"), coverage="payroll_coverage",
    )  # fmt: skip
    paid = (
        _streams(access)
        .group_by("company_id")
        .agg(monthly_amount=pl.col("monthly_amount").sum(), stopped=pl.col("stopped").sum())
    )
    return rows.join(paid, on="company_id", how="left").sort(
        "staff", "company_id", descending=[True, False]
    ).collect()  # fmt: skip


def streams(access: Access, company_id: str) -> pl.DataFrame:
    """The salaries found of one company: payee (masked name), months, amount, tier, days, and whether they stopped."""
    access.seen(("Company", company_id))
    rows = _streams(access).filter(company_id=company_id).collect()
    labelled = rows.with_columns(label=pl.col("to_type").str.to_titlecase(), id="to_id")
    return access.named(labelled).sort("stopped", "monthly_amount", "id", descending=[True, True, False])


def _streams(access: Access) -> pl.LazyFrame:
    found = pl.scan_parquet(access.findings.path / "facts" / "pays_salary.parquet")
    return found.filter(pl.col("from_type") == "company").rename({"from_id": "company_id"})


def to_review(access: Access) -> pl.DataFrame:
    """Undecided pairs of records that may be one person or company, the likeliest first.

    `from_label`, `from_id`, `from_name`, `to_label`, `to_id`, `to_name`, `probability`, `evidence`; both ends are in
    the user's branches, and names of persons are masked.
    """
    decided = identity_decisions.decisions(access.home)
    rows = identity_decisions.to_review(access.snapshot, decided).filter(pl.col("confirmed").is_null())
    shown = rows.head(REVIEWED)
    for end in ("from", "to"):
        seen = access.named(shown.rename({f"{end}_label": "label", f"{end}_id": "id"}))
        shown = seen.rename({"label": f"{end}_label", "id": f"{end}_id", "name": f"{end}_name"})
    return shown


def sides(access: Access, pair: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What both records of a pair say, masked."""
    one, other = (access.party(pair[f"{end}_label"], pair[f"{end}_id"]) for end in ("from", "to"))
    return one, other


def review(access: Access, pair: dict[str, Any], *, confirmed: bool | None) -> None:
    """Confirm or reject that two records are one, or take that back with None; the next load takes it up.

    Raises:
        UserError: the user may not, sees one of them only, or another command is writing the home.
    """
    access.need("identities")
    ends = (pair["from_label"], pair["from_id"], pair["to_label"], pair["to_id"])
    if not (access.sees(*ends[:2]) and access.sees(*ends[2:])):
        raise UserError("access.not_here")
    with access.home.writing("dashboard"):
        identity_decisions.decide(access.home, ends, confirmed=confirmed, by=access.user.name)
    access.note("identity", "review", confirmed=confirmed, pair="/".join(ends))
