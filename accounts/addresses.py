"""Which addresses of the network a clinic may have us send to: public ones alone. Pure."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST_URL: Final = 2_000
# Not private by what Python knows: protocol assignments, with Oracle's metadata; relays of 6to4; Azure's metadata; the
# private networks that IPv6 had first, and those that newer versions know to be of no one.
OTHERS: Final = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),
    IPv6Network("fec0::/10"),
    IPv6Network("3fff::/20"),
)
NAT64: Final = IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """Nothing is sent there; why, in words."""


def endpoint(url: str, *, anywhere: bool) -> SplitResult:
    """The parts of a URL that may be sent to; AddressRefused otherwise. ``anywhere`` is for development.

    A host that is a name is looked at when it is resolved.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise AddressRefused("This is not a URL.") from None
    if len(url) > LONGEST_URL or not url.isascii() or any(letter <= " " or letter == "\x7f" for letter in url):
        raise AddressRefused(f"A URL has up to {LONGEST_URL} characters of ASCII and no spaces.")
    if parts.scheme != "https" and not (anywhere and parts.scheme == "http"):
        raise AddressRefused("The URL must begin with https://.")
    if not host or parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise AddressRefused("A URL has a host, and neither a user, a password nor a fragment.")
    if not anywhere and _is_number(host) and not is_public(host):
        raise AddressRefused("This is an address of a private network.")
    return parts


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the internet, and so is each that it stands for."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        inner = _inside(ip)
        if inner is not None:
            return is_public(str(inner))
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not special and not any(ip in network for network in OTHERS)


def _inside(ip: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 leads to."""
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
