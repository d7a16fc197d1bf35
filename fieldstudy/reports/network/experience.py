"""The experience itself, over all visits of the network: grid of levers and modules, pyramid, harmony."""

from fieldstudy.core import networks
from fieldstudy.core.intervals import LEAST_UNITS
from fieldstudy.reports import grid, pyramid
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.experience import ExperiencePart, harmony
from fieldstudy.words import Words


def build(case: Case) -> ExperiencePart | None:
    snapshot, voice = case.snapshot, case.voice
    found = ExperiencePart(
        grid=grid.table(voice, snapshot.grid),
        pyramid=pyramid.of_levels(voice, snapshot.pyramid),
        harmony=_harmony(case),
        bonds=None,
    )
    return found if found.grid or found.pyramid or found.harmony else None


def _harmony(case: Case) -> str:
    """Averages even out stores that are opposed: theirs is said beside it, and nothing of so few stores."""
    words = case.voice.words
    own = [found.value for line in case.snapshot.stores if (found := networks.harmony(line.sections)).value is not None]
    if case.snapshot.harmony.value is None or len(own) < LEAST_UNITS:
        return ""
    within = _within(words, words.number(min(own), 2), words.number(max(own), 2))
    return f"{harmony(words, case.snapshot.harmony)} {within}"


def _within(words: Words, low: str, high: str) -> str:
    if low == high:
        return words.gettext("It is that of the averages; within every store it is %(value)s.", value=low)
    return words.gettext(
        "It is that of the averages; within single stores it is between %(low)s and %(high)s.", low=low, high=high
    )
