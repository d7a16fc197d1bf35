"""One checklist's texts and figures, said in the reader's language."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures, rounding
from fieldstudy.core.checklist import Checklist, Text
from fieldstudy.core.figures import Figure
from fieldstudy.core.intervals import LEAST_UNITS
from fieldstudy.words import Words

_ISOLATE = "\N{FIRST STRONG ISOLATE}"
_END_OF_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"
_TURNS = dict.fromkeys(range(0x202A, 0x202F)) | dict.fromkeys(range(0x2066, 0x206A))
"""Unseen marks that turn the text after them, or end an isolate: taken out, so that none reaches its neighbours."""


@dataclass(frozen=True)
class Voice:
    checklist: Checklist
    words: Words

    def say(self, text: Text, name: str = "") -> str:
        """The checklist's own text in the reader's language, else in its own, else the name of the thing."""
        return isolated(text.say(self.words.locale, self.checklist.default_language) or name)

    def section(self, name: str, most: int | None = 60) -> str:
        """Whole where `most` is None, as a file of data wants it."""
        section = next((section for section in self.checklist.sections if section.name == name), None)
        if section is None:
            return shortened(name, most)
        return self.former(shortened(self.say(section.label, name), most), section.former)

    def question(self, name: str, most: int | None = 160) -> str:
        question = self.checklist.question_by_name.get(name)
        if question is None:
            return shortened(name, most)
        return self.former(shortened(self.say(question.label, name), most), question.former)

    def wanted(self, name: str) -> str:
        """Of a question whose rate or number is best when it is small; a number alone does not say so."""
        question = self.checklist.question_by_name.get(name)
        return self.words.gettext("less is better") if question is not None and question.is_reverse else ""

    def former(self, text: str, number: int) -> str:
        """What only an older version of the checklist asked says so."""
        version = self.words.gettext("version %(number)s", number=number)
        return f"{text} ({version})" if number else text

    def number(self, value: Decimal | None) -> str:
        """A printed number, or n/a."""
        return self.not_available if value is None else self.words.number(value)

    def printed(self, figure: Figure | None) -> str:
        """A whole percent without its sign, or n/a."""
        return self.number(printed(figure))

    @property
    def not_available(self) -> str:
        return self.words.gettext("n/a")


def isolated(text: str) -> str:
    """A text that runs from right to left keeps its punctuation to itself inside a sentence that does not.

    Line by line, since a new line ends every isolate.
    """
    return "\n".join(_isolated_line(line) for line in text.translate(_TURNS).split("\n"))


def _isolated_line(line: str) -> str:
    is_rtl = any(unicodedata.bidirectional(character) in ("R", "AL") for character in line)
    return f"{_ISOLATE}{line}{_END_OF_ISOLATE}" if is_rtl else line


def unisolated(text: str) -> str:
    """As it was written, for a file of data: nothing there stands beside it that it could turn."""
    return text.translate(dict.fromkeys(map(ord, (_ISOLATE, _END_OF_ISOLATE))))


def shortened(text: str, most: int | None) -> str:
    """An isolate that is cut ends where the text does."""
    if most is None or len(text) <= most:
        return text
    cut = text[: most - 1].rstrip() + "…"
    return cut + _END_OF_ISOLATE * (cut.count(_ISOLATE) - cut.count(_END_OF_ISOLATE))


def initial(name: str) -> str:
    """It stands for a client without a logo."""
    return isolated(name.translate(_TURNS).strip()[:1].upper())


def printed(figure: Figure | None) -> Decimal | None:
    """The whole percent that is printed; differences in a row are taken from it."""
    return rounding.percent(figure.value) if figure is not None and figure.value is not None else None


def printed_ends(figure: Figure) -> tuple[Decimal, Decimal] | None:
    """None where so few units stand behind it, or it is so wide, that it says nothing."""
    interval = figures.telling_interval(figure)
    if interval is None:
        return None
    return rounding.percent(interval.low), rounding.percent(interval.high)


def is_scattered(figure: Figure) -> bool:
    """Enough units for an interval, and so unlike that it would hold everything."""
    is_hidden = figure.interval is not None and figures.telling_interval(figure) is None
    return is_hidden and figure.interval_units >= LEAST_UNITS


def interval_text(words: Words, figure: Figure) -> str:
    """23–65; empty where there is none."""
    ends = printed_ends(figure)
    return "" if ends is None else f"{words.number(ends[0])}–{words.number(ends[1])}"
