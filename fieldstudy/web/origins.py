"""Where a request came from, as it is counted and written down."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import request

UNKNOWN = "unknown"


def address() -> IPv4Address | IPv6Address | None:
    """A proxy may name a port as well, or hand on what is no address: then there is none."""
    text = request.remote_addr or ""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def address_text() -> str:
    return str(address() or UNKNOWN)
