"""The rule for every address that is asked over the web, whether it was written down, linked to or led on to.

What is fetched must come unread and unchanged: over https, or from this machine itself. A server that a source names
may lead on to others, as a download page does to its archive, but neither to plain http nor into this machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.faults import PlaceRefused
from flows.plan.source_checks import is_here

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientResponse

    Send = Callable[[ClientRequest], Awaitable[ClientResponse]]


def refuse_address(address: str, location: str) -> None:
    """Raise PlaceRefused if a source at `location` must not be read from that address.

    The message names the server alone: the rest of an address may hold a key.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    server = f"{parts.scheme}://{host}"
    if is_here(host):
        # A server elsewhere has no business with what only listens on this machine.
        if not is_here(urlsplit(location).hostname or ""):
            raise PlaceRefused(f"it leads on to this machine itself ({server}), which is not followed")
    elif parts.scheme != "https":
        raise PlaceRefused(
            f"it leads on to {server}, and what comes over http can be read and changed on its way: "
            "ask for an address that stays on https"
        )


def only_safe_addresses(location: str) -> Callable[[ClientRequest, Send], Awaitable[ClientResponse]]:
    """Return what aiohttp asks before each request, each step of a redirect among them."""

    async def guard(request: ClientRequest, send: Send) -> ClientResponse:
        refuse_address(str(request.url), location)
        return await send(request)

    return guard
