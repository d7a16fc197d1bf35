"""The experience itself, over all visits of the network: grid of levers and modules, pyramid, harmony."""

from fieldstudy.reports import grid, pyramid
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.experience import ExperiencePart, harmony


def build(case: Case) -> ExperiencePart | None:
    snapshot, voice = case.snapshot, case.voice
    found = ExperiencePart(
        grid=grid.table(voice, snapshot.grid),
        pyramid=pyramid.of_levels(voice, snapshot.pyramid),
        harmony=harmony(voice.words, snapshot.harmony),
        bonds=None,
    )
    return found if found.grid or found.pyramid or found.harmony else None
