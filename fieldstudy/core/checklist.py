"""The checklist as a frozen value: what is asked, in which order, and how it counts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from fieldstudy.core import conditions


class Method(StrEnum):
    MYSTERY_SHOPPING = "mystery_shopping"
    PARTICIPANT_OBSERVATION = "participant_observation"
    NON_PARTICIPANT_OBSERVATION = "non_participant_observation"


class TouchpointKind(StrEnum):
    PRODUCT = "product"
    SERVICE = "service"
    COMMUNICATION = "communication"
    ENVIRONMENT = "environment"
    PEOPLE = "people"
    PROCESS = "process"
    TECHNOLOGY = "technology"


class Channel(StrEnum):
    STORE = "store"
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    APP = "app"
    CHAT = "chat"
    SOCIAL = "social"
    VIDEO_CALL = "video_call"
    HELP_DESK = "help_desk"
    DELIVERY = "delivery"
    AFTER_SALES = "after_sales"


class Phase(StrEnum):
    AWARENESS = "awareness"
    ENGAGEMENT = "engagement"
    PURCHASE = "purchase"
    USE = "use"
    POST_SALE = "post_sale"


class NormBy(StrEnum):
    MANAGER = "manager"
    CUSTOMER = "customer"


class ExPro(StrEnum):
    """The experience provider: the lever that an action pulls."""

    COMMUNICATIONS = "communications"
    IDENTITY = "identity"
    PRODUCT_PRESENCE = "product_presence"
    CO_BRANDING = "co_branding"
    ENVIRONMENT = "environment"
    WEB_AND_MEDIA = "web_and_media"
    PEOPLE = "people"


class Sem(StrEnum):
    """The strategic experiential module that a question speaks to."""

    SENSE = "sense"
    FEEL = "feel"
    THINK = "think"
    ACT = "act"
    RELATE = "relate"


class Level(StrEnum):
    """The level of the pyramid of experience, from the bottom."""

    EFFICIENCY = "efficiency"
    JOURNEY = "journey"
    BENEFIT = "benefit"
    EXPERIENCE = "experience"


class EvidenceKind(StrEnum):
    NONE = "none"
    PHOTO = "photo"
    RECEIPT = "receipt"
    TIMER = "timer"


class Crowding(StrEnum):
    EMPTY = "empty"
    NORMAL = "normal"
    CROWDED = "crowded"


class Total(StrEnum):
    """The family of a visit's total."""

    POOLED = "pooled"
    SECTION_WEIGHTED = "section_weighted"


class Missing(StrEnum):
    """What an N/A or an unanswered optional question does: leaves both sums, or counts as a miss."""

    OMIT = "omit"
    MISS = "miss"


class QuestionType(StrEnum):
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    TIMER = "timer"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    NOTE = "note"
    IMAGE = "image"
    GEOPOINT = "geopoint"
    CALCULATE = "calculate"
    HIDDEN = "hidden"
    START = "start"
    END = "end"
    TODAY = "today"


CHOICES = frozenset({QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE})
NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE, QuestionType.TIMER})
AUTOMATIC = frozenset(
    {QuestionType.CALCULATE, QuestionType.HIDDEN, QuestionType.START, QuestionType.END, QuestionType.TODAY}
)
SILENT = AUTOMATIC | {QuestionType.NOTE}

FEELINGS = (-2, -1, 0, 1, 2)
AROUSALS = (0, 1, 2, 3)


class CriticalRule(StrEnum):
    """What happens when a critical question earns less than it should (DOMAIN: five rules)."""

    FLAG = "flag"
    TOTAL_ZERO = "total_zero"
    SECTION_ZERO = "section_zero"
    CAP = "cap"
    MIN = "min"


@dataclass(frozen=True)
class Critical:
    """`percent` is the cap of the total for `cap`, and the least percent of the question for `min`."""

    rule: CriticalRule
    percent: Decimal | None = None


