"""Where no Chromium is installed, one is installed, or it is said why not."""

import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ASK = "from helpers.browser import chromium, why_none; print(chromium()); print(why_none())"


@pytest.fixture
def mirror() -> Generator[str]:
    """A server that has for every download an archive with a `chrome` in it, as Playwright's has."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for folder in ("chrome-linux", "chrome-linux64"):
            archive.writestr(f"{folder}/chrome", "#!/bin/sh\n")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content.getvalue())))
            self.end_headers()
            self.wfile.write(content.getvalue())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def asked(home: Path, mirror: str) -> list[str]:
    """What a user is told who has nothing on the path, and Playwright's downloads at this address."""
    environment = os.environ | {
        "PATH": "", "HOME": str(home), "PLAYWRIGHT_DOWNLOAD_HOST": mirror, "PYTHONPATH": str(Path(__file__).parents[2]),
        "PLAYWRIGHT_BROWSERS_PATH": str(home / "browsers"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_playwright_installs_its_own(tmp_path: Path, mirror: str) -> None:
    path = Path(asked(tmp_path, mirror)[0])
    assert path.is_file()
    assert path.is_relative_to(tmp_path / "browsers")


def test_it_is_said_why_there_is_none(tmp_path: Path) -> None:
    found, why = asked(tmp_path, "http://127.0.0.1:1")
    assert found == "None"
    assert why.startswith("on the path: none; apt-get: not this system's package manager; playwright install: Error: ")
    assert "Failed to download" in why
