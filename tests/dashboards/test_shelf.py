"""What Streamlit's page is made of, from memory."""

from importlib.resources import files
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from dashboards.shelf import Shelf

FOLDER = Path(str(files("streamlit").joinpath("static")))


async def beyond(scope: Scope, receive: Receive, send: Send) -> None:
    """The application that the shelf stands before."""
    await PlainTextResponse(f"beyond {Request(scope).url.path}")(scope, receive, send)


@pytest.fixture
def browser() -> TestClient:
    return TestClient(Shelf(beyond))


def largest(suffix: str) -> Path:
    return max((FOLDER / "static").rglob(f"*{suffix}"), key=lambda path: (path.stat().st_size, path.name))


@pytest.mark.parametrize("suffix", [".js", ".css", ".woff2"])
@pytest.mark.parametrize("encoding", ["gzip, br", "identity"])
def test_a_file_arrives_as_it_is(browser: TestClient, suffix: str, encoding: str) -> None:
    file = largest(suffix)
    answer = browser.get(f"/{file.relative_to(FOLDER).as_posix()}", headers={"Accept-Encoding": encoding})
    assert answer.content == file.read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    packed = "gzip" in encoding and suffix != ".woff2"
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert (int(answer.headers["content-length"]) < len(answer.content) / 2) == packed


@pytest.mark.parametrize("path", ["/", "/index.html", "/static/nothing.js", "/static/../index.html", "/_stcore/health"])
def test_what_is_not_on_the_shelf_goes_beyond(browser: TestClient, path: str) -> None:
    assert browser.get(path).text.startswith("beyond")


def test_a_part_of_a_file_is_not_its_business(browser: TestClient) -> None:
    path = f"/{largest('.js').relative_to(FOLDER).as_posix()}"
    assert browser.get(path, headers={"Range": "bytes=0-9"}).text.startswith("beyond")
    assert browser.post(path).text.startswith("beyond")
