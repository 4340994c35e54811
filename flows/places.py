"""The places that files come from: a folder, SFTP, S3, HTTPS, or what else fsspec knows.

Every fault of a place becomes one of two errors. A NetworkFault may pass, so it is tried again; a PlaceRefused (a wrong
password, an unknown host, a missing folder, bad configuration) will not, and is told at once.
"""

from __future__ import annotations

import datetime as dt
import glob
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit

from flows.faults import NetworkFault, told_plainly
from flows.plan.arrival import Secret
from flows.plan.models import DataSource
from flows.plan.naming import as_glob, in_order, matches, name_in
from flows.web import only_safe_addresses

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

T = TypeVar("T")
# Files that are copied together get the times of the copying, in no order that means anything: the names say more.
_COPIED_SECONDS = 60


@dataclass(frozen=True)
class Network:
    """How patient to be: seconds without an answer that end an attempt, and seconds before each other attempt."""

    timeout_seconds: float = 30
    delays: tuple[float, ...] = (1, 4, 15)
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Look:
    """A file as it was seen in its place: address, name, size in bytes, and what changes when it does (time or ETag).

    An empty `stamp` tells nothing, and a `size_bytes` of None was not said. `written` is when it was last written, in
    seconds; 0 where the place does not say.
    """

    address: str
    name: str
    size_bytes: int | None
    stamp: str
    written: float = field(default=0, compare=False)


