"""Which network addresses a stranger's link may lead to, checked on the address really connected to.

`ipaddress.is_global` is not enough: it lets pass 64:ff9b::7f00:1, ::127.0.0.1, 2002:7f00:1::, multicast and more.
A check of names would be: a literal passes it, a redirect passes it, and a second DNS answer differs from the first.
"""

import errno
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

# https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast and reserved space.
_SPECIAL_IPV4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
    " 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24"
    " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
# IPv6 is the other way round: only 2000::/3 is given out (https://www.iana.org/assignments/ipv6-address-space), so that
# loopback, mapped, compatible, NAT64, unique local, link-local, site-local and multicast are all outside of it.
_GIVEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_IPV6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
_CLOSED_IPV4 = tuple(ipaddress.IPv4Network(network) for network in _SPECIAL_IPV4.split())
_CLOSED_IPV6 = tuple(ipaddress.IPv6Network(network) for network in _SPECIAL_IPV6.split())


class AddressRefusedError(OSError):
    """This address must not be reached; an OSError, so that a host's other addresses are tried."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "an internal address")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet; anything that is no IP address does not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _CLOSED_IPV4)
    return ip.scope_id is None and ip in _GIVEN_IPV6 and not any(ip in network for network in _CLOSED_IPV6)


def is_internal(host: str) -> bool:
    """Whether a host is written as an address of our own network."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return not is_public(host)


def guarded(allowed: Callable[[str], bool] = is_public) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A maker of sockets for (family, type, protocol, name, address) to allowed addresses alone.

    It raises AddressRefusedError before there is a socket.
    """

    def make(address_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = address_info
        if not allowed(str(address[0])):
            raise AddressRefusedError
        return socket.socket(family=family, type=kind, proto=protocol)

    return make
