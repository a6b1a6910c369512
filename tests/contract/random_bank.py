"""A small bank of random rows, dense in what the queries look for: rings, loops, records of one person."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from helpers.tables import Rows, reader

from graph.facts.annotate import annotate
from graph.features.bank import Bank
from graph.model import NODES
from graph.snapshot import ENDS, Snapshot, Tables, relationship_schema, schema, write_manifest
from loaders.contract import CATEGORIES, CHANNELS
from loaders.shape import shape
from texts.progress import Silent

AS_OF = date(2026, 6, 30)
FAMILY = ("spouse", "parent", "sibling", "joint_account", "referrer")
SIZES = {"customer": 50, "company": 30, "employee": 70, "counterparty": 20}


class RandomBank:
    """The unified tables of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def rows(self) -> dict[str, Rows]:
        """Every table by name."""
        return {
            "branches": self._branches(),
            "managers": [{"manager_id": f"M{i}", "name": f"经理{i}", "branch_id": self._branch()} for i in range(6)],
            "products": [self._product(i) for i in range(14)],
            "customers": [self._customer(i) for i in range(SIZES["customer"])],
            "companies": [self._company(i) for i in range(SIZES["company"])],
            "employees": [self._employee(i) for i in range(SIZES["employee"])],
            "counterparties": [self._counterparty(i) for i in range(SIZES["counterparty"])],
            "holdings": [self._holding() for _ in range(220)],
            "payments": [self._payment() for _ in range(700)],
            "relations": [self._relation() for _ in range(400)],
            "campaigns": [{"campaign_id": f"K{i}", "name": f"活动{i}", "product_id": "P1"} for i in range(2)],
            "contacts": [self._contact() for _ in range(80)],
        }

    def _maybe(self, value: Any, chance: float = 0.8) -> Any:
        return value if self.random.random() < chance else None

    def _day(self) -> date:
        return AS_OF - timedelta(days=self.random.randrange(-40, 1400))

    def _money(self) -> float:
        return self.random.randrange(1, 10_000_000) / 100

    def _branch(self) -> str:
        return f"B{self.random.randrange(7)}"

    def _party(self, *types: str) -> tuple[str, str]:
        kind = self.random.choice(types or tuple(SIZES))
        prefix = {"customer": "C", "company": "F", "employee": "E", "counterparty": "X"}[kind]
        return kind, f"{prefix}{self.random.randrange(SIZES[kind])}"

    def _branches(self) -> Rows:
        parents = [None, "B0", "B0", "B1", "B1", "B2", None]
        return [
            {"branch_id": f"B{i}", "name": f"支行{i}", "level": "branch", "parent_id": parent}
            for i, parent in enumerate(parents)
        ]

    def _product(self, i: int) -> dict[str, Any]:
        return {
            "product_id": f"P{i}",
            "name": f"产品{i}",
            "category": CATEGORIES[i % len(CATEGORIES)],
            "line": "retail" if i % 3 else "corporate",
            "annual_value": self._money(),
            "prerequisite_id": self._maybe("P0", 0.3),
        }

    def _customer(self, i: int) -> dict[str, Any]:
        return {
            "customer_id": f"C{i}",
            "name": f"王{i}",
            "id_number": self._maybe(f"ID{self.random.randrange(45)}"),
            "phone": self._maybe(f"1380000{i:04}"),
            "birth_date": self._day(),
            "segment": self._maybe(self.random.choice(("mass", "affluent", "private"))),
            "aum": self._maybe(self._money()),
            "branch_id": self._maybe(self._branch()),
            "manager_id": self._maybe(f"M{self.random.randrange(6)}"),
            "since": self._day(),
        }

    def _company(self, i: int) -> dict[str, Any]:
        return {
            "company_id": f"F{i}",
            "name": f"公司{i}",
            "industry": self.random.choice(("纺织", "物流", "软件")),
            "size": self.random.choice(("micro", "small", "large")),
            "branch_id": self._maybe(self._branch()),
            "manager_id": self._maybe(f"M{self.random.randrange(6)}"),
            "client_since": self._maybe(self._day(), 0.6),
        }

    def _employee(self, i: int) -> dict[str, Any]:
        return {
            "employee_id": f"E{i}",
            "company_id": f"F{self.random.randrange(10)}",
            "name": f"王{i}",
            "id_number": self._maybe(f"ID{self.random.randrange(70)}"),
            "title": self._maybe("职员"),
            "monthly_salary": self._money(),
            "hired_on": self._day(),
            "left_on": self._maybe(self._day(), 0.3),
            "customer_id": self._maybe(f"C{self.random.randrange(SIZES['customer'])}", 0.2),
        }

    def _counterparty(self, i: int) -> dict[str, Any]:
        kind = self._maybe(self.random.choice(("person", "company")))
        return {"counterparty_id": f"X{i}", "name": self._maybe(f"外部{kind or ''}{i}"), "kind": kind}

    def _holding(self) -> dict[str, Any]:
        kind, holder = self._party("customer", "customer", "company")
        return {
            "holder_type": kind,
            "holder_id": holder,
            "product_id": f"P{self.random.randrange(14)}",
            "opened_on": self._maybe(self._day()),
            "closed_on": self._maybe(self._day(), 0.3),
            "balance": self._maybe(self._money()),
        }

    def _payment(self) -> dict[str, Any]:
        payer, payee = self._party(), self._party()
        return {
            "paid_on": self._day(),
            "payer_type": payer[0],
            "payer_id": payer[1],
            "payee_type": payee[0],
            "payee_id": payee[1],
            "amount": self._money(),
            "count": self._maybe(self.random.randrange(1, 5)),
            "purpose": self._maybe(self.random.choice(("工资", "货款", "转账"))),
        }

    def _relation(self) -> dict[str, Any]:
        kind = self.random.choice(
            (
                *FAMILY,
                "shareholder",
                "shareholder",
                "legal_representative",
                "director",
                "guarantor",
                "guarantor",
                "supplier",
            )
        )
        ends = {
            "shareholder": (("customer", "company", "company"), ("company",)),
            "legal_representative": (("customer", "employee"), ("company",)),
            "director": (("customer", "employee"), ("company",)),
            "guarantor": (("customer", "company", "company"), ("company",)),
            "supplier": (("company", "counterparty"), ("company", "counterparty")),
        }.get(kind, (("customer", "employee"), ("customer", "employee")))
        start, end = self._party(*ends[0]), self._party(*ends[1])
        return {
            "from_type": start[0],
            "from_id": start[1],
            "to_type": end[0],
            "to_id": end[1],
            "kind": kind,
            "share": self._maybe(self.random.randrange(1, 100) / 100, 0.9) if kind == "shareholder" else None,
            "since": self._maybe(self._day()),
        }

    def _contact(self) -> dict[str, Any]:
        return {
            "campaign_id": f"K{self.random.randrange(2)}",
            "customer_id": f"C{self.random.randrange(SIZES['customer'])}",
            "contacted_on": self._day(),
            "arm": self.random.choice(("treated", "control")),
            "channel": self._maybe(self.random.choice(CHANNELS)),
            "outcome": self._maybe(self.random.choice(("none", "accepted", "refused", "complained"))),
            "cost": self._maybe(self._money()),
        }

    def doubtful_links(self) -> Rows:
        """Links of staff and customers as a later identity resolution may find them, sure enough or not."""
        pairs = {(f"E{self.random.randrange(70)}", f"C{self.random.randrange(50)}") for _ in range(25)}
        return [
            self._tie(
                ("Employee", one), ("Customer", two), probability=self.random.choice((0.3, 0.5, 0.9)), detected=True
            )
            for one, two in sorted(pairs)
        ]

    def accounts_elsewhere(self) -> Rows:
        """Links of counterparties as identity resolution may find them."""
        ends = {f"X{self.random.randrange(20)}": ("Company", f"F{self.random.randrange(30)}") for _ in range(12)}
        return [
            self._tie(("Counterparty", key), end, probability=self.random.choice((0.3, 0.9)), detected=True)
            for key, end in sorted(ends.items())
        ]

    def findings(self) -> dict[str, Rows]:
        """Opportunities, payrolls and what they rest on, as rows of graph tables by label or type."""
        opportunities = [self._opportunity(i) for i in range(90)]
        links: dict[str, Rows] = {"FOR": [], "OFFERS": [], "SUPPORTED_BY": [], "PAYS_SALARY": []}
        for row in opportunities:
            start = ("Opportunity", row["opportunity_id"])
            links["FOR"].append(self._tie(start, self._labelled()))
            if self.random.random() < 0.8:
                links["OFFERS"].append(self._tie(start, ("Product", f"P{self.random.randrange(14)}")))
            ends = {("Product", "P3"), *(self._labelled() for _ in range(3))}
            links["SUPPORTED_BY"] += [self._tie(start, end, family="colleagues") for end in sorted(ends)]
        pairs = {(f"F{self.random.randrange(10)}", *self._labelled("customer", "employee")) for _ in range(80)}
        links["PAYS_SALARY"] = [
            self._tie(("Company", company), (label, key), months=3, monthly_amount=self._money(), detected=True)
            for company, label, key in sorted(pairs)
        ]
        return {"Opportunity": opportunities} | links

    def _labelled(self, *types: str) -> tuple[str, str]:
        kind, key = self._party(*types)
        return kind.capitalize(), key

    def _tie(self, start: tuple[str, str], end: tuple[str, str], **properties: Any) -> dict[str, Any]:
        ends = {"from_label": start[0], "from_id": start[1], "to_label": end[0], "to_id": end[1]}
        return ends | properties

    def _opportunity(self, i: int) -> dict[str, Any]:
        return {
            "opportunity_id": f"O{i:02}",
            "kind": self.random.choice(("cross_sell", "household")),
            "rank": i,
            "probability": self.random.randrange(100) / 100,
            "expected_value": float(self.random.randrange(20)),
            "branch_id": self._branch(),
            "manager_id": f"M{self.random.randrange(6)}",
            "reason_zh": f"理由{i}",
            "reason_en": f"reason {i}",
            "as_of": AS_OF,
        }


