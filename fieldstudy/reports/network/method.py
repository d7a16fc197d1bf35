"""How the network's figures were measured, with the exact statements that page one says in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass

from fieldstudy.core.editions import EditionChange
from fieldstudy.core.figures import Formula
from fieldstudy.core.networks import LastNetwork
from fieldstudy.reports import rules
from fieldstudy.reports.again import again, frozen
from fieldstudy.reports.network import league
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.rules import Fact
from fieldstudy.reports.store import grounds
from fieldstudy.reports.voice import isolated
from fieldstudy.words import grounds as place


@dataclass(frozen=True)
class Source:
    """`edition` is None before the release; an edition from before networks were frozen was computed anew."""

    edition: int | None
    is_frozen: bool = True
    reason: str = ""
    change: EditionChange | None = None


@dataclass(frozen=True)
class MethodPart:
    facts: tuple[Fact, ...]
    formulas: tuple[Fact, ...]
    sha256: str


def build(case: Case, source: Source, sha256: str) -> MethodPart:
    facts = (Fact(term, (text,)) for term, text in _facts(case, source) if text)
    return MethodPart(tuple(facts), tuple(Fact(term, (text,)) for term, text in _formulas(case) if text), sha256)


def _facts(case: Case, source: Source) -> Iterator[tuple[str, str]]:
    words, voice = case.voice.words, case.voice
    yield words.gettext("Purpose"), isolated(case.snapshot.facts.purpose)
    others = rules.other_checklists(voice, case.snapshot.facts.other_checklists)
    yield words.gettext("Sample"), " ".join((_sample(case), *others))
    yield words.gettext("Checklist"), rules.checklist(voice, case.snapshot.facts.versions)
    yield words.gettext("Total of a visit"), " ".join(rules.total(voice, case.snapshot.facts.versions))
    yield words.gettext("Norms"), rules.norms(voice)
    yield words.gettext("Grounds"), " ".join(_grounds(case))
    yield words.gettext("Edition"), " ".join((_edition(case, source), *again(words, source.reason, source.change)))
    yield (
        words.gettext("Staff"),
        words.gettext("This report is about places and times. It contains no figure about one member of staff."),
    )


def _sample(case: Case) -> str:
    words, visits = case.voice.words, [line.visits for line in case.snapshot.stores]
    counted = words.ngettext("%(num)s visit counts for the score", "%(num)s visits count for the score", sum(visits))
    if len(visits) < 2:
        return counted + "."
    least, most = words.integer(min(visits)), words.integer(max(visits))
    if least == most:
        spread = words.gettext("%(count)s in each store", count=least)
    else:
        spread = words.gettext("from %(least)s to %(most)s in each store", least=least, most=most)
    return f"{counted}, {spread}."


def _grounds(case: Case) -> Iterator[str]:
    words, grounds = case.voice.words, case.snapshot.grounds
    if grounds.evidence_share is not None:
        yield place.on_evidence(words, grounds.evidence_share)
    yield from place.in_store(words, grounds)


def _edition(case: Case, source: Source) -> str:
    words = case.voice.words
    if source.edition is not None and not source.is_frozen:
        return words.gettext(
            "%(number)s: this edition froze the stores only; the network was computed anew from the visits that "
            "count today.",
            number=source.edition,
        )
    return frozen(words, source.edition)


def _formulas(case: Case) -> Iterator[tuple[str, str]]:
    voice, words, network = case.voice, case.voice.words, case.snapshot.network
    yield words.gettext("Network"), _named(rules.network_mean(voice, case.score), case.score.formula)
    yield words.gettext("Other means"), _named(_others(case), network.mean_of_visits.formula, network.pooled.formula)
    said = words.gettext("Mean of the visits that count, with a 95 percent t interval; none from fewer than three.")
    yield words.gettext("Store"), _named(said, Formula.MEAN_OF_VISITS_T)
    yield words.gettext("Group"), _group(case)
    if case.snapshot.last is not None:
        yield words.gettext("Change"), _change(case, case.snapshot.last)
    said = words.gettext(
        "Yes divided by yes and no, pooled over the stores; the interval comes from the rates of the stores."
    )
    yield words.gettext("Question"), _named(said, Formula.RATE_T_OVER_STORES)
    yield from _of_the_experience(case)
    if case.snapshot.paths.moves:
        yield words.gettext("Median"), _named(words.gettext("Linear between the two nearest values."), Formula.QUANTILE)
    if case.snapshot.heterogeneity.within_stores:
        yield words.gettext("Visits needed"), grounds.how_needed(words)


def _group(case: Case) -> str:
    if not case.snapshot.are_groups_corrected:
        return league.rule(case)
    return case.voice.words.gettext(
        "Above or below where the store's 95 percent interval leaves out the mean of the other stores, and a t test "
        "against that mean, with the spread of the visits of all stores, holds among all stores (Holm; 2.5 percent for "
        "one false claim among them)."
    )


def _change(case: Case, last: LastNetwork) -> str:
    words = case.voice.words
    if last.basis.overlap is None:
        tests = words.gettext(
            "Paired t test of the means of the stores that both waves have; where six or more of them all moved by "
            "the same amount, the sign test; else Welch's test of all stores."
        )
    else:
        tests = words.gettext(
            "Paired t test of the stores that both waves have, and of no others; where six or more of them all moved "
            "by the same amount, the sign test."
        )
    rule = words.gettext(
        "All changes of this report, those of its stores too, are judged together (Benjamini–Hochberg, q = 0.10), and "
        "the 95 percent interval of the change must leave out 0. A store alone: Welch's test of its visits; in its "
        "own report it is judged with fewer others. Last wave: %(wave)s.",
        wave=isolated(last.name),
    )
    return f"{tests} {rule}"


def _of_the_experience(case: Case) -> Iterator[tuple[str, str]]:
    words = case.voice.words
    said = words.gettext("Weighted mean of the answers, each between 0 and 1; what was expected never enters.")
    yield words.gettext("Grid, pyramid"), _named(said, Formula.WEIGHTED_ANSWERS_T)
    if case.snapshot.harmony.value is not None:
        said = words.gettext("1 − population standard deviation of the touchpoints' percents ÷ 50, unweighted.")
        yield words.gettext("Harmony"), _named(said, Formula.HARMONY)
    if any(gap.observed.formula == Formula.POINTS_OF_ANSWERS for gap in case.snapshot.gaps):
        said = words.gettext("Points earned divided by points possible over the answers to a question; no interval.")
        yield words.gettext("Points"), _named(said, Formula.POINTS_OF_ANSWERS)
    if case.snapshot.gaps:
        yield words.gettext("Cost of a gap"), rules.cost_of_a_gap(words)


def _named(said: str, *formulas: Formula) -> str:
    """With the names under which the data know these formulas, and their versions."""
    return f"{said} [{', '.join(formula.versioned for formula in formulas)}]" if said else ""


def _others(case: Case) -> str:
    words, network = case.voice.words, case.snapshot.network
    if network.mean_of_visits.value is None or network.pooled.value is None:
        return ""
    return words.gettext(
        "Mean of all visits %(visits)s; points earned divided by points possible %(pooled)s. They weigh stores with "
        "more visits, and visits with more questions, more heavily.",
        visits=words.percent(network.mean_of_visits.value, 1),
        pooled=words.percent(network.pooled.value, 1),
    )
