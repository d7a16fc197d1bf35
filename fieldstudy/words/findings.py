"""Findings as sentences."""

from collections.abc import Callable

from fieldstudy.core.findings import (
    Against,
    Fact,
    Findings,
    MedianFact,
    MomentsOfTruth,
    PointsFact,
    SectionFinding,
    YesFact,
)
from fieldstudy.words import Words

WORD_JOINER = "\N{WORD JOINER}"

Label = Callable[[str], str]
"""The text of a question or section by its name, in the reader's language."""


def is_closed(label: str) -> bool:
    """May a sentence follow it as it is?"""
    return label.rstrip().endswith(("?", "!", ".", ":", "…"))


def closed(label: str) -> str:
    return label if is_closed(label) else f"{label}."


def fact(words: Words, fact: Fact, label: str) -> str:
    """The question, then what the visits say of it."""
    said = _turned(words, fact, _said(words, fact))
    if is_closed(label):
        return f"{label.rstrip()} {words.capital(said)}."
    return f"{label}: {said}."


def _turned(words: Words, fact: Fact, said: str) -> str:
    """That a yes, or more of it, is what is not wanted cannot be seen in the number. Points are right as they stand."""
    if isinstance(fact, PointsFact) or not fact.is_reverse:
        return said
    wanted = words.gettext("less is better")
    return f"{said} ({wanted})"


def _said(words: Words, fact: Fact) -> str:
    match fact:
        case YesFact():
            return _yes(words, fact)
        case MedianFact():
            return _median(words, fact)
        case PointsFact():
            return words.points_of(fact.earned, fact.possible)


def _median(words: Words, fact: MedianFact) -> str:
    value = words.seconds(fact.value) if fact.is_seconds else words.points(fact.value)
    said = value if fact.base == 1 else words.gettext("median %(value)s", value=value)
    if not fact.is_seconds or fact.standard is None:
        return said
    standard = words.seconds(fact.standard)
    return words.gettext("%(said)s (standard %(standard)s)", said=said, standard=standard)


def _yes(words: Words, fact: YesFact) -> str:
    if fact.yes in (0, fact.base):
        return _alike(words, fact)
    return words.ngettext(
        "yes in %(num)s of %(base)s visits",
        "yes in %(num)s of %(base)s visits",
        fact.yes,
        base=words.integer(fact.base),
    )


def _alike(words: Words, fact: YesFact) -> str:
    """All visits are those that answered it: one may not have been asked, or found that it did not apply."""
    if not fact.is_every and fact.base == 2:
        both = words.gettext("yes in both visits with an answer"), words.gettext("no in both visits with an answer")
        return both[0] if fact.yes else both[1]
    if not fact.is_every and fact.yes:
        return words.ngettext(
            "yes in the one visit with an answer", "yes in all %(num)s visits with an answer", fact.base
        )
    if not fact.is_every:
        return words.ngettext(
            "no in the one visit with an answer", "no in all %(num)s visits with an answer", fact.base
        )
    if fact.base == 2:
        return words.gettext("yes in both visits") if fact.yes else words.gettext("no in both visits")
    if fact.yes:
        return words.ngettext("yes in the one visit", "yes in all %(num)s visits", fact.base)
    return words.ngettext("no in the one visit", "no in all %(num)s visits", fact.base)


def summary(words: Words, findings: Findings, label: Label) -> str:
    """One or two sentences, made by rule, that say how the store stands."""
    sentences = (_best_and_worst(words, findings, label), _moments(words, findings.moments))
    return " ".join(sentence for sentence in sentences if sentence)


def _best_and_worst(words: Words, findings: Findings, label: Label) -> str:
    best, first = next(iter(findings.strengths), None), next(iter(findings.priorities), None)
    said = _named(words, best, first, label, findings.has_ruled_lead)
    return " ".join(part for part in (said, _unsure(words, best, first)) if part)


def _named(
    words: Words, best: SectionFinding | None, first: SectionFinding | None, label: Label, is_ruled: bool
) -> str:
    """`is_ruled`: what does best is no strength, since a critical rule fired there."""
    if first is None:
        return _leading(words, best, label, is_ruled) if best else ""
    worst = _against(words, first, label)
    if best is None and is_ruled:
        return words.gettext(
            "Only touchpoints in which a critical rule fired do better than expected; the gap that costs most is at "
            "%(worst)s.",
            worst=worst,
        )
    if best is None:
        return words.gettext(
            "No touchpoint does better than expected; the gap that costs most is at %(worst)s.", worst=worst
        )
    name = _name(words, best, label)
    if is_ruled:
        return words.gettext(
            "Of the touchpoints in which no critical rule fired, %(best)s does best against what is expected. The gap "
            "that costs most is at %(worst)s.",
            best=name,
            worst=worst,
        )
    return words.gettext(
        "Against what is expected, %(best)s does best. The gap that costs most is at %(worst)s.", best=name, worst=worst
    )


