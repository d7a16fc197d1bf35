"""Part 5: question by question, the failed first, with the answer of every visit."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fieldstudy.core import figures, findings, gaps
from fieldstudy.core.answers import Answer
from fieldstudy.core.answers.readers import clocked
from fieldstudy.core.changes import Verdict
from fieldstudy.core.checklist import CHOICES, NUMBERS, EvidenceKind, Question, QuestionType, Section
from fieldstudy.core.findings import QuestionSums
from fieldstudy.core.scoring import QuestionScore
from fieldstudy.reports.store import priorities
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.store.photos import NumberedPhoto
from fieldstudy.reports.voice import interval_text, isolated, printed
from fieldstudy.words import changes as change_words
from fieldstudy.words import versions

MOST_COLUMNS = 12
"""Visits that get a column of their own; above that the answers are counted."""
CELL_CHARACTERS = {1: 22, 2: 22, 3: 14, 4: 10, 5: 8, 6: 7}
NOT_ASKED = "–"
UNTABLED = frozenset({QuestionType.TEXT, QuestionType.IMAGE, QuestionType.GEOPOINT})
"""Told, shown or located: nothing that a row of a table could hold."""


@dataclass(frozen=True)
class Cell:
    """`tone`: missed (less than half of the points), quiet (n/a, not asked) or nothing."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Comment:
    visit: str
    text: str


@dataclass(frozen=True)
class QuestionRow:
    """`counts` stands across all visits where the single answers do not fit; `is_below` is below the norm.

    `interval` in whole percent; `gap` to the norm of the question itself; `change` only where a test tells one,
    and `moved` how far it may reach.
    """

    name: str
    label: str
    result: str
    base: str
    interval: str
    gap: str
    change: str
    moved: str
    network: str
    is_below: bool
    cells: tuple[Cell, ...]
    counts: str
    evidence: str
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class QuestionGroup:
    title: str
    is_moment: bool
    score: str
    norm: str
    rows: tuple[QuestionRow, ...]


@dataclass(frozen=True)
class Column:
    number: str
    is_beside: bool


@dataclass(frozen=True)
class Questions:
    columns: tuple[Column, ...]
    has_network: bool
    has_gaps: bool
    key: str
    groups: tuple[QuestionGroup, ...]


def build(case: Case, photos: Collection[NumberedPhoto]) -> Questions | None:
    by_question: dict[str, list[str]] = {}
    for photo in photos:
        by_question.setdefault(photo.question, []).append(str(photo.number))
    groups = tuple(group for section in case.checklist.sections if (group := _group(case, section, by_question)))
    if not groups or not case.snapshot.visits:
        return None
    visits = case.snapshot.visits if len(case.snapshot.visits) <= MOST_COLUMNS else ()
    return Questions(
        columns=tuple(Column(str(visit.number), not visit.is_headline) for visit in visits),
        has_network=case.has_network,
        has_gaps=any(row.gap for group in groups for row in group.rows),
        key=_key(case),
        groups=groups,
    )


def _key(case: Case) -> str:
    words, visits = case.words, case.snapshot.visits
    sentences = [words.gettext("Within each touchpoint, what was missed comes first.")]
    if len(visits) <= MOST_COLUMNS:
        sentences.append(words.gettext("The numbered columns are the visits; – means not asked."))
    sentences.append(words.gettext("In brackets: between which percents the true rate may lie."))
    sentences.append(
        words.gettext(
            "Underlined: 5 points below the norm of the question, else of its touchpoint, or with the whole interval."
        )
    )
    sentences.extend(_changed(case))
    if case.question_changes and case.has_network:
        sentences.append(words.gettext("The report of the whole network tests stores and not answers, and may differ."))
    beside = [str(visit.number) for visit in visits if not visit.is_headline]
    if beside:
        sentences.append(
            words.ngettext(
                "Visit %(numbers)s stands beside the score: it is shown and does not enter the results.",
                "Visits %(numbers)s stand beside the score: they are shown and do not enter the results.",
                len(beside),
                numbers=words.listing(beside),
            )
        )
    return " ".join(sentences)


def _changed(case: Case) -> Iterator[str]:
    """What is not tested is not said to be unchanged."""
    told = [change.verdict for change in case.question_changes.values()]
    untested = {
        Verdict.TOO_FEW: case.words.gettext("too few answers"),
        Verdict.NO_VARIATION: case.words.gettext("all answers alike"),
    }
    why = case.words.alternatives(said for verdict, said in untested.items() if verdict in told)
    if any(change.is_claimed for change in case.question_changes.values()):
        yield case.words.gettext("▲ ▼: the answers in this store changed since the last wave.")
    if Verdict.CANNOT_TELL in told and why:
        yield case.words.gettext(
            "Where no arrow stands, no change can be shown, or none was tested (%(why)s).", why=why
        )
    elif why:
        yield case.words.gettext("Where no arrow stands, no change was tested (%(why)s).", why=why)
    elif Verdict.CANNOT_TELL in told:
        yield case.words.gettext("Where no arrow stands, no change can be shown.")


