"""A link that was opened before signing in is where the provider's way back leads to."""

from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards.kept_link import CALLBACK, COOKIE, KeptLink


async def page(_: Request) -> HTMLResponse:
    return HTMLResponse("a page")


async def data(_: Request) -> JSONResponse:
    return JSONResponse({})


async def back(_: Request) -> RedirectResponse:
    return RedirectResponse("/", status_code=302)


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/customer", page), Route("/data", data), Route(CALLBACK, back)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(KeptLink)]), follow_redirects=False)


def test_the_last_page_is_led_back_to_once(client: TestClient) -> None:
    client.get("/customer?id=C1&part=money")
    client.get("/data")
    assert client.get(CALLBACK).headers["location"] == "/customer?id=C1&part=money"
    assert client.get(CALLBACK).headers["location"] == "/"


@pytest.mark.parametrize("made_up", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_a_made_up_cookie_leads_to_no_other_host(client: TestClient, made_up: str) -> None:
    client.cookies.set(COOKIE, quote(made_up))
    assert client.get(CALLBACK).headers["location"] == "/"
