"""Words of this room that no closed list of the whole house holds."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from fieldstudy.core.checklist import Band, Critical, CriticalRule, Question, QuestionType
from fieldstudy.words import Words

TYPES: Mapping[QuestionType, Any] = {
    QuestionType.SELECT_ONE: _("one choice"),
    QuestionType.SELECT_MULTIPLE: _("several choices"),
    QuestionType.INTEGER: _("whole number"),
    QuestionType.DECIMAL: _("number"),
    QuestionType.RANGE: _("scale"),
    QuestionType.TIMER: _("length of time"),
    QuestionType.TEXT: _("text"),
    QuestionType.DATE: _("date"),
    QuestionType.TIME: _("time of day"),
    QuestionType.DATETIME: _("date and time"),
    QuestionType.NOTE: _("only to be read"),
    QuestionType.IMAGE: _("photo"),
    QuestionType.GEOPOINT: _("position"),
    QuestionType.CALCULATE: _("calculated"),
    QuestionType.HIDDEN: _("hidden"),
    QuestionType.START: _("start, by itself"),
    QuestionType.END: _("end, by itself"),
    QuestionType.TODAY: _("today, by itself"),
}

STANCE_PROBLEMS: Mapping[str, tuple[str, Any]] = {
    "stance_is_missing": ("gold_role", _("An observation needs a role in the field and a disclosure.")),
    "role_not_of_method": ("gold_role", _("This role does not go with the chosen method.")),
    "role_cannot_be_covert": (
        "disclosure",
        _("Whoever is known as an observer cannot work covertly: choose another role or disclosure."),
    ),
    "covert_needs_reason": ("covert_reason", _("Covert work needs a written reason.")),
}
"""Beside which field a wrong stance is said, and how."""

RULES: Mapping[CriticalRule, Any] = {
    CriticalRule.FLAG: _("critical: the visit fails; its score is kept"),
    CriticalRule.TOTAL_ZERO: _("critical: the total becomes 0"),
    CriticalRule.SECTION_ZERO: _("critical: the touchpoint becomes 0"),
    CriticalRule.CAP: _("critical: the total is capped at %(percent)s"),
    CriticalRule.MIN: _("critical: at least %(percent)s percent here"),
}


def stance_problem(key: str) -> tuple[str, Any]:
    return STANCE_PROBLEMS[key]


def names(words: Words, listed: Iterable[StrEnum]) -> list[str]:
    return [words.name(one) for one in listed]


def say_type(question: Question) -> str:
    return gettext("yes or no") if question.is_yes_no else str(TYPES[question.type])


def say_critical(words: Words, critical: Critical) -> str:
    said = str(RULES[critical.rule])
    return said % {"percent": words.points(critical.percent)} if critical.percent is not None else said


def say_band(words: Words, band: Band) -> str:
    """As in the file: ≤ 120: 3."""
    signs = {"<=": "≤", ">=": "≥"}
    if band.bound is None:
        return gettext("else: %(points)s", points=words.points(band.points))
    return f"{signs.get(band.relation, band.relation)} {words.points(band.bound)}: {words.points(band.points)}"
