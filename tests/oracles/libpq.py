"""What the installed libpq makes of connection strings.

Reads strings from standard input, a NUL byte after each, and prints one line of JSON
for each of them. Bytes are given in hexadecimal. Nothing is connected to: the only
host that is ever tried is a socket in a folder that does not exist.
"""

import ctypes
import functools
import ipaddress
import json
import os
import socket
import sys

NOWHERE = "/nonexistent"


class Option(ctypes.Structure):
    """PQconninfoOption."""

    _fields_ = [
        ("keyword", ctypes.c_char_p),
        ("envvar", ctypes.c_char_p),
        ("compiled", ctypes.c_char_p),
        ("val", ctypes.c_char_p),
        ("label", ctypes.c_char_p),
        ("dispchar", ctypes.c_char_p),
        ("dispsize", ctypes.c_int),
    ]


def load():
    libpq = ctypes.CDLL("libpq.so.5")
    options = ctypes.POINTER(Option)
    libpq.PQconninfoParse.restype = options
    libpq.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
    libpq.PQconninfoFree.restype = None
    libpq.PQconninfoFree.argtypes = [options]
    libpq.PQfreemem.restype = None
    libpq.PQfreemem.argtypes = [ctypes.c_void_p]
    libpq.PQconnectStart.restype = ctypes.c_void_p
    libpq.PQconnectStart.argtypes = [ctypes.c_char_p]
    libpq.PQerrorMessage.restype = ctypes.c_char_p
    libpq.PQerrorMessage.argtypes = [ctypes.c_void_p]
    libpq.PQfinish.restype = None
    libpq.PQfinish.argtypes = [ctypes.c_void_p]
    return libpq


LIBPQ = load()


def parse(text):
    """The settings in a connection string, or the message of a refusal."""
    message = ctypes.c_void_p()
    options = LIBPQ.PQconninfoParse(text, ctypes.byref(message))
    if not options:
        said = ctypes.string_at(message.value) if message.value else b""
        LIBPQ.PQfreemem(message)
        return None, said
    found = {}
    at = 0
    while options[at].keyword is not None:
        if options[at].val is not None:
            found[options[at].keyword.decode()] = options[at].val
        at += 1
    LIBPQ.PQconninfoFree(options)
    return found, b""


def complaint(conninfo):
    """What libpq says as it begins to connect."""
    connection = LIBPQ.PQconnectStart(conninfo)
    said = LIBPQ.PQerrorMessage(connection)
    LIBPQ.PQfinish(connection)
    return said


@functools.cache
def accepts_mode(mode):
    quoted = mode.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    said = complaint(b"host=%s sslmode='%s'" % (NOWHERE.encode(), quoted))
    return b"invalid sslmode value" not in said


@functools.cache
def accepts_counts(hosts, addresses):
    # With equal numbers libpq would go on to connect.
    if hosts == addresses:
        return True
    names = ",".join([NOWHERE] * hosts)
    numbers = ",".join(["::1"] * addresses)
    return b"could not match" not in complaint(f"host={names} hostaddr={numbers}".encode())


def address_of(text):
    """The address that the resolver reads without asking anyone."""
    try:
        found = socket.getaddrinfo(text.split(b"%")[0], None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    address = ipaddress.ip_address(found[0][4][0])
    return getattr(address, "ipv4_mapped", None) or address


def class_of(host):
    if not host or host[:1] in (b"/", b"@"):
        return "Socket"
    if host.startswith(b"[") and host.endswith(b"]"):
        host = host[1:-1]
    address = address_of(host) if host else None
    if address is not None:
        return "Loopback" if address.is_loopback else "Remote"
    labels = host.removesuffix(b".").lower().split(b".")
    if labels[-1] == b"localhost" and labels[0]:
        return "Loopback"
    if len(labels) == 1:
        return "SingleLabel" if labels[0] else "Remote"
    if labels[-1] in (b"internal", b"flycast", b"svc", b"local") and labels != [b"", labels[-1]]:
        return "Cluster"
    return "Remote"


def describe(text):
    found, said = parse(text)
    if found is None:
        unknown = said.startswith(b"invalid URI query parameter")
        return {"ok": False, "unknown_parameter": unknown}
    host, address = found.get("host", b""), found.get("hostaddr", b"")
    hosts, addresses = host.split(b","), address.split(b",")
    counts = not host or not address or accepts_counts(len(hosts), len(addresses))
    count = max(len(hosts), len(addresses))
    hosts += [b""] * (count - len(hosts))
    addresses += [b""] * (count - len(addresses))
    mode = found.get("sslmode")
    password = found.get("password")
    return {
        "ok": True,
        "keys": sorted(found),
        "host": host.hex(),
        "hostaddr": address.hex(),
        "counts_ok": counts,
        "classes": [class_of(there or name) for name, there in zip(hosts, addresses)],
        "password": None if password is None else password.hex(),
        "settings": {keyword: value.hex() for keyword, value in found.items()},
        "sslmode": None if mode is None else mode.hex(),
        "sslmode_ok": mode is None or accepts_mode(mode),
    }


def main():
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    for text in sys.stdin.buffer.read().split(b"\0")[:-1]:
        print(json.dumps(describe(text)))


main()
