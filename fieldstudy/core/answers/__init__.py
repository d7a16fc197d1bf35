"""What a fieldworker typed or chose, judged in one place for page, file and phone.

The raw text of a form maps a field's name to its values. `read` turns it into answers, encounters and problems; it
never raises for bad input and never changes what was typed.
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from fieldstudy.core import conditions
from fieldstudy.core.answers.readers import READERS, TEXT_LIMIT, Refused, clean_text, read_moment, read_number, to_texts
from fieldstudy.core.checklist import (
    AROUSALS,
    AUTOMATIC,
    CHOICES,
    FEELINGS,
    NUMBERS,
    Checklist,
    Crowding,
    Question,
    QuestionType,
    Section,
    Text,
)

Raw = Mapping[str, Sequence[str]]

NA = "na"
CROWDINGS = frozenset(Crowding)
PASSES = 8
"""So often at most: conditions that contradict each other would never come to rest. The phone has the same number."""
ENCOUNTER_PARTS = ("feeling", "arousal", "met_at", "crowding")


@dataclass(frozen=True)
class Answer:
    """`value`: choice names in the order of the list, separated by spaces; a number as plain text; an ISO date."""

    question: str
    value: str = ""
    is_na: bool = False
    comment: str = ""

    @property
    def is_given(self) -> bool:
        return self.is_na or bool(self.value)

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(self.value.split())


@dataclass(frozen=True)
class Encounter:
    """How one touchpoint was met: feeling −2…+2, arousal 0…3, local time HH:MM, crowding."""

    section: str
    feeling: int | None = None
    arousal: int | None = None
    met_at: str = ""
    crowding: Crowding | None = None


@dataclass(frozen=True)
class Problem:
    """A fact about one field; `words` says it, unless the author of the checklist wrote a message."""

    field: str
    key: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    message: Text = dataclasses.field(default_factory=Text)


@dataclass(frozen=True)
class Reading:
    """`missing`: evidence that was asked for and is not there; it is shown, and stops nobody from sending."""

    answers: tuple[Answer, ...]
    encounters: tuple[Encounter, ...]
    problems: tuple[Problem, ...]
    missing: tuple[Problem, ...]
    relevant: frozenset[str]


def answer_field(question: str) -> str:
    return f"q-{question}"


def na_field(question: str) -> str:
    return f"na-{question}"


def comment_field(question: str) -> str:
    return f"c-{question}"


def photo_field(question: str) -> str:
    return f"p-{question}"


def encounter_field(part: str, section: str) -> str:
    """`part` is one of ENCOUNTER_PARTS."""
    return f"{part}-{section}"


def read(
    checklist: Checklist,
    raw: Raw,
    today: date,
    automatic: Mapping[QuestionType, str] | None = None,
    photos: Mapping[str, int] | None = None,
    running: Collection[str] = (),
) -> Reading:
    """Judge a whole form. `photos` counts the pictures kept for each question, `automatic` holds start and end,
    `running` names the questions whose timer was not stopped: they have no answer yet, whatever was measured before.

    A condition sees every other question as it counts, blank where it is not relevant, also one that comes after it:
    the form is judged again with what came of it, until nothing changes.
    """
    known = {QuestionType.TODAY: today.isoformat(), **(automatic or {})}
    seen = {**_consulted(checklist, raw), **dict.fromkeys(running, "")}
    for _ in range(PASSES):
        typed = dict(seen)
        reading = _read_once(checklist, raw, today, known, photos or {}, running, typed)
        found = {name: typed[name] for name in seen}
        if found == seen:
            break
        seen = found
    return reading


def _read_once(
    checklist: Checklist,
    raw: Raw,
    today: date,
    automatic: Mapping[QuestionType, str],
    photos: Mapping[str, int],
    running: Collection[str],
    typed: dict[str, str],
) -> Reading:
    """`typed`: what conditions see, and afterwards what came of it."""
    answers: list[Answer] = []
    problems: list[Problem] = []
    missing: list[Problem] = []
    relevant: set[str] = set()
    for section, question in _walk(checklist):
        if not _is_relevant(section, question, typed, today):
            typed[question.name] = ""
            continue
        relevant.add(question.name)
        photo_count = photos.get(question.name, 0)
        answer, problem = _judge(question, raw, typed, today, automatic, photo_count, question.name in running)
        if problem is None:
            typed[question.name] = answer.value
        else:
            problems.append(problem)
        if answer.is_given or answer.comment:
            answers.append(answer)
        if _lacks_photo(question, answer, photo_count, problem):
            missing.append(Problem(answer_field(question.name), "photo_missing"))
    sections = [section for section in checklist.sections if any(q.name in relevant for q in section.questions)]
    encounters, found = _read_encounters(sections, raw)
    return Reading(tuple(answers), tuple(encounters), (*problems, *found), tuple(missing), frozenset(relevant))


def _consulted(checklist: Checklist, raw: Raw) -> dict[str, str]:
    """What was typed at the questions that conditions refer to."""
    known = checklist.question_by_name
    return {name: _typed(known[name], raw) for name in checklist.consulted if name in known}


def _lacks_photo(question: Question, answer: Answer, photo_count: int, problem: Problem | None) -> bool:
    is_told = problem is not None and problem.key == "photo_required"
    return question.asks_photo and not photo_count and not answer.is_na and not is_told


def relevant_names(checklist: Checklist, answers: Mapping[str, Answer], on: date) -> frozenset[str]:
    """The questions that these stored answers left open to be asked."""
    values = {name: answer.value for name, answer in answers.items()}
    return frozenset(
        question.name for section, question in _walk(checklist) if _is_relevant(section, question, values, on)
    )


def to_raw(answers: Sequence[Answer], encounters: Sequence[Encounter], checklist: Checklist) -> dict[str, list[str]]:
    """Stored answers as the raw text of a form, so that a returned visit opens as it was sent."""
    raw: dict[str, list[str]] = {}
    for answer in answers:
        question = checklist.question_by_name.get(answer.question)
        if answer.is_na and not (question and question.type in CHOICES):
            raw[na_field(answer.question)] = ["1"]
        elif answer.value:
            raw[answer_field(answer.question)] = to_texts(question, answer.value)
        if answer.comment:
            raw[comment_field(answer.question)] = [answer.comment]
    for encounter in encounters:
        for part in ENCOUNTER_PARTS:
            value = getattr(encounter, part)
            if value not in (None, ""):
                raw[encounter_field(part, encounter.section)] = [str(value)]
    return raw


def _walk(checklist: Checklist) -> Iterator[tuple[Section, Question]]:
    for section in checklist.sections:
        for question in section.questions:
            yield section, question


_parsed = lru_cache(maxsize=4096)(conditions.parse)


def _holds(text: str, typed: Mapping[str, str], today: date, dot: str = "") -> bool:
    return not text or conditions.holds(_parsed(text), lambda name: typed.get(name, ""), today, dot)


def _is_relevant(section: Section, question: Question, typed: Mapping[str, str], today: date) -> bool:
    if not section.relevant and not question.relevant:
        return True
    return _holds(section.relevant, typed, today) and _holds(question.relevant, typed, today)


def _typed(question: Question, raw: Raw) -> str:
    """As conditions see it before it is judged: "3,5" is a number already, and what cannot be read stays as typed."""
    text = " ".join(text.strip() for text in raw.get(answer_field(question.name), ()) if text.strip())
    if question.type not in NUMBERS or not text:
        return text
    try:
        return READERS[question.type](question, text)
    except Refused:
        return text


def _judge(
    question: Question,
    raw: Raw,
    typed: Mapping[str, str],
    today: date,
    automatic: Mapping[QuestionType, str],
    photo_count: int,
    is_running: bool,
) -> tuple[Answer, Problem | None]:
    if question.type in AUTOMATIC or question.is_read_only:
        return Answer(question.name, _automatic(question, typed, today, automatic)), None
    if not question.is_asked:
        return Answer(question.name), None
    try:
        if is_running:
            raise Refused("still_running")
        answer = _answer(question, raw)
        _require(question, answer, photo_count)
        _check_constraint(question, answer, typed, today)
    except Refused as refused:
        comment = clean_text(raw.get(comment_field(question.name), ()))[:TEXT_LIMIT]
        message = _own_message(question, refused.key)
        problem = Problem(answer_field(question.name), refused.key, refused.values, message)
        return Answer(question.name, comment=comment), problem
    return answer, None


def _check_constraint(question: Question, answer: Answer, typed: Mapping[str, str], today: date) -> None:
    if not question.constraint or not answer.value or answer.is_na:
        return
    if not _holds(question.constraint, {**typed, question.name: answer.value}, today, answer.value):
        raise Refused("constraint")


def _own_message(question: Question, key: str) -> Text:
    messages = {"required": question.required_message, "constraint": question.constraint_message}
    return messages.get(key, Text())


def _require(question: Question, answer: Answer, photo_count: int) -> None:
    if not question.is_required or answer.is_given or (question.type == QuestionType.IMAGE and photo_count):
        return
    raise Refused("photo_required" if question.type == QuestionType.IMAGE else "required")


def _automatic(question: Question, typed: Mapping[str, str], today: date, automatic: Mapping[QuestionType, str]) -> str:
    if question.calculation:
        value = conditions.value(_parsed(question.calculation), lambda name: typed.get(name, ""), today)
        return _plain(value)
    return automatic.get(question.type, question.default)


def _plain(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else f"{value:.12g}"
    return value


def _answer(question: Question, raw: Raw) -> Answer:
    values = [text for text in raw.get(answer_field(question.name), ()) if text.strip()]
    comment = _comment(question, raw)
    if question.type in CHOICES:
        return _choice(question, values, comment)
    if _is_na(question, raw):
        if values:
            raise Refused("na_or_time" if question.type == QuestionType.TIMER else "na_or_answer")
        return Answer(question.name, is_na=True, comment=comment)
    if not values:
        return Answer(question.name, comment=comment)
    if len(values) > 1:
        raise Refused("one_value")
    return Answer(question.name, READERS[question.type](question, values[0].strip()), comment=comment)


def _is_na(question: Question, raw: Raw) -> bool:
    """A choice has its N/A among its options, whatever else is told."""
    return question.type not in CHOICES and question.allows_na and any(raw.get(na_field(question.name), ()))


def na_first(checklist: Checklist, raw: Raw) -> Raw:
    """Without what stands beside an N/A. Phones of before 0.4 sealed both; there N/A was the answer."""
    beside = {answer_field(question.name) for question in checklist.questions if _is_na(question, raw)}
    return {name: values for name, values in raw.items() if name not in beside}


def _comment(question: Question, raw: Raw) -> str:
    written = raw.get(comment_field(question.name))
    if not written:
        return ""
    comment = clean_text(written)
    if len(comment) > TEXT_LIMIT:
        raise Refused("too_long", limit=TEXT_LIMIT)
    return comment


def _choice(question: Question, values: Sequence[str], comment: str) -> Answer:
    chosen = dict.fromkeys(name for value in values for name in value.split())
    options = question.option_by_name
    for name in chosen:
        if name not in options:
            raise Refused("unknown_choice", value=name, allowed=", ".join(options))
    if question.type == QuestionType.SELECT_ONE and len(chosen) > 1:
        raise Refused("one_choice")
    is_na = any(options[name].is_na for name in chosen)
    if is_na and len(chosen) > 1:
        raise Refused("na_alone")
    alone = next((name for name in chosen if options[name].is_exclusive), "")
    if alone and len(chosen) > 1:
        raise Refused("exclusive", value=alone)
    kept = chosen if len(chosen) < 2 else (name for name in options if name in chosen)
    return Answer(question.name, " ".join(kept), is_na, comment)


def _read_encounters(sections: Sequence[Section], raw: Raw) -> tuple[list[Encounter], list[Problem]]:
    encounters: list[Encounter] = []
    problems: list[Problem] = []
    for section in sections:
        try:
            encounter = _encounter(section, raw)
        except Refused as refused:
            part = refused.values.pop("part")
            problems.append(Problem(encounter_field(part, section.name), refused.key, refused.values))
            continue
        if encounter != Encounter(section.name):
            encounters.append(encounter)
    return encounters, problems


def _encounter(section: Section, raw: Raw) -> Encounter:
    def first(part: str) -> str:
        values = raw.get(encounter_field(part, section.name), ())
        return values[0].strip() if values else ""

    crowding = first("crowding")
    if crowding and crowding not in CROWDINGS:
        raise Refused("unknown_choice", part="crowding", value=crowding, allowed=", ".join(Crowding))
    return Encounter(
        section.name,
        _of_scale("feeling", first("feeling"), FEELINGS),
        _of_scale("arousal", first("arousal"), AROUSALS),
        _met_at(first("met_at")),
        Crowding(crowding) if crowding else None,
    )


def _of_scale(part: str, text: str, scale: Sequence[int]) -> int | None:
    if not text:
        return None
    number = read_number(text)
    if number is None or number not in scale:
        raise Refused("out_of_range", part=part, low=scale[0], high=scale[-1], step=1)
    return int(number)


def _met_at(text: str) -> str:
    if not text:
        return ""
    found = read_moment(time, text)
    if found is None:
        raise Refused("not_a_time", part="met_at", value=text)
    return found.strftime("%H:%M")
