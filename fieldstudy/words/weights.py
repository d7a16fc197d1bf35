"""The weight of a touchpoint in words, where versions of one checklist may weigh it otherwise."""

from collections.abc import Sequence
from decimal import Decimal

from fieldstudy.core import weights
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.versions import VersionUse
from fieldstudy.words import Words


def counted(words: Words, checklist: Checklist, used: Sequence[VersionUse], section: str) -> str:
    """Empty where no total was weighted."""
    if not weights.are_counted(checklist, used):
        return ""
    return said(words, weights.of_section(checklist, used, section))


def said(words: Words, found: Sequence[Decimal]) -> str:
    """3; 3 or 1, by version."""
    either = words.alternatives(words.points(weight) for weight in found)
    return words.gettext("%(weights)s, by version", weights=either) if len(found) > 1 else either
