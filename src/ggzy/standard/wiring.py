"""A record in the wire's names from what is said in house words: how the platform's own records are written."""

from __future__ import annotations

from collections.abc import Mapping

from .registry import data_set


def wired(number: str, words: Mapping[str, str]) -> dict[str, str]:
    """The fields of a data set from house words (title, party_code …), the reverse of `DataSet.told`.

    A word that stands for several fields fills the first; KeyError for one that the data set does not have.
    """
    meanings = data_set(number).meanings
    return {meanings[word][0]: value for word, value in words.items() if value}
