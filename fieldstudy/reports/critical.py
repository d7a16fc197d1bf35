"""The critical rules that fired in many visits, in words: which, how often, and what they did."""

from collections.abc import Iterator
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.checklist import CriticalRule
from fieldstudy.core.figures import Figure
from fieldstudy.core.rules import RuleCount, Rules
from fieldstudy.reports.voice import Voice
from fieldstudy.words import Words, findings

MOST = 5
QUESTION_CHARACTERS = 120
SHORT_CHARACTERS = 60
MARKS = (CriticalRule.FLAG, CriticalRule.MIN)


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
        question=findings.closed(voice.question(one.question, QUESTION_CHARACTERS)),
        visits=words.integer(visits),
        stores=words.ngettext("%(num)s store", "%(num)s stores", one.stores),
        effect=words.critical_rule(one.rule, one.percent, one.visits),
    )


def caveat(words: Words, found: Rules, score: Figure) -> str:
    """Why `score` is not what its touchpoints add up to, and what a cost beside it does not hold."""
    return " ".join(_caveats(words, found, score))


def of_wave(voice: Voice, found: Rules, score: Figure, wave: str) -> str:
    """In one sentence, where another wave stands beside it; a rule that leaves all scores as they are is no reason."""
    fired = [one for one in found.fired if one.rule not in MARKS]
    if not fired:
        return ""
    words, named = voice.words, [_named(voice, one, found.visits) for one in fired[:MOST]]
    rest = len(fired) - MOST
    if rest > 0:
        named.append(words.ngettext("%(num)s more rule", "%(num)s more rules", rest))
    listed = "; ".join(named)
    if found.before is None or not is_seen(found, score):
        return words.ngettext(
            "In %(wave)s a critical rule fired (%(listed)s).",
            "In %(wave)s %(num)s critical rules fired (%(listed)s).",
            len(fired),
            wave=wave,
            listed=listed,
        )
    return words.ngettext(
        "In %(wave)s a critical rule fired (%(listed)s): without it the score would be %(score)s, not %(now)s.",
        "In %(wave)s %(num)s critical rules fired (%(listed)s): without them the score would be %(score)s, not "
        "%(now)s.",
        len(fired),
        wave=wave,
        listed=listed,
        score=words.number(rounding.percent(found.before)),
        now=words.number(rounding.percent(score.value or Decimal(0))),
    )


def _named(voice: Voice, one: RuleCount, visits: int) -> str:
    return voice.words.ngettext(
        "%(question)s Not met in %(num)s of %(visits)s visits, %(effect)s",
        "%(question)s Not met in %(num)s of %(visits)s visits, %(effect)s",
        one.visits,
        question=findings.closed(voice.question(one.question, SHORT_CHARACTERS)),
        visits=voice.words.integer(visits),
        effect=voice.words.critical_rule(one.rule, one.percent, one.visits),
    )


def is_seen(found: Rules, score: Figure) -> bool:
    """Would the score be printed as another number without the rules?"""
    if found.before is None or score.value is None:
        return False
    return rounding.percent(found.before) != rounding.percent(score.value)


def _caveats(words: Words, found: Rules, score: Figure) -> Iterator[str]:
    if found.changed and found.before is not None:
        yield words.ngettext(
            "In %(num)s visit a critical rule changed the score, and not the points.",
            "In %(num)s visits a critical rule changed the score, and not the points.",
            found.changed,
        )
        yield _without(words, found.before, is_seen(found, score))
        if found.overruled:
            yield _reckoned(words, found)
    if found.capped:
        yield words.ngettext(
            "%(num)s visit earned more than 100 percent and scores 100; what a gap costs is reckoned before that cap.",
            "%(num)s visits earned more than 100 percent and score 100; what a gap costs is reckoned before that cap.",
            found.capped,
        )


def _without(words: Words, before: Decimal, is_seen: bool) -> str:
    if not is_seen:
        return words.gettext("Rounded, the score would be the same without these rules.")
    return words.gettext(
        "Without these rules the score would be %(score)s.", score=words.number(rounding.percent(before))
    )


def _reckoned(words: Words, found: Rules) -> str:
    """A touchpoint that a rule set to 0 is in its cost as it is in the score: only the rules of the total are not."""
    if not found.has_zeroed:
        return words.gettext("What a gap costs is reckoned without these rules.")
    reckoned = words.gettext("What a gap costs is reckoned before the critical rules of the total.")
    return f"{reckoned} {zeroed(words, found)}"


def zeroed(words: Words, found: Rules) -> str:
    """Beside a cost that is reckoned before the rules of the total; empty where these were all that fired."""
    if not (found.overruled and found.has_zeroed):
        return ""
    return words.gettext("A touchpoint that a rule set to 0 counts as 0 in its cost.")


def before(words: Words, found: Rules) -> str:
    """What a cost is reckoned before, so that none claims what never came off a score; empty where nothing is."""
    if found.overruled and found.capped:
        return words.gettext("before the critical rules of the total and the cap at 100")
    if found.overruled:
        return words.gettext("before the critical rules of the total")
    return words.gettext("before the cap at 100") if found.capped else ""
