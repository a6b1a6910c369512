"""Accounts at other banks, with the truth of whose they are: employers under shortened names, staff, and customers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from demo.columns import stream
from demo.payments import Payments
from demo.population import Population
from helpers import faults as spoil
from loaders.identity import Identities

SHORTENED = {"whole": 0.3, "no form": 0.25, "no place": 0.2, "no trade": 0.1, "brackets": 0.15}
OWN_ACCOUNTS = 0.02


@dataclass(frozen=True)
class Elsewhere:
    """Counterparties, what was paid, and `truth`: counterparty_id, kind (firm, payee, own), label, id."""

    counterparties: pl.DataFrame
    paid: pl.DataFrame
    truth: pl.DataFrame

    def score(self, found: Identities, persons: pl.DataFrame) -> pl.DataFrame:
        """Every link and every truth: counterparty_id, kind, right (null: not found), asked (null: nobody's).

        persons: label, id, person.
        """
        links = found.same_as.filter(pl.col("from_label") == "Counterparty").collect()
        links = links.rename({"from_id": "counterparty_id", "to_label": "label", "to_id": "id"})
        links = links.join(persons, on=["label", "id"], how="left").select(
            "counterparty_id", "label", found=pl.coalesce("person", "id")
        )
        true = self.truth.join(persons, on=["label", "id"], how="left").select(
            "counterparty_id", "kind", asked=pl.coalesce("person", "id")
        )
        joined = true.join(links, on="counterparty_id", how="full", coalesce=True)
        guessed = pl.when(pl.col("label") == "Company").then(pl.lit("firm")).otherwise(pl.lit("payee"))
        return joined.with_columns(kind=pl.coalesce("kind", guessed), right=pl.col("found").eq_missing(pl.col("asked")))


def elsewhere(rng: np.random.Generator, folder: Path, world: Population, seed: int, people: pl.DataFrame) -> Elsewhere:
    """Spoil the names of counterparties, and give some customers an account elsewhere to which they send money."""
    payments = Payments(stream(seed, "payments"), world)
    table = payments.outside.table
    account, employer = payments.wages.account, payments.wages.elsewhere
    staff, firms = np.flatnonzero(account >= 0), np.flatnonzero(employer >= 0)
    truth = pl.concat([
        _truth(table["counterparty_id"].gather(account[staff]), "payee", "Employee", world.staff_ids.gather(staff)),
        _truth(table["counterparty_id"].gather(employer[firms]), "firm", "Company", world.company_ids.gather(firms)),
    ])  # fmt: skip
    own = people.sample(int(OWN_ACCOUNTS * len(people)), seed=seed)
    ids = pl.Series([f"Y{place:06d}" for place in range(len(own))], dtype=pl.String)
    mine = pl.DataFrame({"counterparty_id": ids, "name": own["name"], "kind": "person", "bank": "工商银行"})
    counterparties = pl.concat([table.select(mine.columns), mine])
    sent = pl.DataFrame({
        "from_label": "Customer", "from_id": own["customer_id"], "to_label": "Counterparty", "to_id": ids,
        "amount": 9000.0, "months": pl.Series([[202601, 202603]] * len(own)),
        "amounts": pl.Series([[4500.0, 4500.0]] * len(own)),
    })  # fmt: skip
    paid = pl.concat([paid_of(pl.scan_parquet(folder / "payments.parquet")), sent.select(pl.all())], how="diagonal")
    truth = pl.concat([truth, _truth(ids, "own", "Customer", own["customer_id"])])
    seen = pl.concat([paid["from_id"], paid["to_id"]]).unique()
    truth = truth.filter(pl.col("counterparty_id").is_in(seen.implode()))  # of the others there is but a name
    # a supplier of the very name and place of a company is that company
    namesakes = counterparties.filter(pl.col("name").is_in(world.company_names.implode()))
    others = namesakes.join(truth, on="counterparty_id", how="anti")
    counterparties = counterparties.join(others, on="counterparty_id", how="anti")
    return Elsewhere(_spoilt(rng, counterparties), paid, truth)


def _truth(ids: pl.Series, kind: str, label: str, keys: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"counterparty_id": ids, "kind": kind, "label": label, "id": keys})


def _spoilt(rng: np.random.Generator, table: pl.DataFrame) -> pl.DataFrame:
    people = (table["kind"] == "person").to_numpy()
    faults = spoil.drawn(rng, spoil.NAMES, len(table)).zip_with(
        pl.Series(people), spoil.drawn(rng, SHORTENED, len(table))
    )
    names = [
        spoil.name(rng, fault, name) if person else shortened(fault, name)
        for person, fault, name in zip(people, faults, table["name"], strict=True)
    ]
    return table.with_columns(name=pl.Series(names, dtype=pl.String))


def shortened(fault: str, name: str) -> str:
    """A company's name (place of two characters, brand of two, trade, form) as another bank writes it."""
    bare = name.removesuffix("有限公司").removesuffix("股份")
    forms = {
        "no form": bare,
        "no place": name[2:],
        "no trade": f"{name[:4]}公司",
        "brackets": f"{bare[2:]}（{name[:2]}）有限公司",
    }
    return forms.get(fault, name)


def paid_of(payments: pl.LazyFrame) -> pl.DataFrame:
    """PAID, as the loader makes it, in what the resolver reads of it."""
    label = {"customer": "Customer", "company": "Company", "employee": "Employee", "counterparty": "Counterparty"}
    month = pl.col("paid_on").cast(pl.Date, strict=False).dt.strftime("%Y%m").cast(pl.Int64)
    ends = [
        pl.col(f"{side}_type").replace_strict(label, default=None).alias(f"{end}_label")
        for side, end in (("payer", "from"), ("payee", "to"))
    ]
    keys = ["from_label", "from_id", "to_label", "to_id"]
    amount = pl.col("amount").cast(pl.Float64, strict=False)
    rows = payments.select(*ends, from_id="payer_id", to_id="payee_id", amount=amount, months=month)
    monthly = rows.group_by(*keys, "months").agg(pl.col("amount").sum()).sort(*keys, "months")
    pairs = monthly.group_by(keys, maintain_order=True)
    return pairs.agg(pl.col("amount").sum(), pl.col("months"), amounts="amount").collect()
