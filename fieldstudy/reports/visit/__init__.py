"""The report of one visit, for whoever checks it and for whoever made it. Points are only for who may see them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fieldstudy.core import rounding
from fieldstudy.core.checklist import Total
from fieldstudy.models import Jotting, Photo, ReturnReason, Submission, Visit
from fieldstudy.queries.reviews import QuestionReview, Review, SectionReview
from fieldstudy.reports.store.photos import Picture
from fieldstudy.reports.visit import answers
from fieldstudy.reports.voice import Voice, initial, isolated, shortened
from fieldstudy.services import visits
from fieldstudy.words import Words

TEMPLATE = "reports/visit.html"
SHORT_CHARACTERS = 40
LABEL_CHARACTERS = 400


@dataclass(frozen=True)
class Row:
    """`points` is empty for a reader who may not see them; `is_missed`: less than was possible."""

    label: str
    answer: str
    is_blank: bool
    points: str
    is_missed: bool
    comment: str
    photos: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    at: str
    text: str


@dataclass(frozen=True)
class Touchpoint:
    title: str
    is_moment: bool
    score: str
    met: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Fact:
    term: str
    text: str


@dataclass(frozen=True)
class Receipt:
    revision: str
    received: str
    sha256: str


@dataclass(frozen=True)
class VisitReport:
    """A part that is None, or empty, is left out with its heading."""

    title: str
    running: str
    client: str
    initial: str
    eyebrow: str
    store: str
    place: str
    score: str
    sign: str
    weighting: str
    """Why the points do not divide to the score, where they need not."""
    facts: tuple[Fact, ...]
    scenario: str
    fired: tuple[str, ...]
    reasons: tuple[str, ...]
    touchpoints: tuple[Touchpoint, ...]
    notes: tuple[Note, ...]
    pictures: tuple[Picture, ...]
    receipts: tuple[Receipt, ...]
    left_out: tuple[str, ...]
    """What stays with the agency, where this paper may be handed to the client."""


def build(review: Review, words: Words, available: Collection[str], *, with_points: bool) -> VisitReport:
    """`available` holds the hashes of the photos that can be shown."""
    teller = _Teller(review, words, available, with_points)
    visit = review.visit
    store, client = visit.store, visit.study.client
    return VisitReport(
        title=" · ".join([isolated(store.name), words.day(teller.local(visit.started_at)), isolated(visit.wave.name)]),
        running=" · ".join([_short(store.name), _short(visit.wave.name), isolated(visit.fieldworker.code)]),
        client=_short(client.name),
        initial=initial(client.name),
        eyebrow=words.gettext("Visit report · %(wave)s", wave=_short(visit.wave.name)),
        store=isolated(store.name),
        place=", ".join(isolated(part) for part in (store.address, store.region) if part),
        score=teller.score(),
        sign="%" if review.score and review.score.final is not None else "",
        weighting=teller.weighting(),
        facts=tuple(Fact(term, text) for term, text in teller.facts() if text),
        scenario=isolated(visit.assignment.scenario) if visit.assignment else "",
        fired=teller.fired(),
        reasons=tuple(teller.reason(reason) for reason in review.reasons),
        touchpoints=tuple(teller.touchpoint(section) for section in review.sections),
        notes=teller.notes(review.free_jottings),
        pictures=teller.pictures(),
        receipts=tuple(teller.receipt(submission) for submission in review.submissions),
        left_out=tuple(teller.left_out()),
    )


def _short(name: str) -> str:
    return shortened(isolated(name), SHORT_CHARACTERS)


class _Teller:
    def __init__(self, review: Review, words: Words, available: Collection[str], with_points: bool) -> None:
        self.review, self.visit, self.words = review, review.visit, words
        self.voice = Voice(review.visit.checklist_version.content, words)
        self.with_points = with_points
        shown = [(item, photo) for item in review.questions for photo in item.photos if photo.sha256 in available]
        self.photos = list(enumerate(shown, start=1))

    def local(self, at: datetime) -> datetime:
        """In the store's own time."""
        return visits.local(at, self.visit.store.timezone)

    def score(self) -> str:
        found = self.review.score
        if not self.with_points or found is None:
            return ""
        return self.voice.number(None if found.final is None else rounding.percent(found.final))

    def weighting(self) -> str:
        if not self.score() or self.visit.checklist_version.content.settings.total != Total.SECTION_WEIGHTED:
            return ""
        return self.words.gettext("The whole score is the mean of the touchpoints by their weights, not of all points.")

    def facts(self) -> list[tuple[str, str]]:
        words, visit = self.words, self.visit
        return [
            (words.gettext("Method"), self._method(visit)),
            (words.gettext("Fieldworker"), isolated(visit.fieldworker.code)),
            (words.gettext("Started"), words.moment(self.local(visit.started_at))),
            (words.gettext("Ended"), self._moment(visit.ended_at)),
            (words.gettext("Entered the store"), self._moment(visit.entered_at)),
            (words.gettext("Left the store"), self._moment(visit.left_at)),
            (words.gettext("In the store for"), self._lasted(visit)),
            (words.gettext("State"), words.name(visit.state)),
            (words.gettext("Revision"), str(self.review.revision)),
            (words.gettext("Checklist"), self._checklist(visit)),
            (words.gettext("Points"), self._points()),
        ]

    def _method(self, visit: Visit) -> str:
        parts = [self.words.name(visit.method), self.words.gold_role(visit.gold_role)]
        parts.append(self.words.disclosure(visit.disclosure))
        return ", ".join(part for part in parts if part)

    def _lasted(self, visit: Visit) -> str:
        duration = visit.stay.duration
        return "" if duration is None else self.words.seconds(int(duration.total_seconds()))

    def _moment(self, at: datetime | None) -> str:
        return self.words.moment(self.local(at)) if at else ""

    def _checklist(self, visit: Visit) -> str:
        version = self.words.gettext("version %(number)s", number=visit.checklist_version.number)
        return f"{isolated(visit.checklist_version.title)}, {version}"

    def _points(self) -> str:
        found = self.review.score
        if not self.with_points or found is None:
            return ""
        return self.words.scored(found.earned, found.possible)

    def fired(self) -> tuple[str, ...]:
        found = self.review.score.fired if self.with_points and self.review.score else ()
        return tuple(
            f"{self.voice.question(fired.question)} {self.words.critical_rule(fired.rule, fired.percent)}."
            for fired in found
        )

    def reason(self, reason: ReturnReason) -> str:
        after = self.words.gettext("Sent back after revision %(number)s", number=reason.revision - 1)
        return f"{after}: {isolated(reason.text)}"

    def touchpoint(self, section: SectionReview) -> Touchpoint:
        score = section.score if self.with_points else None
        return Touchpoint(
            title=self.voice.section(section.section.name),
            is_moment=section.section.is_moment_of_truth,
            score=self.words.scored(score.earned, score.possible) if score else "",
            met=answers.encounter(self.voice, section.encounter),
            rows=tuple(self._row(item) for item in section.questions),
            notes=self.notes(section.jottings),
        )

    def _row(self, item: QuestionReview) -> Row:
        answer = self._answer(item)
        return Row(
            label=self.voice.question(item.question.name, LABEL_CHARACTERS),
            answer=answer or self.words.gettext("no answer"),
            is_blank=not item.is_relevant or (not item.answer.is_given and not item.photos),
            points=self._row_points(item),
            is_missed=self.with_points and item.is_below_possible,
            comment=isolated(item.answer.comment),
            photos=self._numbers(item),
            reasons=tuple(self.reason(reason) for reason in item.reasons),
        )

    def _answer(self, item: QuestionReview) -> str:
        if not item.is_relevant:
            return self.words.gettext("did not apply")
        if not item.answer.is_given and item.photos:
            return self.words.ngettext("%(num)s photo", "%(num)s photos", len(item.photos))
        return answers.said(self.voice, item.question, item.answer)

    def _row_points(self, item: QuestionReview) -> str:
        if not self.with_points or item.score is None:
            return ""
        return self.words.scored(item.score.earned, item.score.possible)

    def _numbers(self, item: QuestionReview) -> str:
        numbers = [str(number) for number, (owner, _) in self.photos if owner is item]
        return self.words.photos(numbers) if numbers else ""

    def notes(self, jottings: Sequence[Jotting]) -> tuple[Note, ...]:
        return tuple(Note(self.words.clock(self.local(one.jotted_at)), isolated(one.text)) for one in jottings)

    def left_out(self) -> Iterator[str]:
        questions, notes = self.review.hidden_questions, self.review.hidden_jottings
        if questions:
            yield self.words.ngettext(
                "%(num)s internal question is left out of this report.",
                "%(num)s internal questions are left out of this report.",
                questions,
            )
        if notes:
            yield self.words.ngettext(
                "%(num)s note is left out: the client does not read the notes of this method.",
                "%(num)s notes are left out: the client does not read the notes of this method.",
                notes,
            )

    def pictures(self) -> tuple[Picture, ...]:
        return tuple(self._picture(number, item, photo) for number, (item, photo) in self.photos)

    def _picture(self, number: int, item: QuestionReview, photo: Photo) -> Picture:
        label = self.voice.question(item.question.name)
        alt = self.words.gettext("Photo %(number)s, to the question: %(question)s", number=number, question=label)
        return Picture(
            number, photo.sha256, self.words.clock(self.local(photo.taken_at)), alt, photo.width, photo.height
        )

    def receipt(self, submission: Submission) -> Receipt:
        received = self.words.moment(self.local(submission.received_at))
        return Receipt(str(submission.revision), received, submission.sha256)
