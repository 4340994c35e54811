"""Real servers on loopback for the tests of places: OpenSSH's sshd, a misbehaving web server, a cutting proxy."""

from __future__ import annotations

import contextlib
import http.server
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

USER = "panelbrief-test"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")


@contextlib.contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until the end; it is up when its port answers."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, **environment}, **quiet) as server:
        try:
            wait_for(port)
            yield
        finally:
            server.terminate()


def new_key(path: Path, passphrase: str = "") -> Path:
    """Make a key pair as OpenSSH does, and return the private key's path."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@dataclass(frozen=True)
class Sshd:
    """An sshd with one throw-away user who may log in with a password or a key; `folder` is theirs."""

    port: int
    folder: Path
    password: str
    key: Path
    host_key: Path

    @property
    def location(self) -> str:
        return f"sftp://127.0.0.1:{self.port}{self.folder}"

    def known_hosts(self, path: Path, port: int | None = None, key: Path | None = None) -> Path:
        """Write a file of known hosts with this server's key, or another."""
        kind, text = (key or self.host_key).with_suffix(".pub").read_text(encoding="ascii").split()[:2]
        path.write_text(f"[127.0.0.1]:{port or self.port} {kind} {text}\n", encoding="ascii")
        return path

    def fingerprint(self) -> str:
        said = subprocess.run(["ssh-keygen", "-lf", str(self.host_key)], check=True, capture_output=True, text=True)
        return said.stdout.split()[1]


@contextlib.contextmanager
def sshd(base: Path) -> Iterator[Sshd]:
    """Run OpenSSH's sshd until the end, with a user of its own that is removed afterwards. Needs root."""
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    user, password = f"{USER}-{secrets.token_hex(3)}", secrets.token_urlsafe(18)
    host_key, key, port = new_key(base / "host_key"), new_key(base / "user_key"), free_port()
    Path("/run/sshd").mkdir(exist_ok=True)
    home = Path("/tmp") / user  # every folder above it must be open to its user, which pytest's are not
    subprocess.run(["useradd", "--no-create-home", "--home-dir", str(home), user], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{user}:{password}", text=True, check=True)
        (home / "returns").mkdir(parents=True)
        (home / "keys").write_text(key.with_suffix(".pub").read_text(encoding="ascii"), encoding="ascii")
        subprocess.run(["chown", "-R", user, str(home)], check=True)
        options = {
            "Port": str(port), "ListenAddress": "127.0.0.1", "HostKey": str(host_key), "UsePAM": "no",
            "AuthorizedKeysFile": str(home / "keys"), "StrictModes": "no", "PasswordAuthentication": "yes",
            "KbdInteractiveAuthentication": "no", "Subsystem": "sftp internal-sftp", "AllowUsers": user,
            "PermitRootLogin": "no", "PidFile": "none", "MaxStartups": "100", "PerSourcePenalties": "no",
        }  # fmt: skip
        version = subprocess.run([program, "-V"], capture_output=True, text=True, check=False).stderr
        if "OpenSSH_9.2" in version or "OpenSSH_8" in version:
            del options["PerSourcePenalties"]  # which came later, and would shut out whoever tries wrong passwords
        config = base / "sshd_config"
        config.write_text("".join(f"{name} {value}\n" for name, value in options.items()), encoding="ascii")
        with serving([program, "-D", "-e", "-f", str(config)], port):
            yield Sshd(port, home / "returns", password, key, host_key)
    finally:
        subprocess.run(["pkill", "-KILL", "-u", user], check=False)
        subprocess.run(["userdel", "--force", user], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class CuttingProxy:
    """Passes connections on to `target`; the first `cuts` of them are cut after `after` bytes of answer."""

    target: int
    after: int
    cuts: int
    port: int = field(default_factory=free_port)
    connections: int = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[CuttingProxy]:
        with socket.create_server(("127.0.0.1", self.port)) as listening:
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
            yield self

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                self.connections += 1
                left = self.after if self.connections <= self.cuts else None
                threading.Thread(target=self._join, args=(client, left), daemon=True).start()

    def _join(self, client: socket.socket, left: int | None) -> None:
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            asking = threading.Thread(target=self._pass, args=(client, server, None), daemon=True)
            asking.start()
            self._pass(server, client, left)
            asking.join(timeout=10)

    def _pass(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                part = chunk if left is None else chunk[:left]
                sink.sendall(part)
                if left is not None:
                    left -= len(part)
                    if left == 0:
                        break
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@dataclass
class Web:
    """A web server on loopback. `files` are served by path with an ETag; `faults` holds what goes wrong, by path.

    `moved` leads on from a path to another address.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    token: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def location(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def gets(self, path: str) -> int:
        """Return how often the file itself was asked for."""
        return sum((method, one) == ("GET", path) for method, one, _ in self.asked)

    @contextlib.contextmanager
    def running(self) -> Iterator[Web]:
        web = self

        class Handler(_Handler):
            served = web

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            self.port = int(server.server_address[1])
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield self
            finally:
                self.stop.set()
                server.shutdown()


class _Handler(http.server.BaseHTTPRequestHandler):
    served: Web
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def _answer(self, *, with_body: bool) -> None:
        web = self.served
        web.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        waiting = web.faults.get(self.path, [])
        fault = waiting.pop(0) if waiting and (with_body or waiting[0].isdigit()) else ""
        if web.token and self.headers.get("Authorization") != f"Bearer {web.token}":
            fault = "401"
        if self.path in web.moved:
            self._head(302, b"", "text/plain", web.moved[self.path])
            return
        if fault.isdigit() or self.path not in {*web.files, "/returns/"}:
            self._head(int(fault or 404), b"", "text/plain")
            return
        if self.path == "/returns/":
            links = "".join(f'<a href="{one.rpartition("/")[2]}">{one}</a>' for one in web.files)
            body, kind = f"<html>{links}</html>".encode(), "text/html"
        else:
            body, kind = web.files[self.path], "text/csv"
        self._head(200, body, kind)
        if not with_body:
            return
        if fault:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            if fault == "stall":
                web.stop.wait(20)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(body)

    def _head(self, status: int, body: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", kind)
        self.send_header("ETag", f'"{hash(body)}"')
        self.end_headers()
