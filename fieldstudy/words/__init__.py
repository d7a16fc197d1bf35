"""Dates, numbers, problems and findings in words, per language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from babel import Locale, dates, lists, numbers
from babel.support import NullTranslations, Translations

from fieldstudy import config
from fieldstudy.core import answers, rounding
from fieldstudy.core.answers import Problem
from fieldstudy.core.checklist import CriticalRule, Method
from fieldstudy.core.lifecycle import State
from fieldstudy.words import articles, names, problems

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
FEW = 4
COST_DECIMALS = 1
TRANSLATIONS = config.PACKAGE / "translations"

_CUSTOMS = {"en": "en_GB"}
"""Whose customs for dates and lists a language follows, where it has several."""

_IN_PROSE = ("d", "d MMMM", "d MMMM y")


class FileProblem(Protocol):
    """What an importer found in somebody's file; an empty place is not said."""

    @property
    def key(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class Words:
    def __init__(self, locale: str, translations: NullTranslations) -> None:
        self.locale = locale
        self._babel = Locale.parse(_CUSTOMS.get(locale, locale))
        self._translations = translations

    def gettext(self, msgid: str, **values: object) -> str:
        """A text of the catalogue; a percent sign is doubled in it only where values are put in."""
        text = self._translations.ugettext(msgid)
        return text % values if values else text

    def ngettext(self, singular: str, plural: str, num: int | Decimal, **values: object) -> str:
        """What is no whole number takes the plural: 0.75 points."""
        text = self._translations.ungettext(singular, plural, int(num) if num == int(num) else 2)
        return text % {"num": self.points(Decimal(num)) if isinstance(num, Decimal) else self.integer(num), **values}

    def points_of(self, earned: Decimal, possible: Decimal) -> str:
        """English bends the word by what was possible (0 of 1 point), Italian by what was earned (1 punto su 13)."""
        said = {"earned": self.points(earned), "possible": self.points(possible)}
        if possible == 1:
            return self.ngettext("%(earned)s of 1 point", "%(earned)s of 1 point", earned, **said)
        return self.ngettext("%(earned)s of %(possible)s points", "%(earned)s of %(possible)s points", earned, **said)

    def scored(self, earned: Decimal, possible: Decimal) -> str:
        """3 / 5; +2 for a bonus and −6 for what only takes away, which nothing is possible of."""
        if possible:
            return f"{self.points(earned)} / {self.points(possible)}"
        return self.signed(earned) if earned else ""

    def photos(self, numbers: Sequence[str]) -> str:
        """By their numbers; a few of them stay on one line."""
        comma = f",{NBSP}" if len(numbers) <= FEW else ", "
        said = self.ngettext("photo %(numbers)s", "photos %(numbers)s", len(numbers), numbers=comma.join(numbers))
        return said.replace(" ", NBSP, 1)

    # Numbers

    @property
    def decimal_mark(self) -> str:
        return numbers.get_decimal_symbol(self._babel)

    def number(self, value: Decimal, decimals: int = 0) -> str:
        """Half up, with this many decimals and a true minus sign."""
        rounded = rounding.half_up(abs(value), decimals)
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        text = numbers.format_decimal(rounded, format=pattern, locale=self._babel)
        return f"{MINUS}{text}" if value < 0 and rounded else text

    def integer(self, value: int) -> str:
        return self.number(Decimal(value))

    def points(self, value: Decimal) -> str:
        """As many decimals as it needs, at most two: quarter points are usual."""
        rounded = rounding.half_up(value, 2).normalize()
        exponent = rounded.as_tuple().exponent
        return self.number(rounded, max(0, -exponent if isinstance(exponent, int) else 0))

    def percent(self, fraction: Decimal | float, decimals: int = 0) -> str:
        """74 %, with a no-break space, in every language."""
        return f"{self.number(rounding.percent(fraction, decimals), decimals)}{NBSP}%"

    def signed(self, value: Decimal) -> str:
        """+5, −5 or 0."""
        sign = "+" if value > 0 else ""
        return f"{sign}{self.points(value)}"

    def cost(self, points: Decimal) -> str:
        """What a gap costs the score: signed, with one decimal wherever it stands."""
        sign = "+" if rounding.half_up(points, COST_DECIMALS) > 0 else ""
        return f"{sign}{self.number(points, COST_DECIMALS)}"

    def gap(self, printed_observed: Decimal, printed_norm: Decimal) -> str:
        """The difference of two numbers as they are printed, so that the row adds up for whoever checks it."""
        return self.signed(printed_observed - printed_norm)

    def count(self, num: int) -> str:
        """A small number as a word (masculine in Italian), a larger one in digits."""
        return self.gettext(names.COUNTS[num]) if 0 <= num < len(names.COUNTS) else self.integer(num)

    def the(self, number: str) -> str:
        """A printed number with its article, where the language has one: lo 0 %, l'88 %, il 74 %."""
        return articles.article(number) if self._babel.language == "it" else number

    def after_preposition(self, number: str) -> str:
        """In Italian the article is one word with the preposition before it: da and a make dallo 0 % all'88 %."""
        return articles.after_preposition(number) if self._babel.language == "it" else number

    # Dates and times

    def day(self, day: date) -> str:
        return self._format_date(day, "d MMMM y")

    def the_day(self, day: date) -> str:
        """Inside a sentence, with its article where the language has one: l'8 ottobre 2026."""
        return self._with_article(day, "d MMMM y")

    def short_day(self, day: date) -> str:
        return self._format_date(day, "d MMM")

    def recent_day(self, day: date, today: date) -> str:
        """Without its year where that is this one."""
        return self.short_day(day) if day.year == today.year else self._format_date(day, "d MMM y")

    def days(self, first: date, last: date) -> str:
        """The span in which something happened: "on 2 October 2026", "between 2 and 19 October 2026".

        In Italian the two prepositions are one with the articles: dal 1° all'8.
        """
        if first == last:
            return self.gettext("on %(day)s", day=self._with_article(first, "d MMMM y"))
        pattern = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
        if first.year != last.year:
            pattern = "d MMMM y"
        return self.gettext(
            "between %(first)s and %(last)s",
            first=self._after_preposition(first, pattern),
            last=self._after_preposition(last, "d MMMM y"),
        )

    def clock(self, moment: datetime) -> str:
        return moment.strftime("%H:%M")

    def moment(self, moment: datetime) -> str:
        return f"{self.day(moment)}, {self.clock(moment)}"

    def short_moment(self, moment: datetime) -> str:
        return f"{self.short_day(moment)}, {self.clock(moment)}"

    def moment_there(self, moment: datetime) -> str:
        """With the place by whose clock it is told: 27 November 2026, 14:30 (Rome time)."""
        return f"{self.moment(moment)} ({self.time_of(moment)})"

    def time_of(self, moment: datetime) -> str:
        """By whose clock it is told: Rome time, ora di Roma, UTC."""
        place = dates.get_timezone_location(moment, locale=self._babel, return_city=True).rpartition("/")[2]
        return place if place == "UTC" else self.gettext("%(place)s time", place=place)

    def recent_moment(self, moment: datetime, today: date) -> str:
        return f"{self.recent_day(moment, today)}, {self.clock(moment)}"

    def seconds(self, seconds: Decimal | float) -> str:
        """2 min 10 s, half a second up; parts that are nothing are left out."""
        exact = seconds if isinstance(seconds, Decimal) else Decimal(repr(seconds))
        minutes, rest = divmod(int(rounding.half_up(exact)), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [f"{value}{NBSP}{unit}" for value, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if value]
        return " ".join(parts) or f"0{NBSP}s"

    def _format_date(self, day: date, pattern: str) -> str:
        text = dates.format_date(day, pattern, locale=self._babel)
        is_first = day.day == 1 and pattern in _IN_PROSE and self._babel.language == "it"
        return f"1°{text.removeprefix('1')}" if is_first else text

    def _with_article(self, day: date, pattern: str) -> str:
        return self.the(self._format_date(day, pattern))

    def _after_preposition(self, day: date, pattern: str) -> str:
        return self.after_preposition(self._format_date(day, pattern))

    # Texts

    def listing(self, items: Iterable[str]) -> str:
        return lists.format_list(list(items), locale=self._babel)

    def alternatives(self, items: Iterable[str]) -> str:
        """3 or 1"""
        return lists.format_list(list(items), "or", locale=self._babel)

    def quoted(self, text: str) -> str:
        """A quotation inside of the quotation has the other marks of the language."""
        outer, inner = ("«»", "“”") if self._babel.language == "it" else ("“”", "‘’")
        return f"{outer[0]}{text.translate(str.maketrans(outer, inner))}{outer[1]}"

    def capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def name(self, word: StrEnum) -> str:
        """The word of a closed list as it stands inside a sentence."""
        return self.gettext(names.NAMES[type(word)][word])

    def label(self, word: StrEnum) -> str:
        """The same word with a capital, where it stands alone."""
        return self.capital(self.name(word))

    def role_in(self, role: StrEnum, region: str | None, store: str | None) -> str:
        """With what a manager sees, where that is not everything."""
        if store:
            return self.gettext("%(role)s of the store %(store)s", role=self.name(role), store=store)
        return (
            self.gettext("%(role)s of the region %(region)s", role=self.name(role), region=region)
            if region
            else self.name(role)
        )

    def gold_role(self, role: str) -> str:
        return self.gettext(names.GOLD_ROLES[role]) if role in names.GOLD_ROLES else role

    def disclosure(self, disclosure: str) -> str:
        return self.gettext(names.DISCLOSURES[disclosure]) if disclosure in names.DISCLOSURES else disclosure

    def visits_of(self, method: Method, num: int) -> str:
        """2 mystery shopping visits, 1 participant observation …"""
        return self.ngettext(*names.VISITS_OF[method], num)

    def visits_in(self, state: State, num: int) -> str:
        """7 released; in Italian the state bends with the number of visits."""
        return self.ngettext(*names.VISITS_IN[state], num)

    def critical_rule(self, rule: CriticalRule, percent: Decimal | None, visits: int = 1) -> str:
        """What the rule did to the score of so many visits."""
        values = {"percent": self.points(percent)} if percent is not None else {}
        return self.ngettext(*names.CRITICAL_RULES[rule], visits, **values)

    def problem(self, problem: Problem) -> str:
        """The author's own message where there is one."""
        if problem.message:
            return problem.message.say(self.locale)
        return self.gettext(problems.of_answer(problem.key, problem.values), **self._said(problem.values))

    def file_problem(self, problem: FileProblem) -> str:
        """Sheet, row and column, then what was found and what was expected."""
        place, sentence = self._place(problem), self._sentence(problem)
        return f"{place}: {sentence}" if place else sentence

    def _sentence(self, problem: FileProblem) -> str:
        """What the author of a checklist wrote for a broken constraint comes before our own sentence."""
        if problem.key == "constraint" and problem.values.get("message"):
            return problem.values["message"]
        found, values = problems.of_file(problem.key, problem.values), self._said(problem.values)
        if isinstance(found, tuple):
            return self.ngettext(*found, int(problem.values["count"]), **values)
        return self.gettext(found, **values)

    def _said(self, values: Mapping[str, str]) -> dict[str, str]:
        """Numbers that we set are written as the reader writes them; what was typed stays as it was typed."""
        numbers = {name: answers.read_number(values[name]) for name in problems.MEASURES if name in values}
        said = {name: self.points(number) for name, number in numbers.items() if number is not None}
        if values.get("method") in set(Method):
            said["method"] = self.name(Method(values["method"]))
        return {**values, **said}

    def _place(self, problem: FileProblem) -> str:
        parts = [
            self.gettext("sheet %(name)s", name=problem.sheet) if problem.sheet else "",
            self.gettext("row %(number)s", number=problem.row) if problem.row else "",
            self.gettext("column %(name)s", name=problem.column) if problem.column else "",
        ]
        return self.capital(", ".join(part for part in parts if part))


@lru_cache
def of(locale: str) -> Words:
    """The words of a language; a text without a translation is said as it stands in the code."""
    translations: Any = Translations.load(str(TRANSLATIONS), [locale], domain="messages")
    return Words(locale, translations)
