"""Builds store snapshots by hand, through the real scoring and figures, without a database."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from fieldstudy.core import feelings, figures, scoring, snapshots
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import CHOICES, Checklist, Method, Question, QuestionType, Section, Text
from fieldstudy.core.figures import StoreFigures, Tally, VisitSums, WaveFigures
from fieldstudy.core.snapshots import JottingRecord, PhotoRecord, Place, StoreSnapshot, VisitRecord, WaveFacts
from tests.reports import content

STORE = "VR01"
METHODS = (
    Method.MYSTERY_SHOPPING,
    Method.MYSTERY_SHOPPING,
    Method.PARTICIPANT_OBSERVATION,
    Method.MYSTERY_SHOPPING,
    Method.MYSTERY_SHOPPING,
    Method.NON_PARTICIPANT_OBSERVATION,
    Method.MYSTERY_SHOPPING,
    Method.PARTICIPANT_OBSERVATION,
)
FACTS = WaveFacts(
    client="Bottega Lume",
    study="Esperienza in boutique",
    study_slug="boutique",
    purpose="Capire dove l'esperienza dei clienti si rompe e migliorarla, insieme a chi lavora nel punto vendita.",
    wave="Autunno 2026",
    starts_on=date(2026, 10, 1),
    ends_on=date(2026, 10, 31),
    number=2,
    of=3,
)
PLACE = Place(STORE, "Verona, via Mazzini", "Verona", "Veneto", "via Mazzini 34, Verona", "Europe/Rome")


def store_snapshot(
    checklist: Checklist = content.CHECKLIST,
    visits: int = 6,
    photos: int = 6,
    stores: int = 12,
    has_last: bool = True,
    seed: int = 7,
) -> StoreSnapshot:
    chance = random.Random(seed)  # noqa: S311 a demo, not a secret
    records = tuple(_visit(checklist, number, chance) for number in range(1, visits + 1))
    records = _with_photos(checklist, records, photos)
    found = wave_figures(checklist, records, _others(checklist, stores - 1, chance))
    return StoreSnapshot(
        facts=FACTS,
        store=PLACE,
        visits=records,
        figures=_own(found),
        network=found.network,
        last=_last(checklist, records, found, chance) if has_last else None,
        curve=feelings.feeling_curve(checklist.sections, [e for visit in records for e in visit.encounters]),
        planned=8,
        set_aside=1,
    )


def wave_figures(checklist: Checklist, records: Sequence[VisitRecord], others: Sequence[VisitSums]) -> WaveFigures:
    tallies = [_tally(question, records) for question in checklist.questions if question.is_yes_no]
    return figures.wave_figures(checklist, [*(_sums(record) for record in records), *others], tallies)


def refigured(snapshot: StoreSnapshot, checklist: Checklist, visits: Sequence[VisitRecord]) -> StoreSnapshot:
    """The same store with these visits only, and no other store."""
    found = wave_figures(checklist, visits, [])
    curve = feelings.feeling_curve(checklist.sections, [e for visit in visits for e in visit.encounters])
    empty = StoreFigures(STORE, 0, figures.mean_of_visits([]), (), ())
    own = _own(found) if found.stores else empty
    return replace(snapshot, visits=tuple(visits), figures=own, network=found.network, last=None, curve=curve)


def scored(checklist: Checklist, record: VisitRecord, answers: Sequence[Answer]) -> VisitRecord:
    score = scoring.score(checklist, record.method, answers, record.started_at.date())
    return replace(
        record,
        answers=tuple(answers),
        raw=score.raw,
        final=score.final,
        fired=score.fired,
        sections=score.sections,
        questions=score.questions,
        is_headline=record.method in checklist.settings.headline_methods,
    )


def visit(checklist: Checklist, number: int, method: Method, answers: Sequence[Answer]) -> VisitRecord:
    """A bare visit, with nothing but answers."""
    started_at = datetime(2026, 10, number + 1, 10, 30, tzinfo=UTC)
    bare = VisitRecord(number, method, True, started_at, None, "", "", "", None, None, (), (), (), (), (), (), ())
    return scored(checklist, bare, answers)


def _visit(checklist: Checklist, number: int, chance: random.Random) -> VisitRecord:
    method = METHODS[(number - 1) % len(METHODS)]
    asked = checklist.for_method(method)
    record = visit(
        checklist, number, method, [_answer(s, q, chance, number) for s in asked.sections for q in s.questions]
    )
    has_notes = method != Method.MYSTERY_SHOPPING
    return replace(
        record,
        ended_at=record.started_at + timedelta(minutes=35 + number),
        gold_role="participant_as_observer" if method == Method.PARTICIPANT_OBSERVATION else "",
        disclosure="overt" if method == Method.NON_PARTICIPANT_OBSERVATION else "",
        scenario="Cerca un regalo tra 60 e 120 euro, chiedi consiglio e compra solo se convinto.",
        encounters=tuple(_encounter(section, chance) for section in asked.sections),
        jottings=_jottings(record) if has_notes else (),
    )


def _answer(section: Section, question: Question, chance: random.Random, number: int) -> Answer:
    is_well = chance.randrange(100) < content.CHANCES.get(section.name, 70)
    comment = content.COMMENTS.get(question.name, "") if sum(question.name.encode()) % 5 == number % 5 else ""
    return Answer(question.name, _value(question, is_well, chance), comment=comment)


def _value(question: Question, is_well: bool, chance: random.Random) -> str:
    if question.type in CHOICES:
        named = [option.name for option in question.options if not option.is_na]
        if question.is_yes_no:
            return "yes" if is_well else "no"
        best = named[-2:] if question.options == content.SCALE else named[:1]
        return chance.choice(best if is_well else named)
    if question.type == QuestionType.TIMER:
        limit = int(question.standard or 60)
        return str(chance.randrange(limit // 3, limit) if is_well else chance.randrange(limit, limit * 3))
    if question.type == QuestionType.INTEGER:
        return str(chance.randrange(1, 7))
    return content.STORIES[0] if is_well else ""


def _encounter(section: Section, chance: random.Random) -> Encounter:
    likely = content.CHANCES.get(section.name, 70)
    feeling = max(-2, min(2, round((likely - 65) / 18) + chance.choice((-1, 0, 0, 1))))
    return Encounter(section.name, feeling, chance.randrange(4))


def _jottings(record: VisitRecord) -> tuple[JottingRecord, ...]:
    notes = [(section, note) for section, texts in content.JOTTINGS.items() for note in texts[record.number % 2 :: 2]]
    times = [record.started_at + timedelta(minutes=3 * i + 2) for i in range(len(notes))]
    return tuple(JottingRecord(section, at, note) for (section, note), at in zip(notes, times, strict=True))


def _with_photos(checklist: Checklist, records: Sequence[VisitRecord], count: int) -> tuple[VisitRecord, ...]:
    asked = [question.name for question in checklist.questions if question.asks_photo] or ["none"]
    taken: dict[int, list[PhotoRecord]] = {}
    for i in range(count if records else 0):
        record = records[i % len(records)]
        at = record.started_at + timedelta(minutes=4 * i)
        photo = PhotoRecord(asked[i % len(asked)], sha256(f"photo {i}".encode()).hexdigest(), at, 800, 600)
        taken.setdefault(record.number, []).append(photo)
    return tuple(replace(record, photos=tuple(taken.get(record.number, ()))) for record in records)


def _sums(record: VisitRecord, store: str = STORE) -> VisitSums:
    return VisitSums(UUID(int=record.number), store, record.method, record.final, record.sections)


def _others(checklist: Checklist, stores: int, chance: random.Random) -> list[VisitSums]:
    return [
        _sums(_visit(checklist, number, chance), f"XX{store:02}") for store in range(stores) for number in range(1, 5)
    ]


def _own(found: WaveFigures) -> StoreFigures:
    return next((store for store in found.stores if store.store == STORE), None) or found.stores[0]


def _tally(question: Question, records: Sequence[VisitRecord]) -> Tally:
    values = [a.value for r in records if r.is_headline for a in r.answers if a.question == question.name]
    return Tally(STORE, question.name, values.count("yes"), values.count("no"))


def _last(
    checklist: Checklist, records: Sequence[VisitRecord], found: WaveFigures, chance: random.Random
) -> snapshots.LastWave:
    before = [_sums(_visit(checklist, number, chance)) for number in range(1, 6)]
    earlier = figures.wave_figures(checklist, before, [])
    now = [_sums(record) for record in records]
    return snapshots.compare(checklist, "Primavera 2026", earlier.stores[0], before, _own(found), now)


def photo_bytes(snapshot: StoreSnapshot, size: tuple[int, int] = (800, 600)) -> dict[str, bytes]:
    """A drawn JPEG for every photo, under its hash."""
    from tests.reports import pictures  # noqa: PLC0415 Pillow is only needed where pictures are

    return {photo.sha256: pictures.jpeg(i, size) for i, photo in enumerate(_photos(snapshot))}


def _photos(snapshot: StoreSnapshot) -> list[PhotoRecord]:
    return [photo for visit in snapshot.visits for photo in visit.photos]


def with_texts(snapshot: StoreSnapshot, checklist: Checklist, text: str) -> tuple[StoreSnapshot, Checklist]:
    """The same store and checklist with this text in every place that a person can write in."""
    said = Text({"it": text, "en": text})
    sections = tuple(
        replace(
            section,
            label=said,
            questions=tuple(
                replace(question, label=said, options=tuple(replace(option, label=said) for option in question.options))
                for question in section.questions
            ),
        )
        for section in checklist.sections
    )
    facts = replace(snapshot.facts, client=text, study=text, purpose=text, wave=text)
    place = replace(snapshot.store, name=text, city=text, region=text, address=text)
    return (
        replace(snapshot, facts=facts, store=place, visits=tuple(_retold(visit, text) for visit in snapshot.visits)),
        replace(checklist, title=said, sections=sections, version=text),
    )


def _retold(visit: VisitRecord, text: str) -> VisitRecord:
    return replace(
        visit,
        scenario=text,
        gold_role=text,
        disclosure=text,
        answers=tuple(replace(answer, comment=text) for answer in visit.answers),
        jottings=tuple(replace(jotting, text=text) for jotting in visit.jottings),
    )


def without_norms(checklist: Checklist) -> Checklist:
    return replace(checklist, sections=tuple(replace(section, norm=None) for section in checklist.sections))


def many_sections(count: int) -> Checklist:
    """A checklist of this many touchpoints, made of those of the demo over and over."""
    sections = tuple(_copy(content.SECTIONS[i % len(content.SECTIONS)], i) for i in range(count))
    return replace(content.CHECKLIST, sections=sections)


def _copy(section: Section, number: int) -> Section:
    questions = tuple(replace(question, name=f"{question.name}_{number}") for question in section.questions)
    return replace(section, name=f"{section.name}_{number}", questions=questions)
