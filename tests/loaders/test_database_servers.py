"""Tables read from real database servers."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.bank import Bank, Check, assert_same
from helpers.databases import Server, fill, mysql, postgres

from texts import UserError

SERVERS = {"postgresql": postgres, "mysql": mysql}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, bank: Bank) -> Iterator[Server]:
    """A server that holds the good bank."""
    with SERVERS[request.param]() as started:
        if isinstance(started, str):
            pytest.skip(started)
        fill(started, bank)
        yield started


def test_a_server_gives_the_same_tables(server: Server, bank: Bank, checked: Check) -> None:
    result = checked(server.url())
    assert_same(result, bank)
    assert result.location == f"{server.scheme}://bank@{server.address}/{server.database}"
    assert {file["name"]: file["rows"] for file in result.files} == dict.fromkeys(bank, 2)


def test_a_table_of_another_name_with_odd_columns_is_read_by_the_mapping(
    server: Server, checked: Check, tmp_path: Path
) -> None:
    q = server.quote
    server.run(f"CREATE TABLE {q}T {q}{q}P{q} ({q}CUST NO{q} int, {q}na{q}{q}me{q} text)")
    server.run(f"INSERT INTO {q}T {q}{q}P{q} VALUES (7, '王😀')")
    mapping = tmp_path / "names.yaml"
    columns = f"{{customer_id: CUST NO, name: 'na{q}me'}}"
    mapping.write_text(f"tables: {{customers: {{table: 'T {q}P', columns: {columns}}}}}", encoding="utf-8")
    result = checked(server.url(), mapping)
    assert result.table("customers").select("customer_id", "name").collect().rows() == [("7", "王😀")]


# connectorx goes on trying for 30 s, so once only
@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_a_wrong_database_is_said_without_the_password(server: Server, checked: Check) -> None:
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        checked(server.url("nowhere"))
    assert caught.value.key == "source.database"
    assert "nowhere" in str(caught.value)
    assert "cr@t" not in str(caught.value)
    assert "cr%40t" not in str(caught.value)
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_tables_of_another_schema_of_postgresql_are_named_in_the_mapping(
    server: Server, checked: Check, tmp_path: Path
) -> None:
    server.run("CREATE SCHEMA ecif; CREATE TABLE ecif.people (id int, tags text[])")
    server.run("INSERT INTO ecif.people VALUES (7, '{a,b}')")
    mapping = tmp_path / "names.yaml"
    mapping.write_text("tables: {customers: {table: ecif.people, columns: {customer_id: id}}}")
    result = checked(server.url(), mapping)
    assert result.table("customers").select("customer_id", "tags").collect().rows() == [("7", "{a,b}")]
