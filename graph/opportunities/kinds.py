"""The kinds of opportunity, one module each; a new kind is one more line here."""

from collections.abc import Callable
from typing import Final

from graph.opportunities import company_prospect, cross_sell, payroll_to_retail
from graph.opportunities.task import Found, Task

KINDS: Final[dict[str, Callable[[Task], Found]]] = {
    cross_sell.KIND: cross_sell.find,
    payroll_to_retail.KIND: payroll_to_retail.find,
    company_prospect.KIND: company_prospect.find,
}
"""What finds each kind; in the order in which they run and are shown."""
