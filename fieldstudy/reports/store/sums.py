"""Behind part 10: every figure of the store opened."""

from collections.abc import Iterable, Iterator
from itertools import chain

from fieldstudy.core import experience, networks, rounding, snapshots
from fieldstudy.core import grounds as resting
from fieldstudy.core.checklist import ExPro, Section
from fieldstudy.core.experience import Expectation
from fieldstudy.core.figures import ZERO, Figure, Formula, SectionFigure
from fieldstudy.core.gaps import Gap
from fieldstudy.core.snapshots import VisitRecord
from fieldstudy.reports import sums
from fieldstudy.reports.store import priorities
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.store.experience import BONDS
from fieldstudy.reports.sums import Found, NotApplicable, Sum, Sums
from fieldstudy.reports.voice import printed, shortened


def build(case: Case) -> Sums | None:
    """None where there is no figure to open."""
    words, na = case.words, NotApplicable(case.checklist, case.headline_answers)
    groups = (
        sums.group(
            words.gettext("The store and its touchpoints"),
            Formula.MEAN_OF_VISITS_T,
            (("", (one,)) for one in _scores(case)),
        ),
        sums.group(words.gettext("The grid, the pyramid and the bond"), Formula.WEIGHTED_ANSWERS_T, _answers(case, na)),
        sums.group(words.gettext("The gaps"), Formula.WILSON, [("", list(_gaps(case, na)))]),
        sums.group(words.gettext("Feelings and grounds"), None, _feelings_and_grounds(case)),
    )
    return sums.sums(_key(case), groups)


def _key(case: Case) -> str:
    return case.words.gettext(
        "What was divided by what, then base, N/A and weight, and at the end between which percents the true value may "
        "lie (95 times of 100). The rates of single questions are opened where they stand."
    )


# The score and the touchpoints


def _scores(case: Case) -> Iterator[Sum]:
    snapshot, words, voice = case.snapshot, case.words, case.voice
    if snapshot.figures.score.value is not None:
        yield sums.of_figure(voice, words.gettext("Overall experience"), snapshot.figures.score, _overall(case))
    for section in case.checklist.sections:
        found = case.section_figures.get(section.name)
        if found is not None and found.score.value is not None:
            yield _section(case, section, found)
        elif found is not None:
            yield from sums.taken_away(voice, found, case.versions)
    if case.has_network:
        score = snapshot.network.mean_of_store_means
        units = words.ngettext("mean of %(num)s store", "mean of %(num)s stores", score.base)
        yield sums.of_figure(voice, words.gettext("Network"), score, [units])
    yield from sums.harmony(voice, networks.harmony(snapshot.figures.sections), snapshot.figures.sections)


def _overall(case: Case) -> Iterator[str]:
    """With what a visit was before a critical rule changed it."""
    words, visits = case.words, case.headline_visits()
    finals = [visit.final for visit in visits if visit.final is not None]
    yield sums.mean(words, finals, _visits(case, len(finals)))
    for visit in visits:
        if visit.raw is not None and visit.raw != visit.final:
            yield words.gettext(
                "visit %(number)s was %(raw)s before the rule",
                number=visit.number,
                raw=words.number(rounding.percent(visit.raw, 1), 1),
            )


def _section(case: Case, section: Section, found: SectionFigure) -> Sum:
    rows = [(visit, score) for visit in case.headline_visits() for score in visit.sections]
    own = [(visit, score) for visit, score in rows if score.section == section.name and score.fraction is not None]
    fractions = [score.fraction for _, score in own if score.fraction is not None]
    zeroed = [visit for visit, score in own if score.is_zeroed]
    parts = chain(
        [sums.mean(case.words, fractions, _visits(case, len(fractions)))],
        _zeroed(case, zeroed),
        sums.points_and_weight(case.voice, found, case.versions),
    )
    return sums.of_figure(case.voice, case.section(section.name), found.score, parts)


def _zeroed(case: Case, visits: list[VisitRecord]) -> Iterator[str]:
    if visits:
        numbers = case.words.listing(str(visit.number) for visit in visits)
        yield case.words.ngettext(
            "visit %(numbers)s set to 0 by a rule",
            "visits %(numbers)s set to 0 by a rule",
            len(visits),
            numbers=numbers,
        )


def _visits(case: Case, count: int) -> str:
    return case.words.ngettext("%(num)s visit", "%(num)s visits", count)


# The experience


def _answers(case: Case, na: NotApplicable) -> Iterator[Found]:
    """Σ w·x ÷ Σ w over the answers."""
    words, answers = case.words, case.headline_answers
    for expro in ExPro:
        cells = [cell for cell in case.grid.cells if cell.expro == expro]
        yield (
            words.label(expro),
            _known(case, ((words.name(cell.sem), cell.figure, na.of_cell(cell)) for cell in cells)),
        )
    levels = experience.pyramid(case.checklist, answers)
    yield (
        words.gettext("The pyramid"),
        _known(case, ((words.name(level), figure, na.of_level(level)) for level, figure in levels)),
    )
    bonds = ((role, label, experience.of_role(case.checklist, answers, role)) for role, label in BONDS)
    yield (
        words.gettext("The bond it leaves"),
        _known(case, ((words.gettext(label), figure, na.of_role(role)) for role, label, figure in bonds)),
    )
    pairs = [pair for pair in experience.expectations(case.checklist, answers) if pair.gap is not None]
    label = words.gettext("What was found, less what was expected")
    yield label, [_expectation(case, pair) for pair in pairs]


def _known(case: Case, figures: Iterable[tuple[str, Figure | None, int]]) -> list[Sum]:
    return [one for name, figure, na in figures for one in sums.known(case.voice, name, figure, na)]


def _expectation(case: Case, pair: Expectation) -> Sum:
    """260.0 ÷ 4 visits − 300.0 ÷ 4 visits, over the visits that have both."""
    words, sides = case.words, (pair.perceived, pair.expected)
    found, hoped = (printed(side) or ZERO for side in sides)
    visits = _visits(case, pair.perceived.base)
    text = " − ".join(sums.total(words, [(side.value or ZERO) * side.base], visits) for side in sides)
    name = shortened(case.question(pair.question), sums.NAME_CHARACTERS)
    return Sum(name, words.gap(found, hoped), text, pair.perceived.formula.versioned)


# Gaps, feelings, grounds


def _gaps(case: Case, na: NotApplicable) -> Iterator[Sum]:
    """As many as the table of gaps shows."""
    for found in priorities.ranked(case)[: priorities.MOST]:
        yield sums.gap(case.voice, found, _observed(case, found, na))


def _observed(case: Case, found: Gap, na: NotApplicable) -> Iterator[str]:
    yield sums.division(case.words, found.observed)
    yield from sums.not_applicable(case.words, na.of_question(found.name))


def _feelings_and_grounds(case: Case) -> Iterator[Found]:
    words = case.words
    yield words.gettext("How it felt, from −2 to +2"), list(sums.feelings(case.voice, case.snapshot.curve))
    found = resting.grounds(case.checklist, map(snapshots.as_grounded, case.headline_visits()))
    yield words.gettext("What the points rest on"), list(sums.grounds(case.voice, found))
