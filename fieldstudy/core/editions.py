"""What a later edition of a wave changed, told from the snapshots of both and nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import versions
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord

Key = tuple[object, ...]


@dataclass(frozen=True)
class StoreChange:
    """One store: visits that came in, went out or were amended; its score, None where it has none or is not in it."""

    code: str
    name: str
    came_in: int
    went_out: int
    amended: int
    before: Decimal | None
    after: Decimal | None

    @property
    def is_change(self) -> bool:
        return bool(self.came_in or self.went_out or self.amended) or self.before != self.after


@dataclass(frozen=True)
class EditionChange:
    """The stores whose own visits or score changed, by code, and the network's score before and after."""

    stores: tuple[StoreChange, ...]
    before: Decimal | None
    after: Decimal | None

    def of_store(self, code: str) -> StoreChange | None:
        return next((store for store in self.stores if store.code == code), None)


def compare(before: Sequence[StoreSnapshot], after: Sequence[StoreSnapshot]) -> EditionChange:
    earlier, later = ({one.store.code: one for one in snapshots} for snapshots in (before, after))
    stores = (_store(earlier.get(code), later.get(code)) for code in sorted(earlier.keys() | later.keys()))
    return EditionChange(tuple(store for store in stores if store.is_change), _network(before), _network(after))


def _network(snapshots: Sequence[StoreSnapshot]) -> Decimal | None:
    return snapshots[0].network.mean_of_store_means.value if snapshots else None


def _store(before: StoreSnapshot | None, after: StoreSnapshot | None) -> StoreChange:
    place = (after or before).store  # type: ignore[union-attr]
    first, second = (_visits(one.visits if one else ()) for one in (before, after))
    old, new = (Counter(key for key, _ in visits) for visits in (first, second))
    went_out, came_in = (old - new).total(), (new - old).total()
    unlike = (Counter(second) - Counter(first)).total()
    return StoreChange(place.code, place.name, came_in, went_out, unlike - came_in, _score(before), _score(after))


def _visits(records: Iterable[VisitRecord]) -> list[tuple[Key, Key]]:
    """Which visit it is, and what of it enters figures: a snapshot knows no ids."""
    return [((one.method, one.started_at), (one.method, one.started_at, *_values(one))) for one in records]


def _values(record: VisitRecord) -> Key:
    """A question may go by another name since a newer version of the checklist came in."""
    answers = tuple((versions.original(answer.question), answer.value, answer.is_na) for answer in record.answers)
    return record.final, frozenset(answers), record.sections


def _score(snapshot: StoreSnapshot | None) -> Decimal | None:
    return snapshot.figures.score.value if snapshot else None
