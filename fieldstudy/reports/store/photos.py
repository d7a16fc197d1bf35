"""The pictures of a store's visits, numbered through the report so that a question can point at them."""

from collections.abc import Collection
from dataclasses import dataclass

from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports.store.case import Case

MOST = 24
"""Pictures that are shown; the others are counted."""


@dataclass(frozen=True)
class NumberedPhoto:
    number: int
    visit: int
    question: str
    sha256: str


@dataclass(frozen=True)
class Picture:
    number: int
    sha256: str
    caption: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    shown: tuple[Picture, ...]
    rest: str


def number(snapshot: StoreSnapshot, available: Collection[str]) -> tuple[NumberedPhoto, ...]:
    """By visit and time; a picture whose file is gone has no number."""
    taken = [
        (visit.number, photo)
        for visit in snapshot.visits
        for photo in sorted(visit.photos, key=lambda photo: photo.taken_at)
        if photo.sha256 in available
    ]
    return tuple(
        NumberedPhoto(place, visit, photo.question, photo.sha256) for place, (visit, photo) in enumerate(taken, start=1)
    )


def build(case: Case, numbered: Collection[NumberedPhoto]) -> Pictures | None:
    if not numbered:
        return None
    shown = tuple(_picture(case, photo) for photo in list(numbered)[:MOST])
    rest = len(numbered) - len(shown)
    more = case.words.ngettext("%(num)s more photo on the screen.", "%(num)s more photos on the screen.", rest)
    return Pictures(shown, more if rest else "")


def _picture(case: Case, numbered: NumberedPhoto) -> Picture:
    words = case.words
    visit = next(visit for visit in case.snapshot.visits if visit.number == numbered.visit)
    photo = next(photo for photo in visit.photos if photo.sha256 == numbered.sha256)
    label = case.question(photo.question)
    return Picture(
        numbered.number,
        photo.sha256,
        words.gettext("visit %(number)s", number=visit.number) + " · " + words.short_moment(photo.taken_at),
        words.gettext("Photo %(number)s, to the question: %(question)s", number=numbered.number, question=label),
        photo.width,
        photo.height,
    )
