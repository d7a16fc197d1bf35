"""One reader for each type of question: typed text becomes the text that is kept, or is refused with a reason."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from fieldstudy.core.checklist import CHOICES, NUMBERS, Question, QuestionType

TEXT_LIMIT = 10_000


class Refused(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: str(value) for name, value in values.items()}


def clean_text(values: Sequence[str]) -> str:
    text = unicodedata.normalize("NFC", "\n".join(values))
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _read_text(question: Question, text: str) -> str:
    clean = clean_text([text])
    if len(clean) > TEXT_LIMIT:
        raise Refused("too_long", limit=TEXT_LIMIT)
    return clean


_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,6})?", re.ASCII)


def read_number(text: str) -> Decimal | None:
    """A number with a point or a comma, at most six decimals and no thousands separator; None for anything else."""
    text = text.strip().replace("−", "-")
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _read_decimal(question: Question, text: str) -> str:
    number = read_number(text)
    if number is None:
        raise Refused("not_a_number", value=text)
    return format(number.normalize(), "f")


def _read_integer(question: Question, text: str) -> str:
    number = read_number(text)
    if number is None or number != number.to_integral_value():
        raise Refused("not_an_integer", value=text)
    return str(int(number))


def _read_range(question: Question, text: str) -> str:
    plain = _read_decimal(question, text)
    number, start = Decimal(plain), question.range_start or Decimal(0)
    end, step = question.range_end, question.range_step or Decimal(1)
    if number < start or (end is not None and number > end) or (number - start) % step != 0:
        raise Refused("out_of_range", low=start, high=end if end is not None else "", step=step)
    return plain


_CLOCKED = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)


def _read_timer(question: Question, text: str) -> str:
    seconds = _seconds(text)
    if seconds is None:
        raise Refused("not_a_time_span", value=text)
    return str(seconds)


def _seconds(text: str) -> int | None:
    """Of seconds, of minutes and seconds as m:ss, or of h:mm:ss."""
    found = _CLOCKED.fullmatch(text)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    number = read_number(text)
    return int(number) if number is not None and number >= 0 and number == number.to_integral_value() else None


def clocked(seconds: int) -> str:
    """A measured time as m:ss, which is how timers write it."""
    return f"{seconds // 60}:{seconds % 60:02}"


def to_clock(text: str) -> str:
    """A measured time as timers write it; what is no time, or too long for minutes and seconds, stays as it is."""
    seconds = _seconds(text.strip())
    written = "" if seconds is None else clocked(seconds)
    return written if _CLOCKED.fullmatch(written) else text


def to_texts(question: Question | None, value: str) -> list[str]:
    """What is stored, as the texts that a form has for it."""
    if question and question.type in CHOICES:
        return value.split()
    return [to_clock(value) if question and question.type == QuestionType.TIMER else value]


_Moment = TypeVar("_Moment", date, time, datetime)
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?"
_WRITTEN: Mapping[type, re.Pattern[str]] = {
    date: re.compile(_DATE, re.ASCII),
    time: re.compile(_TIME, re.ASCII),
    datetime: re.compile(f"{_DATE}[T ]{_TIME}", re.ASCII),
}


def read_moment(kind: type[_Moment], text: str) -> _Moment | None:
    """Written in one way: `fromisoformat` alone takes more ways with every Python, and the phone must agree with us."""
    try:
        return kind.fromisoformat(text) if _WRITTEN[kind].fullmatch(text) else None
    except ValueError:
        return None


def _read_date(question: Question, text: str) -> str:
    found = read_moment(date, text)
    if found is None:
        raise Refused("not_a_date", value=text)
    return found.isoformat()


def _read_time(question: Question, text: str) -> str:
    found = read_moment(time, text)
    if found is None:
        raise Refused("not_a_time", value=text)
    return found.strftime("%H:%M")


def _read_datetime(question: Question, text: str) -> str:
    found = read_moment(datetime, text)
    if found is None:
        raise Refused("not_a_datetime", value=text)
    return found.isoformat(timespec="minutes")


def _read_geopoint(question: Question, text: str) -> str:
    """Latitude and longitude; then, as XLSForm has it, altitude and accuracy in metres."""
    numbers = [read_number(part) for part in text.split()]
    if len(numbers) < 2 or len(numbers) > 4 or None in numbers:
        raise Refused("not_a_position", value=text)
    latitude, longitude = numbers[0], numbers[1]
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise Refused("not_a_position", value=text)
    return " ".join(text.split())


def _read_image(question: Question, text: str) -> str:
    return ""


READERS = {
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

assert READERS.keys() >= NUMBERS  # noqa: S101 a number type without a reader is a mistake of ours, found at import
