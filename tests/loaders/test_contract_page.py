"""The page on the contract says what the contract says."""

from pathlib import Path

from loaders.contract_page import page


def test_the_page_is_made_from_the_declaration() -> None:
    written = Path(__file__).parents[2] / "docs" / "unified-data.md"
    assert written.read_text(encoding="utf-8") == page(), "python -m loaders.contract_page > docs/unified-data.md"
