"""One row of the survey sheet that asks something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fieldstudy.core import answers, conditions, internal, scoring
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import (
    AUTOMATIC,
    CHOICES,
    NUMBERS,
    Band,
    Checklist,
    Critical,
    CriticalRule,
    EvidenceKind,
    ExPro,
    Level,
    Method,
    NormBy,
    Option,
    Question,
    QuestionType,
    Section,
    Sem,
    Text,
)
from fieldstudy.exchange.xlsform.cells import LARGEST, Cells
from fieldstudy.exchange.xlsform.choices import Lists
from fieldstudy.exchange.xlsform.types import Kind

ROLES = ("engagement", "outcome_return", "outcome_recommend", "ease", "effectiveness")
EXPECTATION_OF = "expectation_of:"


@dataclass(frozen=True)
class Surroundings:
    """What the groups around a question hand down: who may answer, and the conditions of groups within groups."""

    methods: tuple[Method, ...] = tuple(Method)
    relevants: tuple[str, ...] = ()


def read_question(cells: Cells, kind: Kind, lists: Lists, around: Surroundings) -> Question:
    question = Question(
        name=_name(cells, kind),
        type=_type(cells, kind),
        options=_options(cells, kind, lists),
        **_asking(cells, kind, around),
        **_counting(cells, around),
        **_meaning(cells),
    )
    question = replace(question, **_scoring(cells, question), **_range(cells, question))
    _check_internal(cells, question)
    _check_calculation(cells, question)
    _check_default(cells, question)
    return question


def _name(cells: Cells, kind: Kind) -> str:
    if kind.type == QuestionType.NOTE and not cells["name"]:
        return f"generated_note_name_{cells.number}"
    return cells.name()


def _type(cells: Cells, kind: Kind) -> QuestionType:
    if "timer" not in cells["appearance"].split():
        return kind.type
    if kind.type != QuestionType.INTEGER:
        cells.refuse("timer_is_integer", "appearance", type=kind.type)
    return QuestionType.TIMER


def _options(cells: Cells, kind: Kind, lists: Lists) -> tuple[Option, ...]:
    if kind.type not in CHOICES:
        return ()
    if kind.list_name not in lists:
        cells.refuse("list_missing", "type", value=kind.list_name)
    return lists.get(kind.list_name, ())


def _asking(cells: Cells, kind: Kind, around: Surroundings) -> dict[str, Any]:
    for column in ("choice_filter", "trigger"):
        if cells[column]:
            cells.refuse("column_not_supported", column, value=cells[column])
    label, hint = cells.texts("label"), cells.texts("hint")
    if not label and not hint and kind.type not in AUTOMATIC:
        cells.refuse("missing_cell", "label")
    elif not label and kind.type not in AUTOMATIC:
        cells.note("label_missing", "label", value=cells["name"])
    return {
        "label": label or Text({"": cells["name"]}),
        "hint": hint,
        "is_required": cells.yes_no("required"),
        "required_message": cells.texts("required_message"),
        "relevant": _relevant(cells, around),
        "constraint": cells.condition("constraint"),
        "constraint_message": cells.texts("constraint_message"),
        "calculation": cells.condition("calculation"),
        "default": cells["default"],
        "is_read_only": cells.yes_no("read_only"),
        "appearance": cells["appearance"],
    }


def _relevant(cells: Cells, around: Surroundings) -> str:
    parts = [text for text in (*around.relevants, cells.condition("relevant")) if text]
    whole = parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)
    if len(whole) > conditions.LENGTH_LIMIT:
        cells.refuse("condition_too_long", "relevant", text=whole[:100], position=conditions.LENGTH_LIMIT)
        return ""
    return whole


def _counting(cells: Cells, around: Surroundings) -> dict[str, Any]:
    weight = cells.exact("weight", low=Decimal(0))
    own = cells.words("methods", Method) or tuple(Method)
    methods = tuple(method for method in own if method in around.methods)
    if not methods:
        cells.refuse("methods_outside_section", "methods", value=cells["methods"], allowed=", ".join(around.methods))
    return {
        "weight": Decimal(1) if weight is None else weight,
        "norm": cells.percent("norm"),
        "norm_by": cells.word("norm_by", NormBy) or NormBy.MANAGER,
        "methods": methods,
        "is_bonus": cells.yes_no("bonus"),
        "is_reverse": cells.yes_no("reverse"),
        "standard": cells.exact("standard"),
        "tolerated": cells.exact("tolerated"),
    }


def _meaning(cells: Cells) -> dict[str, Any]:
    return {
        "expro": cells.word("expro", ExPro),
        "sem": cells.words("sem", Sem),
        "level": cells.word("level", Level) or Level.EFFICIENCY,
        "role": _role(cells),
        "evidence": cells.word("evidence", EvidenceKind) or EvidenceKind.NONE,
        "internal": cells.yes_no("internal") if cells["internal"] else None,
    }


def _role(cells: Cells) -> str:
    text = "".join(cells["role"].split())
    if text.lower().startswith(EXPECTATION_OF) and len(text) > len(EXPECTATION_OF):
        return EXPECTATION_OF + text[len(EXPECTATION_OF) :]
    if text and text.lower() not in ROLES:
        allowed = ", ".join((*ROLES, "expectation_of:QUESTION"))
        cells.refuse("unknown_value", "role", value=cells["role"], allowed=allowed)
        return ""
    return text.lower()


def _scoring(cells: Cells, question: Question) -> dict[str, Any]:
    bands = _bands(cells, question)
    has_points = bool(bands) or any(option.points is not None for option in question.options)
    is_scored = cells.yes_no("scored", has_points)
    if is_scored and not has_points:
        cells.note("scored_without_points", "scored", value=question.name)
    critical = _critical(cells)
    if critical and (question.is_bonus or not replace(question, bands=bands).can_miss):
        cells.note("critical_never_fires", "critical", value=question.name)
    if question.is_reverse and _earns_with_more(replace(question, bands=bands)):
        cells.note("reverse_earns_with_more", "reverse", value=question.name)
    for column in ("standard", "tolerated"):
        if cells[column] and question.type != QuestionType.TIMER:
            cells.note("only_for_timers", column, value=question.name)
    return {"bands": bands, "is_scored": is_scored and has_points, "critical": critical}


_MONEY = re.compile(
    r"[€$£]|\b(euros?|eur|usd|gbp|chf|dollars?|dollari|sterline|franchi|refund\w*|reimburse\w*|expenses?|fees?|rimbors\w*"
    r"|compens[oi]|spes[ae])\b",
    re.IGNORECASE,
)
_FOR_FIGURES = ("norm", "standard", "tolerated", "critical", "expro", "sem", "role")


def _check_internal(cells: Cells, question: Question) -> None:
    """A score has to add up from what the client sees; money is never guessed, so its author is asked to say."""
    if question.internal and internal.counts(question):
        key = "internal_with_points" if question.is_scored else "internal_with_rule"
        cells.refuse(key, "internal", value=question.name)
    if question.internal:
        for column in _FOR_FIGURES:
            if cells[column]:
                cells.note("no_effect_on_internal", column, value=cells[column])
    elif question.internal is None and not internal.is_internal(question) and _is_about_money(question):
        cells.note("money_not_marked", "internal", value=question.name)


def _is_about_money(question: Question) -> bool:
    is_open = question.type in NUMBERS | {QuestionType.TEXT, QuestionType.HIDDEN, QuestionType.CALCULATE}
    return is_open and any(_MONEY.search(text) for text in question.label.by_language.values())


def _earns_with_more(question: Question) -> bool:
    """Does yes earn more than no, or the highest number more than the lowest?"""
    ends = ("no", "yes") if question.is_yes_no else ("-999999", "999999")
    least, most = (scoring.points_earned(question, Answer(question.name, value)) for value in ends)
    return most > least


_BAND = re.compile(r"(?:(?P<relation><=|>=|<|>|=)\s*(?P<bound>[^:]+?)|(?P<otherwise>else))\s*:\s*(?P<points>.+)", re.I)


def _bands(cells: Cells, question: Question) -> tuple[Band, ...]:
    """Written as <=120:3; <=300:1; else:0"""
    parts = [part.strip() for part in cells["bands"].replace("≤", "<=").replace("≥", ">=").split(";")]
    parts = [part for part in parts if part]
    if parts and question.type not in NUMBERS:
        cells.refuse("bands_need_a_number", "bands", type=question.type)
        return ()
    bands = [_band(cells, part) for part in parts]
    if any(band and not band.relation for band in bands[:-1]):
        cells.refuse("else_is_last", "bands", value=cells["bands"])
    return tuple(band for band in bands if band)


def _band(cells: Cells, part: str) -> Band | None:
    found = _BAND.fullmatch(part)
    if not found:
        cells.refuse("band_not_understood", "bands", value=part)
        return None
    points = cells.exact_text("bands", found["points"])
    bound = None if found["otherwise"] else cells.exact_text("bands", found["bound"])
    if points is None or (bound is None and not found["otherwise"]):
        return None
    return Band(found["relation"] or "", bound, points)


_CRITICAL = re.compile(r"(?P<rule>flag|total_zero|section_zero|(?P<graded>cap|min))(?::(?P<percent>.+))?")


def _critical(cells: Cells) -> Critical | None:
    text = "".join(cells["critical"].lower().split())
    if not text:
        return None
    found = _CRITICAL.fullmatch(text)
    if not found or bool(found["graded"]) != bool(found["percent"]):
        allowed = "flag, total_zero, section_zero, cap:N, min:N"
        cells.refuse("unknown_value", "critical", value=cells["critical"], allowed=allowed)
        return None
    if not found["graded"]:
        return Critical(CriticalRule(found["rule"]))
    percent = cells.exact_text("critical", found["percent"].removesuffix("%"), Decimal(0), Decimal(100))
    return Critical(CriticalRule(found["rule"]), percent)


_PARAMETER = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")


def _range(cells: Cells, question: Question) -> dict[str, Any]:
    """A range without a start, end or step goes from 1 to 10 in steps of 1, as in every form tool."""
    given = {name.lower(): value for name, value in _PARAMETER.findall(cells["parameters"])}
    expected = ("start", "end", "step") if question.type == QuestionType.RANGE else ()
    left_out = [name for name in given if name not in expected]
    if left_out or (cells["parameters"] and not given):
        cells.note("parameters_left_out", "parameters", value=", ".join(left_out) or cells["parameters"])
    if question.type != QuestionType.RANGE:
        return {}
    start = cells.exact_text("parameters", given.get("start", "1"))
    end = cells.exact_text("parameters", given.get("end", "10"))
    step = cells.exact_text("parameters", given.get("step", "1"), low=Decimal("0.0001"), high=LARGEST)
    if start is not None and end is not None and step is not None and (end <= start or (end - start) % step):
        cells.refuse("range_not_understood", "parameters", start=start, end=end, step=step)
    return {"range_start": start, "range_end": end, "range_step": step}


def _check_calculation(cells: Cells, question: Question) -> None:
    is_silent = question.type in (QuestionType.CALCULATE, QuestionType.HIDDEN) or question.is_read_only
    if cells["calculation"] and not is_silent:
        cells.refuse("calculation_not_here", "calculation", type=question.type)
    if question.type == QuestionType.CALCULATE and not cells["calculation"]:
        cells.refuse("missing_cell", "calculation")


def _check_default(cells: Cells, question: Question) -> None:
    """A default is an answer like any other, so it is judged where answers are judged."""
    if not question.default:
        return
    if "${" in question.default or re.search(r"\w\(.*\)", question.default):
        cells.refuse("default_not_fixed", "default", value=question.default)
    elif question.is_asked and not question.is_read_only:
        for problem in _problems_of(question, question.default.split() if question.options else [question.default]):
            cells.refuse(problem.key, "default", **problem.values)


def _problems_of(question: Question, values: Sequence[str]) -> Sequence[answers.Problem]:
    alone = replace(question, relevant="", constraint="", is_required=False)
    checklist = Checklist("", Text(), (Section("only", Text(), (alone,)),))
    return answers.read(checklist, {answers.answer_field(question.name): values}, date.min).problems
