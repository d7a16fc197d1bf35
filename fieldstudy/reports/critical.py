"""The critical rules that fired in many visits, in words: which, how often, and what they did."""

from collections.abc import Iterator

from fieldstudy.core import rounding
from fieldstudy.core.rules import RuleCount, Rules
from fieldstudy.reports.voice import Voice
from fieldstudy.words import Words

MOST = 5
QUESTION_CHARACTERS = 120


def said(voice: Voice, found: Rules) -> Iterator[str]:
    yield from (_fired(voice, one, found.visits) for one in found.fired[:MOST])
    rest = len(found.fired) - MOST
    if rest > 0:
        yield voice.words.ngettext("%(num)s more rule fired.", "%(num)s more rules fired.", rest)


def _fired(voice: Voice, one: RuleCount, visits: int) -> str:
    words = voice.words
    return words.ngettext(
        "%(question)s Not met in %(num)s of %(visits)s visits, in %(stores)s: %(effect)s.",
        "%(question)s Not met in %(num)s of %(visits)s visits, in %(stores)s: %(effect)s.",
        one.visits,
        question=voice.question(one.question, QUESTION_CHARACTERS),
        visits=words.integer(visits),
        stores=words.ngettext("%(num)s store", "%(num)s stores", one.stores),
        effect=words.critical_rule(one.rule, one.percent),
    )


def caveat(words: Words, found: Rules) -> str:
    """Why the score is not what its touchpoints add up to, and what a cost beside it does not hold."""
    if not found.changed or found.before is None:
        return ""
    changed = words.ngettext(
        "In %(num)s visit a critical rule changed the score, and not the points.",
        "In %(num)s visits a critical rule changed the score, and not the points.",
        found.changed,
    )
    without = words.gettext(
        "Without these rules the score would be %(score)s; what a gap costs is reckoned without them too.",
        score=words.number(rounding.percent(found.before)),
    )
    return f"{changed} {without}"
