"""Official identifiers and their check digits."""

from __future__ import annotations

import re
from functools import lru_cache

from .formats import is_day

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_INVEST = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}", re.ASCII)
_REGION_GROUPS = ("11-15", "21-23", "31-37", "41-46", "50-54", "61-65", "71-71", "81-82")
PROVINCES = frozenset(str(n) for group in _REGION_GROUPS for n in range(int(group[:2]), int(group[3:]) + 1))
_ID_PREFIXES = PROVINCES | {"83"}  # 83: residence permits of Taiwan residents use the same rule


def uscc_check_char(body: str) -> str:
    """The check character of a credit code (GB 32100-2015) for its first 17; ValueError when they are not."""
    if len(body) != 17 or any(char not in _USCC_VALUE for char in body):
        raise ValueError(
            "a social credit code has 17 characters of 0-9 A-Z without I O S V Z before its check character"
        )
    total = sum(_USCC_VALUE[char] * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


@lru_cache(maxsize=65536)
def uscc_valid(code: str) -> bool:
    """Is this a unified social credit code (统一社会信用代码, GB 32100-2015), rightly checked?"""
    try:
        return len(code) == 18 and uscc_check_char(code[:17]) == code[17]
    except ValueError:
        return False


def organisation_check_char(body: str) -> str:
    """The check character of an old organisation code (GB 11714-1997) for its first 8 characters."""
    if len(body) != 8 or not (body.isascii() and body.isalnum() and body == body.upper()):
        raise ValueError("an organisation code has 8 characters of 0-9 A-Z before its check character")
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


@lru_cache(maxsize=65536)
def organisation_code_valid(code: str) -> bool:
    """Is this an old organisation code (组织机构代码, GB 11714-1997), written with or without its hyphen?"""
    body, check = code[:8], code[8:].removeprefix("-")
    try:
        return len(check) == 1 and organisation_check_char(body) == check
    except ValueError:
        return False


def id_check_char(body: str) -> str:
    """The 18th character of an ID number (GB 11643-1999) for its first 17 digits."""
    if len(body) != 17 or not (body.isascii() and body.isdigit()):
        raise ValueError("an ID number has 17 digits before its check character")
    total = sum(int(char) * weight for char, weight in zip(body, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


@lru_cache(maxsize=65536)
def id_number_valid(code: str) -> bool:
    """Is this an ID number (公民身份号码, GB 11643-1999): province, real birthday, right check?"""
    if len(code) != 18 or code[:2] not in _ID_PREFIXES or not "1800" <= code[6:10] <= "2199":
        return False
    try:
        return is_day(code[6:14]) and id_check_char(code[:17]) == code[17].upper()
    except ValueError:
        return False


def organisation_valid(code: str) -> bool:
    """Is this the code of an organisation, new (18) or old (9)?"""
    return uscc_valid(code) if len(code) == 18 else organisation_code_valid(code)


def party_valid(code: str) -> bool:
    """Is this the code of an organisation or the ID number of a natural person?"""
    return organisation_valid(code) or id_number_valid(code)


def invest_project_valid(code: str) -> bool:
    """Does it read like 投资项目统一代码: year-region-industry-type-serial, 24 characters?"""
    return _INVEST.fullmatch(code) is not None


def region_valid(code: str) -> bool:
    """Is this a region of GB/T 2260 as far as its province tells?"""
    return len(code) == 6 and code.isascii() and code.isdigit() and code[:2] in PROVINCES
