"""What a fieldworker typed or chose, judged in one place for page, file and phone.

The raw text of a form maps a field's name to its values. `read` turns it into answers, encounters and problems; it
never raises for bad input and never changes what was typed.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from fieldstudy.core import conditions
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

TEXT_LIMIT = 10_000
NA = "na"


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


class _Refused(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: str(value) for name, value in values.items()}


def answer_field(question: str) -> str:
    return f"q-{question}"


def na_field(question: str) -> str:
    return f"na-{question}"


def comment_field(question: str) -> str:
    return f"c-{question}"


def photo_field(question: str) -> str:
    return f"p-{question}"


def encounter_field(part: str, section: str) -> str:
    """`part` is one of feeling, arousal, met_at, crowding."""
    return f"{part}-{section}"


def read(
    checklist: Checklist,
    raw: Raw,
    today: date,
    automatic: Mapping[QuestionType, str] | None = None,
    photos: Mapping[str, int] | None = None,
) -> Reading:
    """Judge a whole form. `photos` counts the pictures kept for each question, `automatic` holds start and end.

    A condition sees the questions before it as they count (blank where they are not relevant) and those after it as
    they were typed.
    """
    automatic = {QuestionType.TODAY: today.isoformat(), **(automatic or {})}
    photos = photos or {}
    typed = {question.name: _typed(question, raw) for question in checklist.questions}
    answers: list[Answer] = []
    problems: list[Problem] = []
    missing: list[Problem] = []
    relevant: set[str] = set()
    for section, question in _walk(checklist):
        if not _is_relevant(section, question, typed, today):
            typed[question.name] = ""
            continue
        relevant.add(question.name)
        answer, found = _judge(question, raw, typed, today, automatic, photos.get(question.name, 0))
        problems.extend(found)
        typed[question.name] = answer.value if not found else typed[question.name]
        if answer.is_given or answer.comment:
            answers.append(answer)
        is_told = any(problem.key == "photo_required" for problem in found)
        if question.asks_photo and not photos.get(question.name) and not answer.is_na and not is_told:
            missing.append(Problem(answer_field(question.name), "photo_missing"))
    sections = [section for section in checklist.sections if any(q.name in relevant for q in section.questions)]
    encounters, found = _read_encounters(sections, raw)
    return Reading(tuple(answers), tuple(encounters), (*problems, *found), tuple(missing), frozenset(relevant))


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
        is_choice = question is not None and question.type in CHOICES
        if answer.is_na and not is_choice:
            raw[na_field(answer.question)] = ["1"]
        elif answer.value:
            raw[answer_field(answer.question)] = list(answer.choices) if is_choice else [answer.value]
        if answer.comment:
            raw[comment_field(answer.question)] = [answer.comment]
    for encounter in encounters:
        for part in ("feeling", "arousal", "met_at", "crowding"):
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
    return _holds(section.relevant, typed, today) and _holds(question.relevant, typed, today)


def _typed(question: Question, raw: Raw) -> str:
    """As conditions see it before it is judged: "3,5" is a number already, and what cannot be read stays as typed."""
    text = " ".join(text.strip() for text in raw.get(answer_field(question.name), ()) if text.strip())
    if question.type not in NUMBERS or not text:
        return text
    try:
        return _READERS[question.type](question, text)
    except _Refused:
        return text


def _judge(
    question: Question,
    raw: Raw,
    typed: Mapping[str, str],
    today: date,
    automatic: Mapping[QuestionType, str],
    photo_count: int,
) -> tuple[Answer, list[Problem]]:
    blank = Answer(question.name)
    if question.type in AUTOMATIC or question.is_read_only:
        return replace(blank, value=_automatic(question, typed, today, automatic)), []
    if not question.is_asked:
        return blank, []
    try:
        answer = _answer(question, raw)
        _require(question, answer, photo_count)
        if answer.value and not answer.is_na and not _holds(
            question.constraint, {**typed, question.name: answer.value}, today, answer.value
        ):
            raise _Refused("constraint")
        return answer, []
    except _Refused as refused:
        comment = _text(raw.get(comment_field(question.name), ()))[:TEXT_LIMIT]
        problem = Problem(answer_field(question.name), refused.key, refused.values, _own_message(question, refused.key))
        return replace(blank, comment=comment), [problem]


def _own_message(question: Question, key: str) -> Text:
    messages = {"required": question.required_message, "constraint": question.constraint_message}
    return messages.get(key, Text())


def _require(question: Question, answer: Answer, photo_count: int) -> None:
    if not question.is_required or answer.is_given or (question.type == QuestionType.IMAGE and photo_count):
        return
    raise _Refused("photo_required" if question.type == QuestionType.IMAGE else "required")


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
    comment = _text(raw.get(comment_field(question.name), ()))
    if len(comment) > TEXT_LIMIT:
        raise _Refused("too_long", limit=TEXT_LIMIT)
    if question.type in CHOICES:
        return replace(_choice(question, values), comment=comment)
    if question.allows_na and any(raw.get(na_field(question.name), ())):
        return Answer(question.name, is_na=True, comment=comment)
    if not values:
        return Answer(question.name, comment=comment)
    if len(values) > 1:
        raise _Refused("one_value")
    return Answer(question.name, _READERS[question.type](question, values[0].strip()), comment=comment)


def _choice(question: Question, values: Sequence[str]) -> Answer:
    chosen = dict.fromkeys(name for value in values for name in value.split())
    names = [option.name for option in question.options]
    for name in chosen:
        if name not in names:
            raise _Refused("unknown_choice", value=name, allowed=", ".join(names))
    if question.type == QuestionType.SELECT_ONE and len(chosen) > 1:
        raise _Refused("one_choice")
    is_na = any(option.is_na for option in question.options if option.name in chosen)
    if is_na and len(chosen) > 1:
        raise _Refused("na_alone")
    return Answer(question.name, " ".join(name for name in names if name in chosen), is_na)


def _text(values: Sequence[str]) -> str:
    text = unicodedata.normalize("NFC", "\n".join(values)).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _read_text(question: Question, text: str) -> str:
    clean = _text([text])
    if len(clean) > TEXT_LIMIT:
        raise _Refused("too_long", limit=TEXT_LIMIT)
    return clean


_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,6})?", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """A number with a point or a comma, at most six decimals and no thousands separator; None for anything else."""
    text = text.strip().replace("−", "-")
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _read_decimal(question: Question, text: str) -> str:
    number = read_number(text)
    if number is None:
        raise _Refused("not_a_number", value=text)
    return format(number.normalize(), "f")


def _read_integer(question: Question, text: str) -> str:
    number = read_number(text)
    if number is None or number != number.to_integral_value():
        raise _Refused("not_an_integer", value=text)
    return str(int(number))


def _read_range(question: Question, text: str) -> str:
    plain = _read_decimal(question, text)
    number, start = Decimal(plain), question.range_start or Decimal(0)
    end, step = question.range_end, question.range_step or Decimal(1)
    if number < start or (end is not None and number > end) or (number - start) % step != 0:
        raise _Refused("out_of_range", low=start, high=end if end is not None else "", step=step)
    return plain


_CLOCKED = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)


def _read_timer(question: Question, text: str) -> str:
    """Seconds, or minutes and seconds as m:ss, or h:mm:ss."""
    clocked = _CLOCKED.fullmatch(text)
    if clocked:
        hours, minutes, seconds = (int(part or 0) for part in clocked.groups())
        return str(hours * 3600 + minutes * 60 + seconds)
    number = read_number(text)
    if number is None or number < 0 or number != number.to_integral_value():
        raise _Refused("not_a_time_span", value=text)
    return str(int(number))


def _read_date(question: Question, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Refused("not_a_date", value=text) from None


def _read_time(question: Question, text: str) -> str:
    try:
        return time.fromisoformat(text).replace(tzinfo=None).strftime("%H:%M")
    except ValueError:
        raise _Refused("not_a_time", value=text) from None


def _read_datetime(question: Question, text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError:
        raise _Refused("not_a_datetime", value=text) from None


def _read_geopoint(question: Question, text: str) -> str:
    numbers = [read_number(part) for part in text.split()]
    if len(numbers) < 2 or len(numbers) > 4 or None in numbers:
        raise _Refused("not_a_position", value=text)
    latitude, longitude = numbers[0], numbers[1]
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise _Refused("not_a_position", value=text)
    return " ".join(text.split())


def _read_image(question: Question, text: str) -> str:
    return ""


_READERS = {
    QuestionType.INTEGER: _read_integer,
    QuestionType.DECIMAL: _read_decimal,
    QuestionType.RANGE: _read_range,
    QuestionType.TIMER: _read_timer,
    QuestionType.TEXT: _read_text,
    QuestionType.DATE: _read_date,
    QuestionType.TIME: _read_time,
    QuestionType.DATETIME: _read_datetime,
    QuestionType.GEOPOINT: _read_geopoint,
    QuestionType.IMAGE: _read_image,
}


def _read_encounters(sections: Sequence[Section], raw: Raw) -> tuple[list[Encounter], list[Problem]]:
    encounters: list[Encounter] = []
    problems: list[Problem] = []
    for section in sections:
        try:
            encounter = _encounter(section, raw)
        except _Refused as refused:
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
    if crowding and crowding not in set(Crowding):
        raise _Refused("unknown_choice", part="crowding", value=crowding, allowed=", ".join(Crowding))
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
        raise _Refused("out_of_range", part=part, low=scale[0], high=scale[-1], step=1)
    return int(number)


def _met_at(text: str) -> str:
    if not text:
        return ""
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        raise _Refused("not_a_time", part="met_at", value=text) from None


assert _READERS.keys() >= NUMBERS  # noqa: S101 a number type without a reader is a mistake of ours, found at import
