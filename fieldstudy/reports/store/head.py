"""Part 1, one page: where the store stands, what holds and what comes first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import findings, rounding, weights
from fieldstudy.core.checklist import Method
from fieldstudy.core.figures import Figure
from fieldstudy.core.findings import CriticalFinding, Findings, Quotation, SectionFinding, Source
from fieldstudy.reports import charts, points, precision
from fieldstudy.reports.charts import Mark, ScoreLine
from fieldstudy.reports.points import Point, Points
from fieldstudy.reports.store import actions
from fieldstudy.reports.store.actions import ActionLine
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.store.photos import NumberedPhoto
from fieldstudy.reports.voice import isolated, printed, printed_ends, shortened
from fieldstudy.words import changes as change_words
from fieldstudy.words import comparisons
from fieldstudy.words import findings as said

NAME_CHARACTERS = 60
QUESTION_CHARACTERS = 110
SHORT_FACT_CHARACTERS = 64
MOST_CRITICAL = 4
MOST_PHOTOS = 4
USUAL_LINES = 26


@dataclass(frozen=True)
class Quoted:
    text: str
    source: str


@dataclass(frozen=True)
class Head:
    visits: str
    score: str
    sign: str
    spread: str
    beside: tuple[str, ...]
    line: Markup
    comparison: tuple[str, ...]
    summary: str
    strengths: Points | None
    priorities: Points | None
    critical: tuple[str, ...]
    quotation: Quoted | None

    @property
    def is_dense(self) -> bool:
        """Would it run over its one page in the usual size? Lines are estimated from the number of characters."""
        groups = [group.points for group in (self.strengths, self.priorities) if group]
        columns = [sum(3 + _lines(point.facts, 58) for point in group) for group in groups]
        quotation = 2 + 1.4 * _lines([self.quotation.text], 75) if self.quotation else 0
        return (
            max(columns, default=0) + _lines(self.critical, 100) + 1.4 * _lines([self.summary], 70) + quotation
        ) > USUAL_LINES


def _lines(texts: Iterable[str], width: int) -> int:
    return sum(-(-len(text) // width) for text in texts)


def build(case: Case, numbered: Sequence[NumberedPhoto] = (), lines: Sequence[ActionLine] = ()) -> Head:
    found, words = findings.find(case.snapshot, case.checklist), case.words
    marks = _Marks(case, numbered, lines)
    score = case.snapshot.figures.score
    return Head(
        visits=_visits(case),
        score=case.printed(score),
        sign="%" if score.value is not None else "",
        spread=_spread(case, score),
        beside=tuple(_beside(case)),
        line=_line(case),
        comparison=tuple(_comparison(case)),
        summary=_summary(case, found),
        strengths=points.strengths(words, _points(case, found.strengths, words.gettext("Lever"), marks)),
        priorities=points.priorities(words, _points(case, found.priorities, words.gettext("Lever"), marks)),
        critical=tuple(_critical(case, found.critical)),
        quotation=_quotation(case, found.quotation) if found.quotation else None,
    )


def _summary(case: Case, found: Findings) -> str:
    def label(name: str) -> str:
        return shortened(case.section(name), NAME_CHARACTERS)

    taken = points.taken(case.words, label, case.checklist, case.snapshot.figures.sections, case.before)
    return " ".join([*taken, said.summary(case.words, found, label)]).strip()


def _visits(case: Case) -> str:
    visits, words = case.snapshot.visits, case.words
    if not visits:
        return words.gettext("No visit counts yet.")
    days = [visit.started_at.date() for visit in visits]
    counts = [(method, sum(visit.method == method for visit in visits)) for method in Method]
    return words.ngettext(
        "%(num)s visit %(days)s: %(mix)s",
        "%(num)s visits %(days)s: %(mix)s",
        len(visits),
        days=words.days(min(days), max(days)),
        mix=words.listing(words.visits_of(method, count) for method, count in counts if count),
    )


def _spread(case: Case, score: Figure) -> str:
    words = case.words
    if score.base == 0:
        return words.gettext("There is no score yet.")
    if score.base == 1:
        return words.gettext("One visit: a snapshot, not yet a measurement.")
    return precision.said(words, score)


def _beside(case: Case) -> Iterator[str]:
    """Methods that do not enter the headline score are shown next to it, never mixed in."""
    known = [(method, figure) for method, figure in case.snapshot.figures.beside if figure.value is not None]
    for method, figure in known:
        yield case.words.gettext(
            "Reported separately, not in the score: %(score)s from %(visits)s.",
            score=case.printed(figure),
            visits=case.words.visits_of(method, figure.base),
        )


def overall_norm(case: Case) -> Decimal | None:
    norm = weights.overall_norm(case.checklist, case.versions)
    return None if norm is None else rounding.half_up(norm)


def _line(case: Case) -> Markup:
    snapshot, words = case.snapshot, case.words
    score, norm = printed(snapshot.figures.score), overall_norm(case)
    network = printed(snapshot.network.mean_of_store_means) if case.has_network else None
    last = printed(snapshot.last.score.printed_before) if snapshot.last else None
    ends = printed_ends(snapshot.figures.score)
    line = ScoreLine(
        value=None if score is None else Mark(float(score), words.number(score)),
        band=None if ends is None else (float(ends[0]), float(ends[1])),
        norm=_mark(norm, words.gettext("norm %(value)s", value=_number(case, norm))),
        network=_mark(network, words.gettext("network %(value)s", value=_number(case, network))),
        last=_mark(last, words.gettext("before %(value)s", value=_number(case, last))),
    )
    return charts.score_line(_line_alt(case, line), line)


def _number(case: Case, value: Decimal | None) -> str:
    return "" if value is None else case.words.number(value)


def _mark(value: Decimal | None, label: str) -> Mark | None:
    return None if value is None else Mark(float(value), label)


def _line_alt(case: Case, line: ScoreLine) -> str:
    marks = [mark.label for mark in (line.norm, line.network, line.last) if mark]
    score = line.value.label if line.value else case.not_available
    said_first = charts.score_said(case.words, printed(case.snapshot.figures.score), score)
    return "; ".join([said_first, *marks]) + "."


def _comparison(case: Case) -> Iterator[str]:
    snapshot, words = case.snapshot, case.words
    since = comparisons.since_last(words, snapshot.last, snapshot.figures.score, change_words.since_last)
    if since:
        yield since
    last = snapshot.last
    if last and last.score.is_unvaried and any(change.is_claimed for _, change in last.questions):
        yield words.gettext("What can be shown of a change stands beside its question.")
    if case.has_network:
        network = snapshot.network
        yield words.gettext(
            "Network: %(mean)s over %(stores)s stores, %(visits)s visits.",
            mean=case.printed(network.mean_of_store_means),
            stores=words.integer(network.mean_of_store_means.base),
            visits=words.integer(network.mean_of_visits.base),
        )


class _Marks:
    """Where a touchpoint's evidence and actions stand in this report."""

    def __init__(self, case: Case, numbered: Sequence[NumberedPhoto], lines: Sequence[ActionLine]) -> None:
        self._lines = lines
        self._photos: dict[str, list[str]] = {}
        for photo in numbered:
            section = case.checklist.section_of.get(photo.question)
            self._photos.setdefault(section.name if section else "", []).append(str(photo.number))

    def photos(self, section: str) -> list[str]:
        return self._photos.get(section, [])[:MOST_PHOTOS]

    def actions(self, section: str) -> list[int]:
        return actions.numbers_for(self._lines, section)


