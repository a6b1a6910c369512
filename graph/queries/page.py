"""`docs/queries.md`, made from the headers in `cypher/`.

`python -m graph.queries.page` writes it; a test fails where page and headers differ.
"""

from graph.queries.saved import FOLDER, Parameter, SavedQuery, list_queries

_INTRODUCTION = """\
# Saved queries

Made from the headers in `cypher/` by `python -m graph.queries.page`; do not edit.

`guanxi query NAME -p key=value` runs one. All of them only read, run on Neo4j 2026.09 and 5.26 alike, start from a key
or from one label, and never expand an employer into pairs of coworkers. Names and numbers of persons are masked.

A query file of your own has the same header (see `graph/queries/saved.py`). It is refused if it writes, manages the
database, changes the database with `USE`, reads files or addresses with `LOAD CSV`, or calls a procedure or plug-in
function that is not on the list in `graph/queries/guard.py`. Its columns are masked by their names (`phone`,
`customer_name`, …) and by `// mask: column kind`, nodes and relationships by what the model says: a column that the
author calls by another name is shown as it is, so that the right to run files of one's own is the right to clear text.
"""


def page() -> str:
    """The page in Markdown."""
    return "\n".join([_INTRODUCTION, *map(_section, list_queries())])


def _section(query: SavedQuery) -> str:
    titles, answers = (" / ".join((text("en"), text("zh"))) for text in (query.title, query.answers))
    rows = ["| parameter | type | default |", "| --- | --- | --- |", *map(_row, query.parameters)]
    table = "\n".join(rows) + "\n" if query.parameters else "No parameters.\n"
    return f"## {query.name}\n\n{titles}\n\n{answers}\n\n{table}"


def _row(parameter: Parameter) -> str:
    return f"| `{parameter.name}` | {parameter.type} | {parameter.default if not parameter.required else 'required'} |"


if __name__ == "__main__":
    (FOLDER.parent / "docs" / "queries.md").write_text(page(), encoding="utf-8")
