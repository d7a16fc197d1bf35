"""What a later edition of a wave changed, told from the snapshots of both and nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from fieldstudy.core import ordering, versions
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord

Key = tuple[object, ...]


@dataclass(frozen=True)
class StoreChange:
    """One store: visits that came in, went out or were amended; its score, None where it has none or is not in it.

    `reworded` visits count as they did, and show other notes, or no longer what has become internal.
    """

    code: str
    name: str
    came_in: int
    went_out: int
    amended: int
    before: Decimal | None
    after: Decimal | None
    reworded: int = 0

    @property
    def is_change(self) -> bool:
        counted = self.came_in or self.went_out or self.amended or self.reworded
        return bool(counted) or self.before != self.after


@dataclass(frozen=True)
class EditionChange:
    """The stores whose own visits or score changed, by code, and the network's score before and after."""

    stores: tuple[StoreChange, ...]
    before: Decimal | None
    after: Decimal | None

    def of_store(self, code: str) -> StoreChange | None:
        return next((store for store in self.stores if store.code == code), None)


def compare(
    before: Sequence[StoreSnapshot], after: Sequence[StoreSnapshot], hidden: Mapping[str, bool] = MappingProxyType({})
) -> EditionChange:
    """`hidden` are the questions that the client does not see any more: that they are gone amends no visit. Whether
    somebody was asked them says if their being gone is worth telling.
    """
    earlier, later = ({one.store.code: one for one in snapshots} for snapshots in (before, after))
    codes = ordering.by_code(earlier.keys() | later.keys(), str)
    stores = (compare_store(earlier.get(code), later.get(code), hidden) for code in codes)
    return EditionChange(tuple(store for store in stores if store.is_change), _network(before), _network(after))


def _network(snapshots: Sequence[StoreSnapshot]) -> Decimal | None:
    return snapshots[0].network.mean_of_store_means.value if snapshots else None


def compare_store(
    before: StoreSnapshot | None, after: StoreSnapshot | None, hidden: Mapping[str, bool] = MappingProxyType({})
) -> StoreChange:
    """One of the two is there."""
    place = (after or before).store  # type: ignore[union-attr]
    sides = [one.visits if one else () for one in (before, after)]
    first, second = (_visits(visits, hidden) for visits in sides)
    old, new = (Counter(key for key, _ in visits) for visits in (first, second))
    went_out, came_in = (old - new).total(), (new - old).total()
    unlike = (Counter(second) - Counter(first)).total()
    scores = _score(before), _score(after)
    return StoreChange(place.code, place.name, came_in, went_out, unlike - came_in, *scores, _reworded(sides, hidden))


def _reworded(sides: Sequence[Sequence[VisitRecord]], hidden: Mapping[str, bool]) -> int:
    """Of the visits that are in both with the same answers."""
    earlier, later = (
        {key: _texts(one, hidden) for one in visits for _, key in _visits([one], hidden)} for visits in sides
    )
    return sum(earlier[key] != later[key] for key in earlier.keys() & later.keys())


def _texts(record: VisitRecord, hidden: Mapping[str, bool]) -> Key:
    """What was written down, beside what enters figures; a value that nobody was asked for is no text."""
    told = frozenset((one.question, one.value) for one in record.answers if hidden.get(one.question))
    return tuple((one.section, one.jotted_at, one.text) for one in record.jottings), told


def _visits(records: Iterable[VisitRecord], hidden: Mapping[str, bool]) -> list[tuple[Key, Key]]:
    """Which visit it is, and what of it enters figures: a snapshot knows no ids."""
    return [((one.method, one.started_at), (one.method, one.started_at, *_values(one, hidden))) for one in records]


def _values(record: VisitRecord, hidden: Mapping[str, bool]) -> Key:
    """A question may go by another name since a newer version of the checklist came in."""
    shown = (answer for answer in record.answers if answer.question not in hidden)
    answers = tuple((versions.original(answer.question), answer.value, answer.is_na) for answer in shown)
    return record.final, frozenset(answers), tuple(section for section in record.sections if section.possible)


def _score(snapshot: StoreSnapshot | None) -> Decimal | None:
    return snapshot.figures.score.value if snapshot else None