def _points(case: Case, found: Sequence[SectionFinding], lever: str, marks: _Marks) -> list[Point]:
    return [_point(case, finding, lever, marks) for finding in found]


def _point(case: Case, finding: SectionFinding, lever: str, marks: _Marks) -> Point:
    words = case.words
    notes = [f"{lever}: {words.name(finding.lever)}"] if finding.lever else []
    notes += _evidence(case, finding, marks)
    notes += [words.gettext("→ action %(number)s", number=number) for number in marks.actions(finding.section)[:1]]
    return Point(
        title=shortened(case.section(finding.section), NAME_CHARACTERS),
        score=words.number(finding.observed),
        reference=", ".join(
            part for part in (said.reference(words, finding), points.cost(words, finding.cost, case.before)) if part
        ),
        basis=points.basis(words, finding.score, finding.reference, finding.against, finding.is_clear),
        facts=_facts(case, finding),
        lever=" · ".join(notes),
    )


def _evidence(case: Case, finding: SectionFinding, marks: _Marks) -> Iterator[str]:
    words, photos = case.words, marks.photos(finding.section)
    if finding.comments:
        yield words.ngettext("%(num)s comment", "%(num)s comments", finding.comments)
    if photos:
        yield words.photos(photos)


def _facts(case: Case, finding: SectionFinding) -> tuple[str, ...]:
    """The second fact is kept only where both are short, so that page one stays one page."""
    labels = [shortened(case.question(fact.question), QUESTION_CHARACTERS) for fact in finding.facts]
    facts = tuple(said.fact(case.words, fact, label) for fact, label in zip(finding.facts, labels, strict=True))
    return facts if all(len(fact) <= SHORT_FACT_CHARACTERS for fact in facts) else facts[:1]


def _critical(case: Case, found: Sequence[CriticalFinding]) -> Iterator[str]:
    yield from (_fired(case, finding) for finding in found[:MOST_CRITICAL])
    rest = len(found) - MOST_CRITICAL
    if rest > 0:
        yield case.words.ngettext("%(num)s more rule fired.", "%(num)s more rules fired.", rest)


def _fired(case: Case, finding: CriticalFinding) -> str:
    words = case.words
    beside = words.gettext("%(number)s (an observation outside the score)")
    numbers = [beside % {"number": n} if n in finding.beside else str(n) for n in finding.visits]
    return words.ngettext(
        "%(question)s Not met in visit %(visits)s: %(effect)s.",
        "%(question)s Not met in visits %(visits)s: %(effect)s.",
        len(finding.visits),
        question=said.closed(shortened(case.question(finding.question), QUESTION_CHARACTERS)),
        visits=words.listing(numbers),
        effect=words.critical_rule(finding.rule, finding.percent, len(finding.visits)),
    )


def _quotation(case: Case, quotation: Quotation) -> Quoted:
    words = case.words
    is_jotting = quotation.source == Source.JOTTING
    source = words.gettext("Jotted on the spot") if is_jotting else words.gettext("Comment on an answer")
    at = words.moment(quotation.at) if is_jotting else words.day(quotation.at)
    visit = words.gettext("visit %(number)s", number=quotation.visit)
    section = shortened(case.section(quotation.section), NAME_CHARACTERS)
    parts = [source, f"{visit} ({words.name(quotation.method)})", at, section]
    return Quoted(words.quoted(isolated(quotation.text)), " · ".join(parts))
