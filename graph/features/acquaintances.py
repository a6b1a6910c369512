"""Whom customers pay under the name of somebody on a staff list: an acquaintance, the likelier the rarer the name.

    (customer)─PAID─(counterparty, a person) · of the same name as (employee)

A person who does not bank here is known to the payments by name only. Among the customer's own colleagues few bear
that name; elsewhere each of its bearers counts for a part.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw

from graph.features import peers
from graph.features.bank import Bank, kept
from graph.people import Frame

COUNTS: Final = ("by_name", "by_name_at_work")


def acquaintances(bank: Bank, day: date) -> Frame:
    """(party, `COUNTS`) of staff: customers who paid, or were paid by, a person of that name within a year.

    Each counts for one over the bearers of the name: on all staff lists, or on that where the customer is, too.
    """
    met = kept(_met(bank, day))
    staff = bank.staff.filter(~nw.col("named").is_null()).select("party", "entity", "company", "named")
    at_work = met.join(peers.members(bank).rename({"entity": "other"}), on="other", how="inner")
    rows = staff.select("party", "company", "named")
    for name, pairs, keys in ((COUNTS[0], met, ["named"]), (COUNTS[1], at_work, ["company", "named"])):
        bearers = staff.select("entity", *keys).unique().group_by(*keys).agg(nw.len().alias("bearers"))
        counts = pairs.group_by(*keys).agg(nw.col("other").n_unique().alias("met"))
        parts = counts.join(bearers, on=keys, how="inner").select(
            *keys, (nw.col("met") / nw.col("bearers")).alias(name)
        )
        rows = rows.join(parts, on=keys, how="left")
    return rows.select("party", nw.col(*COUNTS).fill_null(0.0))


def _met(bank: Bank, day: date) -> Frame:
    """(other, named): customers and the names of persons outside with whom money went; hubs left out."""
    person = (nw.col("kind").fill_null("") != "company") & ~nw.col("named").is_null()
    strangers = bank.counterparties.filter(person).select("entity", "named")
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=peers.PAYMENT_DAYS))
    people = bank.banking().rename({"entity": "other"})
    sides = [
        lately.select(nw.col(stranger).alias("entity"), nw.col(own).alias("other"))
        .join(strangers, on="entity", how="inner")
        .join(people, on="other", how="semi")
        .select("other", "named")
        for own, stranger in (("payer", "payee"), ("payee", "payer"))
    ]
    pairs = kept(nw.concat(sides).unique())
    few = pairs.group_by("other").agg(nw.len().alias("names")).filter(nw.col("names") <= peers.MOST_PARTNERS)
    return pairs.join(few.select("other"), on="other", how="semi")
