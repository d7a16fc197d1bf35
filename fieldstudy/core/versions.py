"""Several versions of one checklist in one wave: every visit keeps its own, and no touchpoint or question is lost.

What the newest version lacks gets a row of its own beside the rows of the newest. A question that was asked under
another touchpoint, or with answers of another kind, is not mixed with its successor: it goes by its name, an @ and the
number of the newest version that asks it so. No name in a checklist file may contain an @.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fieldstudy.core.checklist import Checklist, Method, Question, Section, Settings
from fieldstudy.core.experience import EXPECTATION_OF
from fieldstudy.core.norms import can_give

MARK = "@"


@dataclass(frozen=True)
class VersionUse:
    """One version that visits of the wave's headline were made with. `label` is the author's own text for it.

    `weights` are those of the touchpoints that its totals are made of, all alike where points are pooled. Editions of
    before 0.4 kept none.
    """

    number: int
    sha256: str
    label: str
    visits: int
    settings: Settings
    weights: tuple[tuple[str, Decimal], ...] = ()


def of_visits(used: Sequence[VersionUse], numbers: Sequence[int]) -> tuple[VersionUse, ...]:
    """Of a wave's versions those of some of its visits, with their count; `numbers`: the version of each visit."""
    counted = Counter(numbers)
    return tuple(replace(one, visits=counted[one.number]) for one in used if one.number in counted)


@dataclass(frozen=True)
class Former:
    """What the newest version lacks; of a touchpoint that it has, only the questions. `after` names its neighbour."""

    after: str
    section: Section


@dataclass(frozen=True)
class Asked:
    """In how many of the headline's visits something was asked that not every version of the wave asks."""

    of: int = 0
    sections: tuple[tuple[str, int], ...] = ()
    questions: tuple[tuple[str, int], ...] = ()

    def section(self, name: str) -> int | None:
        """None where every version asks it."""
        return next((count for one, count in self.sections if one == name), None)

    def question(self, name: str) -> int | None:
        return next((count for one, count in self.questions if one == name), None)


class Versions:
    """The versions of one wave by number. The newest speaks for the wave."""

    def __init__(self, by_number: Mapping[int, Checklist]) -> None:
        self.by_number = dict(sorted(by_number.items(), reverse=True))
        self.newest = next(iter(self.by_number.values()))
        self._renamed: dict[int, Mapping[str, str]] = {}
        self._shapes: dict[str, dict[object, int]] = {}
        for number, checklist in self.by_number.items():
            for section in checklist.sections:
                for question in section.questions:
                    self._shapes.setdefault(question.name, {}).setdefault(_shape(section, question), number)

    def renamed(self, number: int) -> Mapping[str, str]:
        """The questions of this version that go by another name, because a newer version asks them otherwise."""
        if number not in self._renamed:
            self._renamed[number] = self._find_renamed(number)
        return self._renamed[number]

    def _find_renamed(self, number: int) -> Mapping[str, str]:
        checklist = self.by_number[number]
        found = {}
        for section in checklist.sections:
            for question in section.questions:
                shapes = self._shapes[question.name]
                newest = shapes[_shape(section, question)]
                if newest != max(shapes.values()):
                    found[question.name] = f"{question.name}{MARK}{newest}"
        return found

    def former(self) -> tuple[Former, ...]:
        """What every older version adds to the newest, the newer first."""
        known = {section.name for section in self.newest.sections}
        asked = set(self.newest.question_by_name)
        giving = {section.name for section in self.newest.sections if can_give(section)}
        found: list[Former] = []
        for number, checklist in list(self.by_number.items())[1:]:
            names, before = self.renamed(number), ""
            for section in checklist.sections:
                added = tuple(
                    _former(question, names, number)
                    for question in section.questions
                    if names.get(question.name, question.name) not in asked
                )
                lacking = 0 if section.name in known else number
                gave = not lacking and section.name not in giving and can_give(section)
                if added or lacking or gave:
                    found.append(Former(before, replace(section, questions=added, former=lacking, gave=gave)))
                giving |= {section.name} if can_give(section) else set()
                known.add(section.name)
                asked |= {question.name for question in added}
                before = section.name
        return tuple(found)

    def of_visit(self, number: int, method: Method) -> tuple[set[str], set[str]]:
        """The touchpoints and the questions that a visit of this version and method has."""
        own, names = self.by_number[number].for_method(method), self.renamed(number)
        return (
            {section.name for section in own.sections},
            {names.get(question.name, question.name) for question in own.questions},
        )

    def asked(self, visits: Sequence[tuple[int, Method]]) -> Asked:
        """`visits`: version and method of every visit of the headline."""
        if len(self.by_number) < 2:
            return Asked()
        found = [self.of_visit(*visit) for visit in visits]
        each = [self._all(number) for number in self.by_number]
        partly = [set().union(*sides) - set.intersection(*sides) for sides in zip(*each, strict=True)]
        counted = [
            tuple((name, sum(name in one[side] for one in found)) for name in sorted(partly[side])) for side in (0, 1)
        ]
        return Asked(len(visits), counted[0], counted[1])

    def _all(self, number: int) -> tuple[set[str], set[str]]:
        checklist, names = self.by_number[number], self.renamed(number)
        questions = {names.get(question.name, question.name) for question in checklist.questions}
        return {section.name for section in checklist.sections}, questions


def _shape(section: Section, question: Question) -> object:
    """Answers of one shape may stand in one row."""
    return section.name, question.type, question.is_yes_no, question.is_reverse


def _former(question: Question, names: Mapping[str, str], number: int) -> Question:
    """Without its norm: what it would cost the whole today, nobody can say."""
    role = question.role
    if role.startswith(EXPECTATION_OF):
        perceived = role.removeprefix(EXPECTATION_OF)
        role = EXPECTATION_OF + names.get(perceived, perceived)
    return replace(question, name=names.get(question.name, question.name), norm=None, role=role, former=number)


def extended(checklist: Checklist, former: Sequence[Former]) -> Checklist:
    """The newest version with what it lacks, each touchpoint after the one that it came after in its own version."""
    if not former:
        return checklist
    sections = list(checklist.sections)
    for one in former:
        names = [section.name for section in sections]
        if one.section.name in names:
            place = names.index(one.section.name)
            own = sections[place]
            questions, gave = (*own.questions, *one.section.questions), own.gave or one.section.gave
            sections[place] = replace(own, questions=questions, gave=gave)
        elif one.section.questions:
            place = names.index(one.after) + 1 if one.after in names else 0
            sections.insert(place, one.section)
    return replace(checklist, sections=tuple(sections))


def original(name: str) -> str:
    """The name that a question has in its own version."""
    return name.partition(MARK)[0]