def _group(case: Case, section: Section, photos: Mapping[str, Sequence[str]]) -> QuestionGroup | None:
    asked = [question for question in section.questions if question.is_asked and question.type not in UNTABLED]
    sums = [case.sums[question.name] for question in asked]
    if not sums:
        return None
    return QuestionGroup(
        title=case.section(section.name),
        is_moment=section.is_moment_of_truth,
        score=case.printed(case.figure(section)),
        norm="" if section.norm is None else case.words.points(section.norm),
        rows=tuple(_row(case, item, photos.get(item.question.name, ())) for item in sorted(sums, key=_rank)),
    )


def _rank(sums: QuestionSums) -> tuple[bool, Decimal]:
    """What took points away first, then the lowest share; what has none comes last, in the order of the form."""
    if not sums.possible:
        return sums.earned >= 0, sums.earned
    return False, sums.share or Decimal(0)


def _row(case: Case, sums: QuestionSums, photos: Sequence[str]) -> QuestionRow:
    question, visits = sums.question, case.snapshot.visits
    answers = [of_visit.get(question.name) for of_visit in case.answers]
    cells = _cells(case, question, answers)
    result, base = _result(case, sums)
    asked = versions.asked_in(case.words, case.snapshot.asked.question(question.name), case.snapshot.asked.of)
    return QuestionRow(
        name=question.name,
        label=case.question(question.name),
        result=result,
        base=" · ".join(part for part in (base, _wanted(case, sums), _held(case, sums), asked) if part),
        interval=_interval(case, question),
        gap=_gap(case, sums),
        change=_change(case, question),
        moved=_moved(case, question),
        network=_network(case, question),
        is_below=_is_below(case, sums),
        cells=cells,
        counts="" if cells else _counts(case, question, answers),
        evidence=_evidence(case, sums, photos),
        comments=tuple(
            Comment(case.words.gettext("Visit %(number)s", number=visit.number), isolated(answer.comment))
            for visit, answer in zip(visits, answers, strict=True)
            if answer is not None and answer.comment
        ),
    )


def _interval(case: Case, question: Question) -> str:
    found = case.question_figures.get(question.name)
    return interval_text(case.words, found.rate) if found and found.rate else ""


def _gap(case: Case, sums: QuestionSums) -> str:
    """Of the numbers as they are printed."""
    norm, observed = sums.question.norm, printed(priorities.figure_of(case, sums.question))
    return "" if norm is None or observed is None else case.words.gap(observed, norm)


def _wanted(case: Case, sums: QuestionSums) -> str:
    """A rate of 0 percent may be the best one: that cannot be seen in the number."""
    return case.voice.wanted(sums.question.name) if sums.answers else ""


def _held(case: Case, sums: QuestionSums) -> str:
    """What the gap is taken from, where the result is another number: a median, or the yes of a question where no is
    wanted."""
    is_apart = sums.question.type in NUMBERS or sums.question.is_reverse
    if sums.question.norm is None or sums.share is None or not is_apart:
        return ""
    return case.words.gettext("%(percent)s of the points", percent=case.words.percent(sums.share))


def _change(case: Case, question: Question) -> str:
    """Only what a test tells."""
    change = case.question_changes.get(question.name)
    said = change_words.mark(case.words, change)
    if change is None or not said:
        return ""
    return case.words.gettext("%(said)s, before %(value)s", said=said, value=case.printed(change.before))


def _moved(case: Case, question: Question) -> str:
    """Newcombe's interval, beside a change that is told."""
    change = case.question_changes.get(question.name)
    if change is None or not change.is_claimed or change_words.ends(change) is None:
        return ""
    return case.words.gettext("%(reach)s points", reach=change_words.reach(case.words, change))


def _is_below(case: Case, sums: QuestionSums) -> bool:
    """Below the question's own norm, else below that of its touchpoint."""
    question, section = sums.question, case.checklist.section_of[sums.question.name]
    if question.norm is not None:
        return gaps.is_below(priorities.figure_of(case, question), question.norm)
    found = figures.points_of_answers(sums.earned, sums.possible, len(sums.answers))
    return gaps.is_below(found, section.norm)


