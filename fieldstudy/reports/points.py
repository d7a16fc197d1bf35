"""Strengths and priorities of a page one, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldstudy.words import Words


@dataclass(frozen=True)
class Point:
    """A touchpoint, what it is held against, and the facts behind it."""

    title: str
    score: str
    reference: str
    facts: tuple[str, ...]
    lever: str


@dataclass(frozen=True)
class Points:
    heading: str
    points: tuple[Point, ...]


def strengths(words: Words, points: Sequence[Point]) -> Points | None:
    """None where there are none: no heading stands empty."""
    count = len(points)
    heading = words.ngettext("One strength", "%(count)s strengths", count, count=words.capital(words.count(count)))
    return Points(heading, tuple(points)) if points else None


def priorities(words: Words, points: Sequence[Point]) -> Points | None:
    count = len(points)
    heading = words.ngettext("One priority", "%(count)s priorities", count, count=words.capital(words.count(count)))
    return Points(heading, tuple(points)) if points else None
