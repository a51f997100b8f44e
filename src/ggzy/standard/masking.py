"""Personal numbers as the public may see them."""

from __future__ import annotations

import re
from collections.abc import Callable

from .formats import is_day
from .identifiers import PROVINCES, id_number_valid, uscc_valid

_ID = re.compile(r"(?<![0-9])[1-8][0-9]{16}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_ZEROS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
# An ID number is a run of exactly 18 digits, or of 17 before an X: longer official numbers never match.
_RUNS = (b" " + b"0" * 17 + b" ", b" " + b"0" * 18 + b" ")


def mask_id(number: str) -> str:
    """310***********1234: the first three and the last four stay; short numbers keep two at most."""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 1) + number[-2:] * (len(number) > 4)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(number: str) -> str:
    """138****5678 for every mobile number in the text; office numbers stay."""
    return _MOBILE.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", number)


def mask_account(number: str) -> str:
    """****1234: only the last four stay, of short accounts nothing."""
    return "****" + (number[-4:] if len(number) > 7 else "")


def mask_text(text: str) -> str:
    """Running text in which every valid ID number (GB 11643) is masked."""
    return _ID.sub(lambda found: mask_id(found[0]) if id_number_valid(found[0]) else found[0], text)


def may_hold_id(encoded: bytes) -> bool:
    """A quick look at encoded JSON: does any text in it hold a valid ID number?"""
    shape = encoded.translate(_ZEROS)
    if _RUNS[0] not in shape and _RUNS[1] not in shape:
        return False
    return any(id_number_valid(found) for found in _ID.findall(encoded.decode()))


def mask_party(codes: str) -> str:
    """Codes of parties in which all that reads like an ID number is masked, its check right or mistyped."""
    return _ID.sub(lambda found: mask_id(found[0]) if _reads_like_id(found[0]) else found[0], codes)


def _reads_like_id(code: str) -> bool:
    return code[:2] in PROVINCES and is_day(code[6:14]) and not uscc_valid(code)


MASKS: dict[str, Callable[[str], str]] = {
    "id": mask_id,
    "phone": mask_phone,
    "account": mask_account,
    "party": mask_party,
}