def write_bank(folder: Path, seed: int) -> tuple[Tables, Tables]:
    """The snapshot and the findings of one seed, as graph tables in two new folders."""
    bank = RandomBank(seed)
    snapshot, findings = folder / f"snapshot-{seed}", folder / f"findings-{seed}"
    snapshot.mkdir()
    read = reader(**bank.rows())
    shape(read, snapshot, Silent())
    _add(snapshot / "relationships" / "IS_CUSTOMER.parquet", bank.doubtful_links())
    _add(snapshot / "relationships" / "SAME_AS.parquet", bank.accounts_elsewhere())
    (snapshot / "tables").mkdir()
    read("payments").sink_parquet(snapshot / "tables" / "payments.parquet")
    annotate(Snapshot(snapshot), Bank.read(Snapshot(snapshot), AS_OF))
    write_manifest(snapshot, {"id": uuid4().hex})
    (findings / "nodes").mkdir(parents=True)
    (findings / "relationships").mkdir()
    for name, rows in bank.findings().items():
        if name in NODES:
            columns, place = schema(NODES[name].properties), findings / "nodes"
        else:
            columns, place = relationship_schema(name), findings / "relationships"
        pl.DataFrame(rows, schema=columns).write_parquet(place / f"{name}.parquet")
    write_manifest(findings, {"id": uuid4().hex})
    return Tables(snapshot), Tables(findings)


def _add(file: Path, rows: Rows) -> None:
    columns = relationship_schema(file.stem)
    both = pl.concat([pl.read_parquet(file), pl.DataFrame(rows, schema=columns)])
    both.unique(ENDS, keep="first", maintain_order=True).write_parquet(file)
