"""What a released wave shows a manager: frozen figures of the stores within reach. Answers are never read here.

The number of queries does not depend on the number of stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, select, type_coerce

from fieldstudy.core import access, internal, networks, ordering, rules, together
from fieldstudy.core.access import Viewer
from fieldstudy.core.answers import Answer
from fieldstudy.core.changes import Change
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.core.comparability import Basis
from fieldstudy.core.feelings import FeelingCurve
from fieldstudy.core.figures import Figure, NetworkFigures, SectionFigure, StoreFigures
from fieldstudy.core.gaps import Gap
from fieldstudy.core.networks import LastNetwork
from fieldstudy.core.rules import Rules
from fieldstudy.core.scoring import QuestionScore
from fieldstudy.core.snapshots import LastWave, WaveFacts
from fieldstudy.core.standing import Group
from fieldstudy.core.versions import Asked
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Edition, Store, StoreEdition, Wave
from fieldstudy.models.columns import Frozen
from fieldstudy.queries import reach, releases

E = TypeVar("E")


RENAMED = {"raw_sections": "sections", "raw_change": "change", "raw_rules": "rules"}
NOTHING = msgspec.Raw(b"{}")


class LazyLine(msgspec.Struct, frozen=True, dict=True, rename=RENAMED):
    """One row of the league. What only a drawn row needs is read when it is drawn."""

    code: str
    name: str
    region: str
    visits: int
    score: Figure
    group: Group
    raw_sections: msgspec.Raw
    raw_change: msgspec.Raw
    raw_rules: msgspec.Raw = NOTHING

    @cached_property
    def sections(self) -> tuple[SectionFigure, ...]:
        return SECTIONS.decode(self.raw_sections)

    @cached_property
    def change(self) -> Change | None:
        return CHANGE.decode(self.raw_change)

    @cached_property
    def rules(self) -> Rules:
        return RULES.decode(self.raw_rules)


# Made at import: two threads that make the first decoder of a type at the same time crash the process.
SECTIONS = msgspec.json.Decoder(tuple[SectionFigure, ...])
CHANGE: msgspec.json.Decoder[Change | None] = msgspec.json.Decoder(Change | None)
RULES = msgspec.json.Decoder(Rules)


@dataclass(frozen=True)
class FrozenNetwork:
    """What a dashboard shows of a networks.NetworkSnapshot."""

    stores: tuple[LazyLine, ...]
    regions: tuple[tuple[str, Figure], ...]
    network: NetworkFigures
    last: LastNetwork | None
    curve: FeelingCurve
    gaps: tuple[Gap, ...]
    facts: WaveFacts
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True)
class SeenStore:
    """`id` is that of the frozen store (the address of its report)."""

    id: UUID
    store_id: UUID
    line: LazyLine


@dataclass(frozen=True)
class Dashboard:
    """`network` is the whole wave; `stores` are those within reach, by code."""

    wave: Wave
    edition: Edition
    checklist: Checklist
    network: FrozenNetwork
    stores: tuple[SeenStore, ...]

    @property
    def is_whole(self) -> bool:
        return len(self.stores) == len(self.network.stores)

    @cached_property
    def score(self) -> Figure:
        """Over the stores within reach."""
        if self.is_whole:
            return self.network.network.mean_of_store_means
        return together.score_of([seen.line.score for seen in self.stores])

    @cached_property
    def sections(self) -> Mapping[str, SectionFigure]:
        """Each touchpoint over the stores within reach."""
        if self.is_whole:
            return {figure.section: figure for figure in self.network.network.sections}
        found = together.sections_of([(seen.line.score, seen.line.sections) for seen in self.stores])
        return {figure.section: figure for figure in found}

    @cached_property
    def rules(self) -> Rules:
        """The critical rules that fired in the stores within reach."""
        lines = [seen.line for seen in self.stores]
        return rules.of_stores([(line.rules, line.visits, line.score.value) for line in lines])

    def change_of_section(self, name: str) -> Change | None:
        """Of the whole network: nothing was tested for a part of it."""
        last = self.network.last
        return dict(last.sections).get(name) if last and self.is_whole else None


def find(viewer: Viewer, wave: Wave) -> Dashboard | None:
    """The newest edition of a released wave, as this viewer may see it."""
    query = select(Edition, type_coerce(Edition.network, FROZEN[FrozenNetwork])).where(Edition.wave_id == wave.id)
    found = db.session.execute(query.order_by(Edition.number.desc()).limit(1)).first()
    if found is None:
        return None
    edition, frozen = found
    content = _version(edition).content
    network = frozen or _gathered(edition, internal.for_client(content))
    lines = {line.code: line for line in network.stores}
    rows = db.session.execute(
        select(StoreEdition.id, StoreEdition.store_id, Store.code)
        .join(Store, Store.id == StoreEdition.store_id)
        .where(StoreEdition.edition_id == edition.id, reach.of_results(viewer))
    )
    seen = [SeenStore(row_id, store_id, lines[code]) for row_id, store_id, code in rows if code in lines]
    stores = tuple(ordering.by_code(seen, lambda one: one.line.code))
    return Dashboard(wave, edition, network.facts.checklist(content), network, stores)


def _version(edition: Edition) -> ChecklistVersion:
    query = (
        select(ChecklistVersion)
        .join(StoreEdition, StoreEdition.checklist_version_id == ChecklistVersion.id)
        .where(StoreEdition.edition_id == edition.id)
        .limit(1)
    )
    return db.session.scalars(query).one()


def list_checklists(dashboard: Dashboard) -> Sequence[Checklist]:
    """All versions that visits of this edition were made with; of an older edition, the one that explains it."""
    numbers = [version.number for version in dashboard.network.facts.versions]
    if len(numbers) < 2:
        return [_version(dashboard.edition).content]
    query = select(ChecklistVersion).where(
        ChecklistVersion.study_id == dashboard.wave.study_id,
        ChecklistVersion.form_id == dashboard.checklist.form_id,
        ChecklistVersion.number.in_(numbers),
    )
    return [version.content for version in db.session.scalars(query)]


def _gathered(edition: Edition, checklist: Checklist) -> FrozenNetwork:
    """An edition from before networks were frozen with it: put together from its stores, without a last wave."""
    query = select(StoreEdition.snapshot).where(StoreEdition.edition_id == edition.id)
    stores = ordering.by_code(db.session.scalars(query), lambda snapshot: snapshot.store.code)
    gathered = msgspec.json.encode(networks.gather(checklist, stores, None, {}))
    return NETWORK.decode(gathered)


@dataclass(frozen=True)
class MadeVisit:
    """How a visit was made, and its score; its answers are skipped over."""

    method: Method
    is_headline: bool
    final: Decimal | None


@dataclass(frozen=True)
class StoreExcerpt:
    """Of a frozen store: its figures, and what its visits were."""

    figures: StoreFigures
    last: LastWave | None
    visits: tuple[MadeVisit, ...]


@dataclass(frozen=True)
class VisitExcerpt:
    number: int
    is_headline: bool
    answers: tuple[Answer, ...]
    questions: tuple[QuestionScore, ...]


@dataclass(frozen=True)
class AnsweredExcerpt:
    """Of a frozen store: its figures, and what each visit answered."""

    figures: StoreFigures
    last: LastWave | None
    visits: tuple[VisitExcerpt, ...]


def list_store_figures(viewer: Viewer, edition: Edition) -> dict[UUID, StoreExcerpt]:
    """The stores of this edition within reach, by the id of the frozen store."""
    return dict(_excerpts(viewer, edition, StoreExcerpt))


def list_answers(viewer: Viewer, edition: Edition, stores: Sequence[SeenStore]) -> dict[UUID, AnsweredExcerpt]:
    """What was answered in these stores, as it was frozen; answers are many, so that not more than a page is read."""
    return dict(_excerpts(viewer, edition, AnsweredExcerpt, StoreEdition.id.in_([seen.id for seen in stores])))


def _excerpts(
    viewer: Viewer, edition: Edition, excerpt: type[E], *conditions: ColumnElement[bool]
) -> Sequence[tuple[UUID, E]]:
    query = (
        select(StoreEdition.id, type_coerce(StoreEdition.snapshot, FROZEN[excerpt]))
        .join(Store, Store.id == StoreEdition.store_id)
        .where(StoreEdition.edition_id == edition.id, reach.of_results(viewer), *conditions)
    )
    return [(row_id, found) for row_id, found in db.session.execute(query)]


@dataclass(frozen=True)
class _Means:
    mean_of_store_means: Figure


@dataclass(frozen=True)
class _LastScore:
    name: str
    score: Change
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True)
class NetworkExcerpt:
    """Of a frozen network: its score, and against its last wave."""

    network: _Means
    last: _LastScore | None

    @property
    def score(self) -> Figure:
        return self.network.mean_of_store_means


def list_networks(waves: Sequence[Wave]) -> dict[UUID, NetworkExcerpt]:
    """By wave, as its newest edition froze it."""
    newest = (
        select(Edition.wave_id, func.max(Edition.number).label("number"))
        .where(Edition.wave_id.in_([wave.id for wave in waves]))
        .group_by(Edition.wave_id)
        .subquery()
    )
    query = select(Edition.wave_id, type_coerce(Edition.network, FROZEN[NetworkExcerpt])).join(
        newest, and_(newest.c.wave_id == Edition.wave_id, newest.c.number == Edition.number)
    )
    found = {wave_id: excerpt for wave_id, excerpt in db.session.execute(query) if excerpt is not None}
    older = releases.list_network_scores([wave for wave in waves if wave.id not in found])
    return found | {wave_id: NetworkExcerpt(_Means(score), None) for wave_id, score in older.items()}


def list_own_scores(viewer: Viewer, waves: Sequence[Wave]) -> dict[UUID, list[Figure]]:
    """The scores of the stores within reach, by wave; nothing for clients whose stores the viewer sees all."""
    narrowed = [wave.id for wave in waves if not access.sees_all_stores(viewer, wave.client_id)]
    newest = (
        select(Edition.wave_id, func.max(Edition.number).label("number"))
        .where(Edition.wave_id.in_(narrowed))
        .group_by(Edition.wave_id)
        .subquery()
    )
    query = (
        select(Edition.wave_id, StoreEdition.score)
        .join(StoreEdition, StoreEdition.edition_id == Edition.id)
        .join(newest, and_(newest.c.wave_id == Edition.wave_id, newest.c.number == Edition.number))
        .join(Store, Store.id == StoreEdition.store_id)
        .where(reach.of_results(viewer))
    )
    found: dict[UUID, list[Figure]] = {}
    for wave_id, score in db.session.execute(query) if narrowed else ():
        found.setdefault(wave_id, []).append(score)
    return found


def list_comparable_waves(viewer: Viewer, wave: Wave) -> Sequence[Wave]:
    """The other released waves of the same study, the newest first."""
    return [
        other
        for other in releases.list_released_waves(viewer)
        if other.study_id == wave.study_id and other.id != wave.id
    ]


NETWORK = msgspec.json.Decoder(FrozenNetwork)
FROZEN: dict[type, Frozen[Any]] = {
    kind: Frozen[Any](kind) for kind in (FrozenNetwork, StoreExcerpt, AnsweredExcerpt, NetworkExcerpt)
}
