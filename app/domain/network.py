"""Owns which addresses of the network count as outside: where a message may be sent that somebody else addressed."""

from __future__ import annotations

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Public by their numbers, yet a cloud's own: Azure's host, Oracle's; the old relays into 6to4.
_OWN = tuple(ipaddress.ip_network(each) for each in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24"))
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_outside(address: str) -> bool:
    """Whether an IP address is out on the internet: not of this computer, of a network of its own, or a cloud's."""
    found = _parsed(address)
    if found.is_multicast or not found.is_global or any(found in network for network in _OWN):
        return False
    # Of IPv6 only what is handed out, and nothing that leads on to an IPv4 address of its choice.
    return not isinstance(found, ipaddress.IPv6Address) or (found in _GLOBAL_IPV6 and found.sixtofour is None)


def is_at_home(address: str) -> bool:
    """Whether an IP address is this computer or its own network, where a developer's receiver may be."""
    found = _parsed(address)
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return found.is_loopback
    return found.is_loopback or found.is_private


def _parsed(address: str) -> IPAddress:
    """The address that is really meant: of those that carry an IPv4 address within them, that one."""
    found: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        if found in _NAT64:
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found
