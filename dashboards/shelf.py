"""The scripts, styles and fonts of the page, from memory: a browser's first visit asks for some 130 of them."""

import gzip
import mimetypes
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

PACKED: Final = (".js", ".css")
"""What is text; fonts are packed as they are."""
_AS_IT_IS: Final = ("range", "if-none-match", "if-modified-since")
"""Who asks so is answered by Streamlit."""


class Shelf:
    """Answers requests for files of Streamlit's page whose names hold a digest of what is in them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        folder = Path(str(files("streamlit").joinpath("static")))
        self._files = {f"/{path.relative_to(folder).as_posix()}": path for path in (folder / "static").rglob("*.*")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or pass on what is no file of the shelf."""
        asked = Headers(scope=scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        file = self._files.get(scope["path"]) if asked is not None else None
        if asked is None or file is None or any(name in asked for name in _AS_IT_IS):
            await self._app(scope, receive, send)
            return
        packed = file.suffix in PACKED and "gzip" in asked.get("accept-encoding", "")
        body = _content(file, packed=packed)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {
            "content-type": "text/javascript" if file.suffix == ".js" else kind,
            "content-length": str(len(body)),
            "cache-control": "public, immutable, max-age=31536000",
            "vary": "Accept-Encoding",
        } | ({"content-encoding": "gzip"} if packed else {})
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": body})


@cache
def _content(file: Path, *, packed: bool) -> bytes:
    """A file, read and packed once; there are a few hundred."""
    body = file.read_bytes()
    return gzip.compress(body, 6, mtime=0) if packed else body
