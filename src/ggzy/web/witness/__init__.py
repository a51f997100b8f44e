"""Witness: a small program for an outside body (监察, 审计, 公证处) that makes a second version of a log visible.

It remembers the newest checkpoint of each log that it was told to watch, cosigns only what continues it, and keeps
what it was shown. No Django and no PostgreSQL: a folder with a configuration, a key and an SQLite file is all
(docs/witness.md). Protocol: c2sp.org/tlog-witness.
"""
