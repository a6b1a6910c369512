"""Pages and schema files that are made from declarations say what those say."""

from graph import model_page
from graph.model import NODES, RELATIONSHIPS
from graph.model_page import ROOT
from graph.queries import list_queries, page


def test_graph_model_page():
    assert (ROOT / "docs" / "graph-model.md").read_text(encoding="utf-8") == model_page.page()


def test_constraints_file():
    file = ROOT / "cypher" / "schema" / "constraints.cypher"
    assert file.read_text(encoding="utf-8") == model_page.constraints()


def test_queries_page():
    assert (ROOT / "docs" / "queries.md").read_text(encoding="utf-8") == page.page()


def test_the_pages_name_everything():
    assert all(f"### {name}\n" in model_page.page() for name in [*NODES, *RELATIONSHIPS])
    assert all(f"## {query.name}\n" in page.page() for query in list_queries())
