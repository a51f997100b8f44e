"""Canonical JSON (RFC 8785, JCS) of flat records whose values are all strings."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

encode = msgspec.json.Encoder().encode


def canonical(fields: Mapping[str, str]) -> bytes:
    """One record always gives the same bytes: keys by UTF-16 code units (RFC 8785 §3.2.3), least escaping.

    msgspec escapes exactly as §3.2.2.2 asks: only ", backslash and controls, short forms where they exist.
    """
    return encode(dict(sorted(fields.items(), key=lambda item: item[0].encode("utf-16-be"))))