@dataclass(frozen=True)
class Text:
    """One text in several languages; the empty key holds a text written without a language."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def say(self, *languages: str) -> str:
        """The text in the first of these languages that has it, else in any language at all."""
        for language in (*languages, ""):
            if self.by_language.get(language):
                return self.by_language[language]
        return next((text for text in self.by_language.values() if text), "")

    def __bool__(self) -> bool:
        return any(self.by_language.values())


@dataclass(frozen=True)
class Option:
    name: str
    label: Text
    points: Decimal | None = None
    is_na: bool = False
    is_exclusive: bool = False

    @property
    def stands_alone(self) -> bool:
        """In a multiple choice no other option may be chosen beside it."""
        return self.is_na or self.is_exclusive


@dataclass(frozen=True)
class Band:
    """Points for a number; `relation` is one of < <= > >= = and empty for "else"."""

    relation: str
    bound: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class Question:
    name: str
    type: QuestionType
    label: Text = field(default_factory=Text)
    hint: Text = field(default_factory=Text)
    options: tuple[Option, ...] = ()
    is_required: bool = False
    required_message: Text = field(default_factory=Text)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text = field(default_factory=Text)
    calculation: str = ""
    default: str = ""
    is_read_only: bool = False
    appearance: str = ""
    range_start: Decimal | None = None
    range_end: Decimal | None = None
    range_step: Decimal | None = None
    weight: Decimal = Decimal(1)
    norm: Decimal | None = None
    norm_by: NormBy = NormBy.MANAGER
    methods: tuple[Method, ...] = tuple(Method)
    critical: Critical | None = None
    is_bonus: bool = False
    is_scored: bool = False
    is_reverse: bool = False
    bands: tuple[Band, ...] = ()
    standard: Decimal | None = None
    tolerated: Decimal | None = None
    expro: ExPro | None = None
    sem: tuple[Sem, ...] = ()
    level: Level = Level.EFFICIENCY
    role: str = ""
    evidence: EvidenceKind = EvidenceKind.NONE
    former: int = 0
    """In a report only: the newest version that asks it, where the version that speaks for the wave does not."""
    internal: bool | None = None
    """As the file says; None where it says nothing, and from before the column. Asked of core.internal alone."""

    @cached_property
    def is_asked(self) -> bool:
        """Does a fieldworker answer it (and not the phone or nobody)?"""
        return self.type not in SILENT

    @cached_property
    def allows_na(self) -> bool:
        """A choice may be skipped as N/A where the author put such a choice; anything else that is asked, always."""
        if self.type in CHOICES:
            return any(option.is_na for option in self.options)
        return self.is_asked and self.type != QuestionType.IMAGE

    @property
    def is_yes_no(self) -> bool:
        """Its rate is yes / (yes + no)."""
        names = {option.name for option in self.options if not option.is_na}
        return self.type == QuestionType.SELECT_ONE and names == {"yes", "no"}

    @cached_property
    def asks_photo(self) -> bool:
        return self.type == QuestionType.IMAGE or self.evidence in (EvidenceKind.PHOTO, EvidenceKind.RECEIPT)

    @cached_property
    def option_by_name(self) -> Mapping[str, Option]:
        """In the order of the list."""
        return {option.name: option for option in self.options}

    @cached_property
    def possible(self) -> Decimal:
        """Most points of a single choice or band, sum of the positive points of a multiple choice; unweighted."""
        points = [option.points for option in self.options if option.points is not None]
        if self.type == QuestionType.SELECT_MULTIPLE:
            return self._possible_together
        return max([*points, *(band.points for band in self.bands), Decimal(0)])

    @cached_property
    def best(self) -> Decimal | None:
        """Unweighted points of the best answer, below zero where every answer takes some away; None without points."""
        if self.type == QuestionType.SELECT_MULTIPLE:
            return self.possible if any(option.points is not None for option in self.options) else None
        return max(self._outcomes, default=None)

    @cached_property
    def can_miss(self) -> bool:
        """Is there an answer that earns less than the best one?"""
        if self.best is None:
            return False
        if self.type == QuestionType.SELECT_MULTIPLE:
            return any(option.points for option in self.options)
        return min(self._outcomes) < self.best

    @property
    def _outcomes(self) -> list[Decimal]:
        """Points of every answer to a question that takes one: a choice without points, or no band, earns nothing."""
        if self.bands:
            falls_through = [] if self.bands[-1].relation == "" else [Decimal(0)]
            return [*(band.points for band in self.bands), *falls_through]
        answers = [option.points for option in self.options if not option.is_na]
        return [points or Decimal(0) for points in answers] if any(p is not None for p in answers) else []

    @property
    def _possible_together(self) -> Decimal:
        """An option that stands alone is never earned on top of the others."""
        gains = [(option, option.points) for option in self.options if option.points is not None and option.points > 0]
        together = sum((points for option, points in gains if not option.stands_alone), Decimal(0))
        return max([together, *(points for option, points in gains if option.stands_alone)])


@dataclass(frozen=True)
class Section:
    """One touchpoint."""

    name: str
    label: Text
    questions: tuple[Question, ...]
    kind: TouchpointKind = TouchpointKind.ENVIRONMENT
    channel: Channel = Channel.STORE
    phase: Phase = Phase.PURCHASE
    is_moment_of_truth: bool = False
    norm: Decimal | None = None
    norm_by: NormBy = NormBy.MANAGER
    weight: Decimal = Decimal(1)
    methods: tuple[Method, ...] = tuple(Method)
    relevant: str = ""
    former: int = 0
    """As of a question."""
    gave: bool = False
    """In a report only: some older version of the wave had points to earn here."""


@dataclass(frozen=True)
class Settings:
    total: Total = Total.POOLED
    na: Missing = Missing.OMIT
    unanswered: Missing = Missing.OMIT
    is_capped: bool = True
    adjust_earned_points: Decimal = Decimal(0)
    adjust_possible_points: Decimal = Decimal(0)
    headline_methods: tuple[Method, ...] = (Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION)


@dataclass(frozen=True)
class Checklist:
    form_id: str
    title: Text
    sections: tuple[Section, ...]
    settings: Settings = field(default_factory=Settings)
    version: str = ""
    languages: tuple[str, ...] = ()
    default_language: str = ""

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    @cached_property
    def question_by_name(self) -> Mapping[str, Question]:
        return {question.name: question for question in self.questions}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """The section of each question, by the question's name."""
        return {question.name: section for section in self.sections for question in section.questions}

    def weight_of(self, section: Section) -> Decimal:
        """What a section weighs in the total: nothing of its own where all points are pooled."""
        return section.weight if self.settings.total == Total.SECTION_WEIGHTED else Decimal(1)

    @cached_property
    def consulted(self) -> frozenset[str]:
        """The questions whose answers some condition or calculation of this checklist refers to."""
        written = {section.relevant for section in self.sections}
        for question in self.questions:
            written |= {question.relevant, question.constraint, question.calculation}
        return frozenset().union(*(conditions.names(conditions.parse(text)) for text in written if text))

    def for_method(self, method: Method) -> "Checklist":
        """The checklist as this method has it: a question that it may not answer does not exist."""
        return self._by_method[method]

    @cached_property
    def _by_method(self) -> Mapping[Method, "Checklist"]:
        return {method: self._asked_by(method) for method in Method}

    def _asked_by(self, method: Method) -> "Checklist":
        whole = replace(self, sections=tuple(section for section in self.sections if method in section.methods))
        return whole.keeping(lambda question: method in question.methods)

    def keeping(self, is_kept: Callable[[Question], bool]) -> "Checklist":
        """With these questions only, and the sections that still have some."""
        kept = [replace(section, questions=tuple(filter(is_kept, section.questions))) for section in self.sections]
        return replace(self, sections=tuple(section for section in kept if section.questions))
