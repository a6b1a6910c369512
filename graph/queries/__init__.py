"""Saved Cypher queries: what there is, their parameters, and a runner that only ever reads."""

from graph.queries.output import write_result
from graph.queries.runner import run
from graph.queries.saved import Parameter, SavedQuery, bind, list_queries, load_query
from graph.queries.values import QueryResult

__all__ = [
    "Parameter",
    "QueryResult",
    "SavedQuery",
    "bind",
    "list_queries",
    "load_query",
    "run",
    "write_result",
]