def _leading(words: Words, best: SectionFinding, label: Label, is_ruled: bool) -> str:
    name = _name(words, best, label)
    if is_ruled:
        return words.gettext(
            "No touchpoint stays below what is expected of it; of those in which no critical rule fired, %(best)s "
            "leads.",
            best=name,
        )
    return words.gettext("No touchpoint stays below what is expected of it; %(best)s leads.", best=name)


def _unsure(words: Words, best: SectionFinding | None, first: SectionFinding | None) -> str:
    """One rule for a strength and for a gap (core.gaps.told)."""
    if best is not None and first is not None and not best.is_clear and not first.is_clear:
        if best.score.base != first.score.base:
            return words.gettext("With so few visits, chance may still explain both.")
        return words.ngettext(
            "It is one visit: chance may explain both.",
            "With %(num)s visits, chance may still explain both.",
            best.score.base,
        )
    if first is not None and not first.is_clear:
        return words.ngettext(
            "It is one visit: chance may explain that gap.",
            "With %(num)s visits, chance may still explain that gap.",
            first.score.base,
        )
    if best is not None and not best.is_clear:
        return words.ngettext(
            "It is one visit: chance may explain that strength.",
            "With %(num)s visits, chance may still explain that strength.",
            best.score.base,
        )
    return ""


def _name(words: Words, finding: SectionFinding, label: Label) -> str:
    """In quotation marks, and never broken at a hyphen: «E-mail» stays whole in a headline."""
    return words.quoted(label(finding.section).replace("-", f"-{WORD_JOINER}"))


def _against(words: Words, finding: SectionFinding, label: Label) -> str:
    values = {
        "name": _name(words, finding, label),
        "observed": words.points(finding.observed),
        "reference": words.points(finding.reference),
    }
    if finding.against == Against.NORM:
        return words.gettext("%(name)s, %(observed)s where the norm is %(reference)s", **values)
    return words.gettext("%(name)s, %(observed)s where the network stands at %(reference)s", **values)


def _moments(words: Words, moments: MomentsOfTruth) -> str:
    if moments.of == 0:
        return ""
    if moments.below == 0:
        return words.ngettext(
            "The moment of truth is not below its norm.", "No moment of truth is below its norm.", moments.of
        )
    if moments.clear < moments.below:
        return _unclear_moments(words, moments)
    if moments.of == 1:
        return words.gettext("The moment of truth is below its norm.")
    if moments.below == moments.of:
        return words.gettext("All moments of truth are below their norm.")
    return words.ngettext(
        "One of %(of)s moments of truth is below its norm.",
        "%(below)s of %(of)s moments of truth are below their norm.",
        moments.below,
        below=words.capital(words.count(moments.below)),
        of=words.count(moments.of),
    )


def _unclear_moments(words: Words, moments: MomentsOfTruth) -> str:
    """Below it as observed, but the visits leave room for the norm."""
    if moments.of == 1:
        return words.gettext("The moment of truth is below its norm, but not clearly.")
    if moments.below == moments.of:
        return _all_unclear(words, moments)
    below, of = words.capital(words.count(moments.below)), words.count(moments.of)
    if not moments.clear:
        return words.ngettext(
            "One of %(of)s moments of truth is below its norm, but not clearly.",
            "%(below)s of %(of)s moments of truth are below their norm, none of them clearly.",
            moments.below,
            below=below,
            of=of,
        )
    return words.gettext(
        "%(below)s of %(of)s moments of truth are below their norm, %(clear)s of them clearly.",
        below=below,
        of=of,
        clear=words.count(moments.clear),
    )


def _all_unclear(words: Words, moments: MomentsOfTruth) -> str:
    """Nobody says "four of four"."""
    if moments.of == 2:
        return (
            words.gettext("Both moments of truth are below their norm, one of them clearly.")
            if moments.clear
            else words.gettext("Both moments of truth are below their norm, neither of them clearly.")
        )
    if not moments.clear:
        return words.gettext(
            "All %(of)s moments of truth are below their norm, none of them clearly.", of=words.count(moments.of)
        )
    return words.gettext(
        "All %(of)s moments of truth are below their norm, %(clear)s of them clearly.",
        of=words.count(moments.of),
        clear=words.count(moments.clear),
    )


def reference(words: Words, finding: SectionFinding) -> str:
    """What a strength or priority is held against; by how much, only where it is missed."""
    value = words.points(finding.reference)
    if finding.against == Against.NORM:
        held = words.gettext("norm %(value)s", value=value)
    else:
        held = words.gettext("no norm, network %(value)s", value=value)
    if finding.gap > 0:
        return held
    return held + ", " + words.gettext("gap %(gap)s", gap=words.signed(finding.gap))
