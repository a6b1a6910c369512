"""Serve the dashboard: Streamlit in this process, behind headers that keep browsers from other hosts."""

import base64
import errno
import gc
import hashlib
import re
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import components
from dashboards.kept_link import KeptLink
from dashboards.shelf import Shelf
from dashboards.site import Site, show
from texts import UserError

SCRIPT: Final = Path(__file__).with_name("app.py")
PORT: Final = 8501
ASSETS: Final = {
    "vis-network.js": ("pyvis", "lib/vis-9.1.2/vis-network.min.js"),
}
"""What components load from this server, by name: package and place in it."""
_MESSAGE_BYTES: Final = 200 * 1024 * 1024
_SHUT_DOWN_WITHIN: Final = 2


def serve(
    site: Site, *, host: str, port: int | None, auth: Mapping[str, Any] | None, ready: Callable[[str], None]
) -> None:
    """Serve `site` until the process is told to stop.

    Args:
        site: what to show.
        host: the address to listen on.
        port: by default 8501, or the next free one.
        auth: of an OpenID Connect provider, as `st.login` wants it; none where nobody signs in.
        ready: is told the address when the server listens.

    Raises:
        UserError: the address cannot be had.
    """
    import uvicorn

    listening = _listen(host, port)
    show(site)
    config = uvicorn.Config(
        application(auth), log_level="warning", access_log=False, ws_max_size=_MESSAGE_BYTES, lifespan="on",
        timeout_graceful_shutdown=_SHUT_DOWN_WITHIN, server_header=False,
    )  # fmt: skip
    _load()
    with listening:
        ready(_address(listening, host))
        server = uvicorn.Server(config)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):  # Ctrl-C is how one ends it
            server.run(sockets=[listening])


def application(auth: Mapping[str, Any] | None = None) -> ASGIApp:
    """The ASGI application: Streamlit, the components' files, the headers."""
    import streamlit as st

    from dashboards.components.faults import show_fault

    secrets = {"auth": dict(auth)} if auth else {}
    return st.App(
        SCRIPT,
        routes=[Route("/assets/{name}", _asset), Route("/overview", _first_page)],
        middleware=[Middleware(Headers), Middleware(Shelf), *([Middleware(KeptLink)] if auth else [])],
        secrets=secrets,
        on_script_error=show_fault,
    )


def _load() -> None:
    """Import what pages are made of, and take it out of the garbage collection.

    Streamlit collects after each run of a page and before its last messages leave: 0.2 s over all that was imported.
    """
    for module in iter_modules(components.__path__, f"{components.__name__}."):
        import_module(module.name)
    gc.collect()
    gc.freeze()


async def _first_page(request: Request) -> Response:
    """The overview has no name in the address, for it opens by default; who types the name means it."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


async def _asset(request: Request) -> Response:
    if not (place := ASSETS.get(request.path_params["name"])):
        return Response(status_code=404)
    return FileResponse(str(files(place[0]).joinpath(place[1])), headers={"Cache-Control": "max-age=3600"})


class Headers:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the headers to what comes back."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers())
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


@cache
def security_headers() -> dict[str, str]:
    """Nothing from or to another host, in no frame; scripts of this server only, and the page's own inline ones."""
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {' '.join(_inline_scripts())}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _inline_scripts() -> list[str]:
    """The hashes of the scripts in Streamlit's page."""
    page = files("streamlit").joinpath("static/index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]


def _listen(host: str, port: int | None) -> socket.socket:
    """A bound socket: on `port`, or on the first free one from 8501."""
    for chosen in [port] if port is not None else range(PORT, PORT + 100):
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, chosen), family=family, backlog=2048)
        except OSError as fault:
            if port is None and fault.errno == errno.EADDRINUSE:
                continue
            raise UserError("dash.cannot_listen", host=host, port=chosen, reason=fault.strerror or fault) from fault
    raise UserError("dash.cannot_listen", host=host, port=PORT, reason="")


def _address(listening: socket.socket, host: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{listening.getsockname()[1]}"
