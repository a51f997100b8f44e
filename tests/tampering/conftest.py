"""Witnesses are those of tests/witness, real ones behind HTTP."""

from tests.witness.conftest import log_vkey, witness

__all__ = ["log_vkey", "witness"]
