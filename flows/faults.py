"""What can go wrong with a place that files come from, told plainly: what may pass, and what will not."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Answers of a web server that may be better later.
PASSING = (408, 425, 429, 500, 502, 503, 504)
PASSING_ERRORS = {
    *(errno.ECONNRESET, errno.ECONNREFUSED, errno.ECONNABORTED, errno.EPIPE, errno.ETIMEDOUT),
    *(errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.ESTALE),
}


class PlaceFault(Exception):
    """A place that could not be looked at or copied from; its text is for people and holds no secret."""


class NetworkFault(PlaceFault):
    """The network or the server failed; another attempt may succeed."""


class PlaceRefused(PlaceFault):
    """Another attempt would fail alike: refused, not there, or wrongly configured."""


@contextmanager
def told_plainly(hide: Callable[[str], str]) -> Iterator[None]:
    """Turn what the libraries raise into NetworkFault or PlaceRefused, without what must stay hidden."""
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # it prints tracebacks of what is told here
    try:
        yield
    except PlaceFault as error:
        raise type(error)(hide(str(error))) from None
    except Exception as error:
        fault = _network_fault(error) or _refusal(error)
        if fault is None:
            raise
        raise type(fault)(hide(str(fault))) from None


def _is_about_tls(error: Exception) -> bool:
    return any("SSL" in one.__name__ or "Certificate" in one.__name__ for one in type(error).__mro__)


def _network_fault(error: Exception) -> NetworkFault | None:
    if _is_about_tls(error):
        return None
    status = getattr(error, "status", None)
    is_paramiko = type(error).__module__.startswith("paramiko")
    names = {one.__name__ for one in type(error).__mro__}
    cut = (
        isinstance(error, ConnectionError | EOFError)
        or getattr(error, "errno", None) in PASSING_ERRORS
        or bool(
            names
            & {
                "NoValidConnectionsError",
                "ClientConnectionError",
                "ClientPayloadError",
                "HTTPClientError",
                "EndpointConnectionError",
            }
        )
        or (is_paramiko and "SSHException" in names and "AuthenticationException" not in names)
        # Paramiko says so, without a class or number of its own.
        or str(error) == "Socket is closed"
    )
    words = {
        "the server stopped answering": isinstance(error, TimeoutError) or "Timeout" in str(names),
        "no server of that name was found": isinstance(error, socket.gaierror),
        f"the server answered {status}": status in PASSING,
        "the connection failed or was cut": cut,
    }
    return next((NetworkFault(said) for said, holds in words.items() if holds), None)


def _refusal(error: Exception) -> PlaceRefused | None:
    status = getattr(error, "status", None)
    refused = status in (401, 403) or isinstance(error, PermissionError)
    words = {
        "the server's certificate does not show that it is the one meant": _is_about_tls(error),
        "it was refused: what was given to log in with may not read there": refused,
        "there is no such folder or file": isinstance(error, FileNotFoundError),
        f"the server answered {status}": status is not None,
        "nothing was given to log in with": "Credentials" in type(error).__name__,
        # Its whole text names paths of this machine, which no paper should hold.
        str(getattr(error, "strerror", "") or type(error).__name__): isinstance(error, OSError),
        str(error): isinstance(error, ValueError | ImportError),
    }
    return next((PlaceRefused(said) for said, holds in words.items() if holds), None)
