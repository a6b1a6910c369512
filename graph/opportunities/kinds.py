"""The kinds of opportunity, one module each; a new kind is one more line here."""

from collections.abc import Callable, Collection
from typing import Final

from graph.opportunities import (
    company_prospect,
    corporate_cross_sell,
    cross_sell,
    household,
    owner_to_private,
    payroll_mandate,
    payroll_to_retail,
    retail_model,
)
from graph.opportunities.task import Found, Look, Task

KINDS: Final[dict[str, Callable[[Task], Found]]] = {
    cross_sell.KIND: cross_sell.find,
    payroll_to_retail.KIND: payroll_to_retail.find,
    payroll_mandate.KIND: payroll_mandate.find,
    company_prospect.KIND: company_prospect.find,
    corporate_cross_sell.KIND: corporate_cross_sell.find,
    owner_to_private.KIND: owner_to_private.find,
    household.KIND: household.find,
}
"""What finds each kind; in the order in which they run and are shown."""

LOOKS: Final[dict[str, Look]] = {
    cross_sell.KIND: retail_model.look,
    owner_to_private.KIND: owner_to_private.look,
    household.KIND: household.look,
}
"""What those kinds that go by the tables of people keep of a past day."""


def looks(kinds: Collection[str]) -> dict[str, Look]:
    """Of these kinds, with what all of them start from, the looks at a past day."""
    chosen = {kind: look for kind, look in LOOKS.items() if kind in kinds}
    return {cross_sell.KIND: retail_model.look} | chosen if chosen else {}