def _result(case: Case, sums: QuestionSums) -> tuple[str, str]:
    """The figure, and what it was taken from."""
    words, base = case.words, len(sums.answers)
    if base == 0:
        return "", case.not_available
    if sums.question.is_yes_no:
        yes = sum(answer.value == "yes" for answer in sums.answers)
        return words.percent(Decimal(yes) / base), words.gettext("yes %(yes)s of %(base)s", yes=yes, base=base)
    median = findings.median_answer(sums)
    if sums.question.type in NUMBERS and median is not None:
        value = _number(case, sums.question, median)
        return value, words.gettext("median of %(num)s", num=base) if base > 1 else _answers(case, base)
    if sums.share is not None:
        points = words.gettext(
            "%(earned)s of %(possible)s", earned=words.points(sums.earned), possible=words.points(sums.possible)
        )
        return words.percent(sums.share), points
    if sums.earned < 0:
        return "", words.points_of(sums.earned, sums.possible)
    return "", _answers(case, base)


def _answers(case: Case, count: int) -> str:
    return case.words.ngettext("%(num)s answer", "%(num)s answers", count)


def _network(case: Case, question: Question) -> str:
    figure = case.network_questions.get(question.name)
    rate = printed(figure.rate) if figure and case.has_network else None
    return "" if rate is None else case.words.number(rate)


def _number(case: Case, question: Question, value: Decimal) -> str:
    return case.words.seconds(value) if question.type == QuestionType.TIMER else case.words.points(value)


def _cells(case: Case, question: Question, answers: Sequence[Answer | None]) -> tuple[Cell, ...]:
    """The answers themselves where they are short, else their points; nothing where neither can be."""
    if len(answers) > MOST_COLUMNS:
        return ()
    room = CELL_CHARACTERS.get(len(answers), 6)
    texts = [_said(case, question, answer) for answer in answers]
    if question.is_scored and any(len(text) > room for text in texts):
        scores = (of_visit.get(question.name) for of_visit in case.scores)
        texts = [_points(case, question, score, answer) for score, answer in zip(scores, answers, strict=True)]
    if any(len(text) > room for text in texts):
        return ()
    triples = zip(case.scores, answers, texts, strict=True)
    return tuple(Cell(text, _tone(scores.get(question.name), answer)) for scores, answer, text in triples)


def _said(case: Case, question: Question, answer: Answer | None) -> str:
    if answer is None or not answer.is_given:
        return NOT_ASKED
    if answer.is_na:
        return case.not_available
    if question.type in CHOICES:
        return ", ".join(_chosen(case, question, answer))
    if question.type == QuestionType.TIMER:
        return clocked(int(answer.value))
    if question.type in NUMBERS:
        return case.words.points(Decimal(answer.value))
    if question.type == QuestionType.DATE:
        return case.words.short_day(date.fromisoformat(answer.value))
    return isolated(answer.value)


def _points(case: Case, question: Question, score: QuestionScore | None, answer: Answer | None) -> str:
    if answer is None or not answer.value or answer.is_na or score is None:
        return _said(case, question, answer if answer and answer.is_na else None)
    return f"{case.words.points(score.earned)}/{case.words.points(score.possible)}"


def _tone(score: QuestionScore | None, answer: Answer | None) -> str:
    if answer is None or not answer.is_given or answer.is_na:
        return "quiet"
    return "missed" if score is not None and score.earned * 2 < score.possible else ""


def _counts(case: Case, question: Question, answers: Sequence[Answer | None]) -> str:
    """How often each answer was given: Card: 3 · Cash: 2. Nothing for numbers, whose median is the result."""
    if question.type in NUMBERS:
        return ""
    given = [answer for answer in answers if answer is not None and answer.is_given]
    counted = Counter(label for answer in given for label in _chosen(case, question, answer))
    return " · ".join(f"{label}: {count}" for label, count in counted.most_common())


def _chosen(case: Case, question: Question, answer: Answer) -> list[str]:
    """The labels of the options chosen; any other answer as it stands."""
    if answer.is_na:
        return [case.not_available]
    options = {option.name: option for option in question.options}
    chosen = [case.say(options[name].label, name) for name in answer.choices if name in options]
    return chosen or [isolated(answer.value)]


def _evidence(case: Case, sums: QuestionSums, photos: Sequence[str]) -> str:
    """Pictures by their numbers, or that it was timed; evidence that was asked for and did not come is said too."""
    words, question = case.words, sums.question
    if photos:
        return words.photos(photos)
    if question.type == QuestionType.TIMER and sums.answers:
        return words.gettext("timed")
    is_wanted = question.evidence in (EvidenceKind.PHOTO, EvidenceKind.RECEIPT)
    return words.gettext("without its photo") if is_wanted and sums.answers else ""
