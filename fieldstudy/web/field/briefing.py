"""What a checklist asks a fieldworker to get ready for."""

from collections.abc import Iterable
from dataclasses import dataclass

from fieldstudy.core.checklist import Channel, Checklist, EvidenceKind, Phase, QuestionType, Section

AFTERWARDS = (Phase.USE, Phase.POST_SALE)


@dataclass(frozen=True)
class Preparation:
    """Counts of what is asked; `before` and `after` name the touchpoints that are met elsewhere than in the store."""

    sections: int
    questions: int
    photos: int
    receipts: int
    timers: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def prepare(checklist: Checklist, language: str) -> Preparation:
    asked = [question for question in checklist.questions if question.is_asked]
    elsewhere = [section for section in checklist.sections if section.channel != Channel.STORE]
    return Preparation(
        sections=len(checklist.sections),
        questions=len(asked),
        photos=sum(q.type == QuestionType.IMAGE or q.evidence == EvidenceKind.PHOTO for q in asked),
        receipts=sum(q.evidence == EvidenceKind.RECEIPT for q in asked),
        timers=sum(q.type == QuestionType.TIMER for q in asked),
        before=_labels((s for s in elsewhere if s.phase not in AFTERWARDS), checklist, language),
        after=_labels((s for s in elsewhere if s.phase in AFTERWARDS), checklist, language),
    )


def _labels(sections: Iterable[Section], checklist: Checklist, language: str) -> tuple[str, ...]:
    return tuple(section.label.say(language, checklist.default_language) or section.name for section in sections)