class Place:
    """Where a source keeps its files. When the network fails, it is tried anew over a new connection."""

    def __init__(
        self, source: DataSource, panel: Path, read_secret: Callable[[Secret], str], network: Network | None = None
    ) -> None:
        self._source, self._panel, self._network = source, panel, network or Network()
        self._read_secret = read_secret
        self._secrets: list[str] = []
        self._places: AbstractFileSystem | None = None
        self.scheme = source.location.split("://")[0] if "://" in source.location else "file"

    @property
    def is_folder(self) -> bool:
        """Return whether this is a folder of this machine, so that its times are by this machine's clock."""
        return self.scheme == "file"

    @property
    def shows_whole_files(self) -> bool:
        """Return whether a file is seen only once it is there in full, as in S3."""
        return self.scheme in ("s3", "s3a")

    def look(self) -> list[Look]:
        """Return the files that fit the source's pattern, in the order in which they were written, else of their names.

        Where the source declares when its files were received, the times of their copies say nothing. Raises
        NetworkFault, PlaceRefused.
        """
        is_dated = self._source.received is None
        return sorted(
            self._patiently(self._look),
            key=lambda one: (one.written // _COPIED_SECONDS if is_dated else 0, in_order(one.name), one.address),
        )

    def copy(self, seen: Look, to: Path) -> None:
        """Copy the file that was seen to `to`. Raises NetworkFault, PlaceRefused."""
        self._patiently(partial(self._copy, seen, to))

    def close(self) -> None:
        """Let go of the connection."""
        client = getattr(self._places, "client", None)
        if self.scheme in ("sftp", "ssh") and client is not None:
            client.close()
        self._places = None

    def _patiently(self, attempt: Callable[[], T]) -> T:
        for delay in self._network.delays:
            try:
                return self._attempt(attempt)
            except NetworkFault:
                self._network.sleep(delay)
        return self._attempt(attempt)

    def _attempt(self, attempt: Callable[[], T]) -> T:
        try:
            with told_plainly(self._hide):
                return attempt()
        except BaseException:
            self.close()  # what failed once is not trusted again
            raise

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "(not shown)")
        return " ".join(text.split())

    def _secret(self, secret: Secret | None) -> str | None:
        if secret is None:
            return None
        value = self._read_secret(secret)
        self._secrets.append(value)
        return value

    def _connect(self) -> AbstractFileSystem:
        if self._places is None:
            opener = {"sftp": self._sftp, "ssh": self._sftp, "s3": self._s3, "s3a": self._s3}
            opener |= {"http": self._http, "https": self._http}
            self._places = opener.get(self.scheme, self._other)()
        return self._places

    def _folder(self) -> str:
        if self.is_folder:
            location = self._source.location.removeprefix("file://")
            return glob.escape(str((self._panel / location).resolve()))
        return str(self._connect()._strip_protocol(self._source.location)).rstrip("/")

    def _look(self) -> list[Look]:
        if self.scheme in ("http", "https"):
            return self._look_at_pages()
        places, folder, pattern = self._connect(), self._folder(), self._source.pattern
        places.invalidate_cache()
        if not self.is_folder:
            places.ls(folder)  # says what is wrong, where glob would only find nothing
        found = places.glob(f"{folder}/{as_glob(pattern)}", detail=True)
        fitting = {address: info for address, info in found.items() if matches(pattern, address)}
        for address, info in fitting.items():
            # A link's size and time are its own, not the file's; one that leads nowhere is no file.
            if info["type"] not in ("file", "directory") and places.exists(address):
                fitting[address] = places.info(address)
        files = {address: info for address, info in fitting.items() if info["type"] == "file"}
        return [_seen(address, name_in(pattern, address), info) for address, info in files.items()]

    def _look_at_pages(self) -> list[Look]:
        places, location, pattern = self._connect(), self._source.location, self._source.pattern
        if pattern == "*" and not location.endswith("/"):
            addresses = [location]
        elif as_glob(pattern) == pattern and not glob.has_magic(pattern):
            addresses = [f"{location.rstrip('/')}/{pattern}"]
        else:
            links = {str(one).split("#")[0] for one in places.ls(f"{location.rstrip('/')}/", detail=False)}
            addresses = [one for one in sorted(links) if matches(pattern, unquote(urlsplit(one).path))]
        return [one for address in addresses for one in self._head(places, address)]

    def _head(self, places: AbstractFileSystem, address: str) -> list[Look]:
        from fsspec.asyn import sync

        name = name_in(self._source.pattern, unquote(urlsplit(address).path))
        found: Look | None = sync(places.loop, _head, places, address, name)
        return [found] if found else []

    def _copy(self, seen: Look, to: Path) -> None:
        places = self._connect()
        if self.is_folder:
            shutil.copyfile(seen.address, to)
            return
        places.get_file(seen.address, str(to))

    def _other(self) -> AbstractFileSystem:
        from fsspec.core import url_to_fs

        location = str(self._panel) if self.is_folder else self._source.location
        return url_to_fs(location, skip_instance_cache=True, use_listings_cache=False)[0]

    def _sftp(self) -> AbstractFileSystem:
        from flows.sftp import connect

        given = self._source.credentials
        assert given is not None and given.username is not None, "the configuration's checks see to this"
        return connect(
            self._source.location,
            username=given.username,
            password=self._secret(given.password),
            key_text=self._secret(given.key),
            key_file=self._beside(given.key_file),
            passphrase=self._secret(given.passphrase),
            known_hosts=self._beside(given.known_hosts),
            fingerprints=given.fingerprints,
            timeout_seconds=self._network.timeout_seconds,
        )

    def _beside(self, name: str | None) -> Path | None:
        return None if name is None else self._panel / Path(name).expanduser()

    def _s3(self) -> AbstractFileSystem:
        from s3fs import S3FileSystem

        given, seconds = self._source.credentials, self._network.timeout_seconds
        places = S3FileSystem(
            key=self._secret(given.access_key) if given else None,
            secret=self._secret(given.secret_key) if given else None,
            endpoint_url=given.endpoint if given else None,
            client_kwargs={"region_name": given.region} if given and given.region else None,
            config_kwargs={"connect_timeout": seconds, "read_timeout": seconds, "retries": {"max_attempts": 0}},
            max_concurrency=1,
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        places.retries = 1  # tried again here alone, or delays would multiply
        return places

    def _http(self) -> AbstractFileSystem:
        import aiohttp
        from fsspec.implementations.http import HTTPFileSystem

        given, seconds = self._source.credentials, self._network.timeout_seconds
        # A file must come as it is: not packed for the way, and not unpacked at its end.
        headers, options = {"Accept-Encoding": "identity"}, dict[str, Any]()
        token = self._secret(given.token) if given else None
        if token:
            headers["Authorization"] = f"Bearer {token}"
        elif given and given.username:
            options["auth"] = aiohttp.BasicAuth(given.username, self._secret(given.password) or "", "utf-8")
        timeout = aiohttp.ClientTimeout(total=3600, sock_connect=seconds, sock_read=seconds)
        options |= {"headers": headers, "timeout": timeout, "auto_decompress": False, "trust_env": True}
        options["middlewares"] = (only_safe_addresses(self._source.location),)
        return HTTPFileSystem(client_kwargs=options, simple_links=False, skip_instance_cache=True)


def _seen(address: str, name: str, info: dict[str, Any]) -> Look:
    stamp = next(
        (str(info[key]) for key in ("ETag", "etag", "mtime", "LastModified", "last_modified") if key in info), ""
    )
    times = (info.get(key) for key in ("mtime", "LastModified", "last_modified"))
    return Look(str(address), name, info["size"], stamp, next((_seconds(one) for one in times if one), 0.0))


def _seconds(written: object) -> float:
    """Return a time as the places give it, in seconds; 0 if it is written in a way that is not known."""
    if isinstance(written, dt.datetime):
        return written.timestamp()
    if isinstance(written, int | float):
        return float(written)
    try:
        return parsedate_to_datetime(str(written)).timestamp()
    except ValueError:
        return 0.0


async def _head(places: Any, address: str, name: str) -> Look | None:
    """Return what a web server says of a file without sending it; None if the file is not there."""
    session = await places.set_session()
    async with session.head(address, allow_redirects=True) as answer:
        status, headers = answer.status, answer.headers
    if status in (405, 501):  # it does not answer such questions; the file itself then tells
        async with session.get(address) as answer:
            status, headers = answer.status, answer.headers
    if status in (404, 410):
        return None
    answer.raise_for_status()
    size = int(headers["Content-Length"]) if "Content-Length" in headers else None
    written = headers.get("Last-Modified") or ""
    return Look(address, name, size, headers.get("ETag") or written, _seconds(written))
