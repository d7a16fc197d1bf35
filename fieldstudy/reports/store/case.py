"""What every part of a store's report is built from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fieldstudy.core import experience, findings, rules
from fieldstudy.core.answers import Answer
from fieldstudy.core.changes import Change
from fieldstudy.core.checklist import Checklist, Section, Text
from fieldstudy.core.experience import Grid
from fieldstudy.core.figures import Figure, QuestionFigure, SectionFigure
from fieldstudy.core.findings import QuestionSums
from fieldstudy.core.rules import Rules
from fieldstudy.core.scoring import QuestionScore
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord
from fieldstudy.core.versions import VersionUse
from fieldstudy.reports import critical
from fieldstudy.reports.voice import Voice
from fieldstudy.words import Words


@dataclass(frozen=True)
class Case:
    """What is looked up again and again stands here by its name, so that long checklists stay linear."""

    snapshot: StoreSnapshot
    checklist: Checklist
    words: Words

    @cached_property
    def voice(self) -> Voice:
        return Voice(self.checklist, self.words)

    def say(self, text: Text, name: str = "") -> str:
        return self.voice.say(text, name)

    def section(self, name: str) -> str:
        section = self.section_by_name.get(name)
        return self.voice.former(self.say(section.label, name), section.former) if section else name

    def question(self, name: str) -> str:
        question = self.checklist.question_by_name.get(name)
        return self.voice.former(self.say(question.label, name), question.former) if question else name

    @cached_property
    def section_by_name(self) -> dict[str, Section]:
        return {section.name: section for section in self.checklist.sections}

    @cached_property
    def answers(self) -> list[Mapping[str, Answer]]:
        """Of every visit, by question; in the order of the snapshot's visits."""
        return [{answer.question: answer for answer in visit.answers} for visit in self.snapshot.visits]

    @cached_property
    def headline_answers(self) -> list[Mapping[str, Answer]]:
        pairs = zip(self.snapshot.visits, self.answers, strict=True)
        return [answers for visit, answers in pairs if visit.is_headline]

    @cached_property
    def grid(self) -> Grid:
        return experience.grid(self.checklist, self.headline_answers)

    @cached_property
    def scores(self) -> list[Mapping[str, QuestionScore]]:
        return [{score.question: score for score in visit.questions} for visit in self.snapshot.visits]

    @cached_property
    def sums(self) -> Mapping[str, QuestionSums]:
        return findings.sums_by_question(self.snapshot.visits, self.checklist.questions)

    @cached_property
    def question_figures(self) -> dict[str, QuestionFigure]:
        return {figure.question: figure for figure in self.snapshot.figures.questions}

    @cached_property
    def network_questions(self) -> dict[str, QuestionFigure]:
        return {figure.question: figure for figure in self.snapshot.network.questions}

    @cached_property
    def question_changes(self) -> Mapping[str, Change]:
        return dict(self.snapshot.last.questions) if self.snapshot.last else {}

    @cached_property
    def section_changes(self) -> Mapping[str, Change]:
        return dict(self.snapshot.last.sections) if self.snapshot.last else {}

    @cached_property
    def section_figures(self) -> dict[str, SectionFigure]:
        return {figure.section: figure for figure in self.snapshot.figures.sections}

    @cached_property
    def network_sections(self) -> dict[str, SectionFigure]:
        return {figure.section: figure for figure in self.snapshot.network.sections}

    @cached_property
    def rules(self) -> Rules:
        return rules.of_visits(self.snapshot.visits, self.checklist.settings)

    @cached_property
    def before(self) -> str:
        """What a cost is reckoned before: a cap or rules that changed the score of some visit."""
        return critical.before(self.words, self.rules)

    @property
    def versions(self) -> tuple[VersionUse, ...]:
        return self.snapshot.used

    @property
    def has_network(self) -> bool:
        """One store is no network."""
        return self.snapshot.network.mean_of_store_means.base > 1

    def figure(self, section: Section) -> Figure | None:
        found = self.section_figures.get(section.name)
        return found.score if found else None

    def headline_visits(self) -> Sequence[VisitRecord]:
        return [visit for visit in self.snapshot.visits if visit.is_headline]

    def printed(self, figure: Figure | None) -> str:
        return self.voice.printed(figure)

    @property
    def not_available(self) -> str:
        return self.voice.not_available
