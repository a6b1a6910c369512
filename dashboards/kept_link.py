"""The link that somebody opened before they signed in: kept in a cookie on the way to the provider, opened after it.

Streamlit's own way back from the provider leads to the first page.
"""

from typing import Final
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE: Final = "guanxi_link"
CALLBACK: Final = "/oauth2callback"
_SECONDS: Final = 600


class KeptLink:
    """Remembers the last page that was asked for, and leads there from the provider."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; change what comes back where it is a page, or the way back from the provider."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                _changed(request, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, with_link)


def _changed(request: Request, headers: MutableHeaders) -> None:
    cookie = Response()
    if request.url.path == CALLBACK:
        wanted = unquote(request.cookies.get(COOKIE, ""))
        if _is_page(wanted) and headers.get("location") == "/":
            headers["location"] = wanted
            cookie.delete_cookie(COOKIE)
    elif request.method == "GET" and headers.get("content-type", "").startswith("text/html"):
        link = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        cookie.set_cookie(COOKIE, quote(link), max_age=_SECONDS, httponly=True, samesite="lax")
    for each in cookie.headers.getlist("set-cookie"):
        headers.append("set-cookie", each)


def _is_page(link: str) -> bool:
    """Whether it is a page of this server: a cookie can be made up."""
    return link.startswith("/") and not link.startswith(("//", "/\\"))
