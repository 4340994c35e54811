"""SFTP with a server whose key is known: a stranger is refused before any password is sent."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from flows.faults import NetworkFault, PlaceRefused

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


class _Fingerprints(paramiko.MissingHostKeyPolicy):
    """Takes a host's key only if its fingerprint is one of those given."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = {one.rstrip("=") for one in known}

    def missing_host_key(self, _client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raise PlaceRefused for a stranger; it says the fingerprint that the server showed."""
        shown = key.fingerprint.rstrip("=")
        if shown in self.known:
            return
        if self.known:
            raise PlaceRefused(
                f"the server's key is not the one that is configured: it showed {shown} ({key.get_name()}). "
                "Somebody may stand in between: ask whoever runs the server before changing the fingerprint"
            )
        raise PlaceRefused(
            f"the server {hostname} is not in the file of known hosts: it showed {shown} ({key.get_name()}). "
            "Ask whoever runs the server whether that is its key, then add it"
        )


class _VerifiedSFTP(SFTPFileSystem):  # type: ignore[misc]  # fsspec has no types
    """SFTP over a connection that was verified; every answer has to come in time."""

    protocol = ("sftp", "ssh")

    def __init__(self, client: paramiko.SSHClient, timeout_seconds: float) -> None:
        self._verified, self._timeout_seconds = client, timeout_seconds
        super().__init__("", skip_instance_cache=True)

    def _connect(self) -> None:
        self.client = self._verified
        self.ftp = self.client.open_sftp()
        channel = self.ftp.get_channel()
        assert channel is not None
        channel.settimeout(self._timeout_seconds)


def connect(
    location: str,
    *,
    username: str,
    password: str | None,
    key_text: str | None,
    key_file: Path | None,
    passphrase: str | None,
    known_hosts: Path | None,
    fingerprints: tuple[str, ...],
    timeout_seconds: float,
) -> AbstractFileSystem:
    """Return the file system behind an address such as sftp://host:22/folder.

    Raises PlaceRefused for an unknown or changed host key, a refused login, and files that cannot be read;
    NetworkFault, or what paramiko raises, if the server cannot be reached.
    """
    parts = urlsplit(location)
    client = paramiko.SSHClient()
    _load_known_hosts(client, known_hosts)
    client.set_missing_host_key_policy(_Fingerprints(fingerprints))
    options: dict[str, Any] = {"password": password, "pkey": _private_key(key_text, key_file, passphrase)}
    seconds = timeout_seconds
    try:
        client.connect(
            unquote(parts.hostname or ""),
            port=parts.port or 22,
            username=username,
            **options,
            # Only what is configured is tried: not the keys and the agent of whoever runs this.
            allow_agent=False,
            look_for_keys=False,
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            channel_timeout=seconds,
        )
        return _VerifiedSFTP(client, seconds)
    except BaseException as error:
        client.close()
        _tell(error)
        raise


def _tell(error: BaseException) -> None:
    if isinstance(error, paramiko.BadHostKeyException):
        shown = error.key.fingerprint.rstrip("=")
        raise PlaceRefused(
            f"the server's key is not the one in the file of known hosts: it showed {shown}. Somebody may stand in "
            "between: ask whoever runs the server before changing the file"
        ) from None
    if isinstance(error, paramiko.AuthenticationException) and "timeout" in str(error).lower():
        raise NetworkFault("the server stopped answering while logging in") from None
    if isinstance(error, paramiko.AuthenticationException):
        raise PlaceRefused("the server refused the user's password or key") from None


def _load_known_hosts(client: paramiko.SSHClient, known_hosts: Path | None) -> None:
    if known_hosts is None:
        return
    try:
        client.load_host_keys(str(known_hosts))
    except (OSError, ValueError, paramiko.SSHException, paramiko.hostkeys.InvalidHostKey):
        raise PlaceRefused(f"the file of known hosts, {known_hosts.name}, cannot be read") from None


def _private_key(text: str | None, file: Path | None, passphrase: str | None) -> paramiko.PKey | None:
    if text is None and file is None:
        return None
    try:
        written = (file.read_text(encoding="ascii") if file is not None else text or "").strip()
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
            try:
                return kind.from_private_key(io.StringIO(f"{written}\n"), passphrase)
            except paramiko.PasswordRequiredException:
                raise
            except (paramiko.SSHException, ValueError):
                continue
        raise ValueError
    except (paramiko.PasswordRequiredException, TypeError):
        raise PlaceRefused("the private key needs a passphrase") from None
    except Exception:  # of a key that cannot be read, the libraries raise whatever befell them
        raise PlaceRefused("the private key cannot be read: is it one, and is its passphrase right?") from None
