"""Colours that a site may choose for its widgets, and only such as can be read (WCAG 2.2, success criterion 1.4.3)."""

import re

ACCENT = "1f5fae"
LEAST_CONTRAST = 4.5
GROUNDS = {"light": "ffffff", "dark": "1c2027"}
THEMES = ("auto", *GROUNDS)
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def accent(text: str) -> str | None:
    """A colour written as six hexadecimal digits, with # or without; nothing when it is none."""
    found = _HEX.fullmatch(text)
    return found[1].lower() if found else None


def can_be_read(colour: str, ground: str) -> bool:
    """Whether text of a colour stands out from its ground; both of six hexadecimal digits."""
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05) >= LEAST_CONTRAST


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, from 0 (black) to 1 (white)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
