"""What a score rests on: evidence, and answers given while the fieldworker was still there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, QuestionType
from fieldstudy.core.moments import Moment
from fieldstudy.core.scoring import QuestionScore

ZERO = Decimal(0)


@dataclass(frozen=True)
class Grounds:
    """Possible points: all of them, those with evidence, those whose moment is known, those answered in the store.

    The last two are of the placed visits only, of which entry and exit are known: where one is missing, the answers
    that can still be placed are all outside the store. `clocked` visits say when answers were given.
    """

    possible: Decimal = ZERO
    on_evidence: Decimal = ZERO
    timed: Decimal = ZERO
    in_store: Decimal = ZERO
    clocked: int = 0
    placed: int = 0

    @property
    def evidence_share(self) -> Decimal | None:
        return self.on_evidence / self.possible if self.possible else None

    @property
    def in_store_share(self) -> Decimal | None:
        """Of what is known: an answer without a time says nothing about where it was given."""
        return self.in_store / self.timed if self.timed and self.placed else None


@dataclass(frozen=True)
class Grounded:
    """One visit: its question scores, its answers, the questions with a photo, when answers were given, and whether
    entry and exit are both known.
    """

    questions: tuple[QuestionScore, ...]
    answers: Mapping[str, Answer]
    pictured: Collection[str]
    moments: Mapping[str, Moment]
    is_placed: bool


def grounds(checklist: Checklist, visits: Iterable[Grounded]) -> Grounds:
    """Summed over all visits, weighted by the points that each question can give."""
    total = Grounds()
    for visit in visits:
        is_clocked = bool(visit.moments)
        total = replace(
            total, clocked=total.clocked + is_clocked, placed=total.placed + (is_clocked and visit.is_placed)
        )
        for score in visit.questions:
            total = _with(total, checklist, visit, score)
    return total


def _with(total: Grounds, checklist: Checklist, visit: Grounded, score: QuestionScore) -> Grounds:
    answer = visit.answers.get(score.question)
    if answer is None or not answer.is_given or not score.possible:
        return total
    moment = visit.moments.get(score.question, Moment.UNKNOWN) if visit.is_placed else Moment.UNKNOWN
    return replace(
        total,
        possible=total.possible + score.possible,
        on_evidence=total.on_evidence + (score.possible if _is_evident(checklist, visit, answer) else ZERO),
        timed=total.timed + (ZERO if moment == Moment.UNKNOWN else score.possible),
        in_store=total.in_store + (score.possible if moment == Moment.IN_STORE else ZERO),
    )


def _is_evident(checklist: Checklist, visit: Grounded, answer: Answer) -> bool:
    """A photo or receipt at the question, or a time that was measured."""
    question = checklist.question_by_name.get(answer.question)
    is_timed = question is not None and question.type == QuestionType.TIMER and bool(answer.value)
    return answer.question in visit.pictured or is_timed
