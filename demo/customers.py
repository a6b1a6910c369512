"""The tables `customers` and `employees`, and what they say about the same person."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo import names, places
from demo.adoption import Days
from demo.catalogue import RETAIL, Product
from demo.clock import Clock
from demo.columns import NEVER, YEAR, Bools, Floats, Ints, blank, chance, choose, dates, money, pick
from demo.people import ADULT, OCCUPATIONS, OWNER, TITLES, People, addresses
from demo.population import Population

CHANNELS = ("app", "wechat", "wecom", "sms", "call", "branch")
_YOUNG_CHANNELS = (52, 22, 10, 8, 5, 3)
_OLD_CHANNELS = (16, 14, 6, 14, 28, 22)
_AFFLUENT, _PRIVATE = 500_000, 6_000_000
KNOWN_LINKS = 0.4


@dataclass(frozen=True)
class Wealth:
    """What customers have, and the risk they may take (0: unknown)."""

    aum: Floats
    tolerance: Ints


def wealth(rng: np.random.Generator, people: People, clock: Clock) -> Wealth:
    """Savings grow with income and age; risk tolerance with income, and falls with age."""
    size = len(people)
    age = people.ages(clock.today)
    owner = np.where(people.occupation == OWNER, 6.0, 1.0)
    aum = people.income * 5 * np.clip(age / 40, 0.05, 2) ** 1.6 * owner * np.exp(rng.normal(0, 1.15, size))
    score = 0.45 * _standard(np.log(people.income)) - 0.5 * _standard(age) + rng.normal(0, 0.8, size)
    tolerance = 1 + np.searchsorted((-1.1, -0.25, 0.6, 1.35), score)
    return Wealth(np.round(aum, 2), np.where(chance(rng, 0.12, size) | (age < ADULT), 0, tolerance))


def traits(people: People, has: Wealth, clock: Clock) -> dict[str, Floats]:
    """What moves customers towards products, as standard scores."""
    return {
        "age": _standard(people.ages(clock.today)),
        "income": _standard(np.log(people.income)),
        "wealth": _standard(np.log(has.aum + 1)),
    }


def _standard(values: Floats) -> Floats:
    return ((values - values.mean()) / max(float(values.std()), 1e-9)).astype(np.float32)


def earliest(people: People, has: Wealth) -> Days:
    """The first day on which each customer may take each retail product."""
    return np.stack([_earliest(product, people, has) for product in RETAIL])


def _earliest(product: Product, people: People, has: Wealth) -> Days:
    of_age = people.birth + round(product.ages[0] * YEAR)
    # an unknown tolerance did not stop sales up to R2 in former years
    allowed = (product.risk_level or 0) <= np.where(has.tolerance == 0, 2, has.tolerance)
    allowed &= has.aum >= product.least_wealth
    allowed &= people.since - people.birth <= product.ages[1] * YEAR
    return np.where(allowed, np.maximum(people.since, of_age), NEVER).astype(np.int32)


def table(rng: np.random.Generator, world: Population, has: Wealth) -> pl.DataFrame:
    """The table `customers`."""
    people, identity, offices, clock = world.customers, world.customer_identity, world.offices, world.clock
    size = len(people)
    age = people.ages(clock.today)
    outlet = offices.outlets.draw(rng, people.city)[world.kin.home]
    segment = np.searchsorted((_AFFLUENT, _PRIVATE), has.aum * np.exp(rng.normal(0, 0.08, size)), "right")
    served = (segment > 0) | chance(rng, 0.3, size)
    assessed = np.maximum(clock.today - rng.exponential(260, size).astype(np.int32), people.since)
    channel = np.where(age < 50, choose(rng, _YOUNG_CHANNELS, size), choose(rng, _OLD_CHANNELS, size))  # noqa: PLR2004
    consent = pl.Series(chance(rng, 0.88, size))
    return pl.DataFrame(
        {
            "customer_id": world.customer_ids,
            "name": identity.name,
            "id_number": identity.id_number,
            "phone": identity.phone,
            "gender": pick(("M", "F"), people.female.astype(np.int32)),
            "birth_date": dates(people.birth),
            "city": pick([city.name for city in places.CITIES], people.city),
            "address": addresses(rng, people.city, world.kin.home),
            "occupation": pick(OCCUPATIONS, people.occupation),
            "employer_name": _employer_names(rng, people, world.company_names),
            "monthly_income": money(np.where(chance(rng, 0.12, size), np.nan, people.income)),
            "segment": pick(("mass", "affluent", "private"), segment),
            "aum": money(has.aum),
            "risk_tolerance": blank(pl.Series(has.tolerance.astype(np.int64)), has.tolerance == 0),
            "risk_assessed_on": dates(np.where(has.tolerance == 0, NEVER, assessed)),
            "branch_id": offices.outlet_ids(outlet),
            "manager_id": blank(offices.retail_manager(rng, outlet), ~served),
            "since": dates(people.since),
            "preferred_channel": pick(CHANNELS, channel),
            "marketing_consent": blank(consent, chance(rng, 0.02, size)),
            "do_not_contact": chance(rng, 0.015, size),
        }
    )


def _employer_names(rng: np.random.Generator, people: People, company_names: pl.Series) -> pl.Series:
    """Employers as customers declare them: whole, without the legal form, not at all, or of companies elsewhere."""
    size = len(people)
    own = pick(company_names, people.company)
    short = own.str.replace(r"(股份)?有限公司$", "")
    declared = short.zip_with(pl.Series(chance(rng, 0.2, size)), own)
    declared = blank(declared, chance(rng, 0.12, size))
    spread = max(size // 60, 20)
    elsewhere = names.company_names(
        rng,
        rng.integers(0, len(places.CITIES), spread),
        choose(rng, names.INDUSTRY_WEIGHTS, spread),
        chance(rng, 0.05, spread),
    )
    hired = (people.company < 0) & (people.occupation < 2) & chance(rng, 0.7, size)  # noqa: PLR2004
    return pick(elsewhere, np.where(hired, rng.integers(0, spread, size), -1)).zip_with(pl.Series(hired), declared)


def employees(rng: np.random.Generator, world: Population) -> pl.DataFrame:
    """The table `employees`; it names the customer whom each is only for some of those who are one."""
    staff, identity, size = world.staff, world.staff_identity, len(world.staff)
    shown = np.where(chance(rng, KNOWN_LINKS, size), world.staff_customer, -1)
    other_phone = identity.phone.gather(rng.permutation(size)).str.replace(r"^...", "199")
    phone = other_phone.zip_with(pl.Series(chance(rng, 0.12, size)), identity.phone)
    return pl.DataFrame(
        {
            "employee_id": world.staff_ids,
            "company_id": pick(world.company_ids, staff.company),
            "name": identity.name,
            "id_number": _as_listed(rng, identity.id_number),
            "phone": blank(phone, chance(rng, 0.15, size)),
            "title": pick(TITLES, staff.title),
            "monthly_salary": money(staff.income),
            "hired_on": dates(staff.hired),
            "left_on": dates(staff.left),
            "customer_id": pick(world.customer_ids, shown),
        }
    )


def _as_listed(rng: np.random.Generator, id_numbers: pl.Series) -> pl.Series:
    """ID numbers as staff lists have them: some masked, some mistyped (two digits swapped), some left out."""
    fault = choose(rng, (86, 3, 2, 9), len(id_numbers))
    head, tail = id_numbers.str.slice(0, 1), id_numbers.str.slice(17, 1)
    masked = head + "*" * 16 + tail
    swapped = id_numbers.str.slice(0, 15) + id_numbers.str.slice(16, 1) + id_numbers.str.slice(15, 1) + tail
    listed = _where(fault == 1, masked, _where(fault == 2, swapped, id_numbers))  # noqa: PLR2004
    return blank(listed, fault == 3)  # noqa: PLR2004


def _where(mask: Bools, values: pl.Series, otherwise: pl.Series) -> pl.Series:
    return values.zip_with(pl.Series(mask), otherwise)
