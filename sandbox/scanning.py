"""The small steps by which tdlib reads its HTML: spaces, names, numbers, character references."""

import re

_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACE = b" \t\r\n\0\x0b"  # the server's own idea of a space, which has no form feed
_REFERENCE = re.compile(rb"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-zA-Z]+))")


def reference(source: bytes, at: int) -> tuple[str, int]:
    """The character a reference stands for and where it ends; the bare ``&`` when it stands for none."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        character = _NAMED.get(name)
    else:
        too_long = found.end() - at >= 10
        code = 0 if too_long else int(hexadecimal, 16) if hexadecimal else int(decimal)
        character = chr(code) if 0 < code < 0x10FFFF else None
    if character is None:
        return "&", at + 1
    end = found.end()
    return character, end + (source[end : end + 1] == b";")


def integer(value: str) -> int:
    """Digits at the beginning, as the server reads a date; 0 when there are none or too many."""
    found = re.match(r"-?[0-9]+", value)
    number = int(found.group()) if found else 0
    return number if abs(number) < 2**31 else 0


def matched(pattern: re.Pattern[bytes], source: bytes, at: int) -> bytes:
    """What the pattern takes from there on; nothing when it does not fit."""
    found = pattern.match(source, at)
    return found.group() if found else b""


def lower(name: bytes) -> str:
    """ASCII letters in lower case, all else as it is."""
    return name.decode("utf-8", "replace").translate(_ASCII_LOWER)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
