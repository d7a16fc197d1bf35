"""The figures of a wave as plain JSON values: the open form in which anybody can recompute them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fieldstudy.core import snapshots
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.core.versions import VersionUse
from fieldstudy.reports.figures import network as network_figures
from fieldstudy.reports.figures import numbers
from fieldstudy.reports.figures import stores as store_figures
from fieldstudy.reports.figures.numbers import Json
from fieldstudy.words import Words


@dataclass(frozen=True)
class Frozen:
    """What only a release knows. Without its network there is no hash and no last wave of the network.

    `hashes` by the store's code; that of the network is under "".
    """

    edition: int | None = None
    network: NetworkSnapshot | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

    def hash_of(self, code: str) -> Json:
        return {"sha256": self.hashes[code]} if code in self.hashes else {}


def as_json(
    study: str,
    wave: str,
    checklist: Checklist,
    stores: Sequence[StoreSnapshot],
    words: Words,
    decimals: int,
    store: str = "",
    frozen: Frozen | None = None,
) -> Json:
    """All stores of a wave, or the one with this code; the network is always the whole wave."""
    frozen = frozen or Frozen()
    figure, found = numbers.said(words, decimals), snapshots.recompute(checklist, stores)
    taken = {one.store.code: one for one in stores}
    used = stores[0].facts.versions if stores else ()
    return {
        "study": study,
        "wave": wave,
        "edition": frozen.edition,
        "total": _total(checklist, used),
        "versions": [_version(one) for one in used],
        "stores": [
            store_figures.as_json(one, taken[one.store], checklist, figure) | frozen.hash_of(one.store)
            for one in found.stores
            if store in ("", one.store)
        ],
        "network": network_figures.as_json(found, stores, frozen.network, checklist, figure) | frozen.hash_of(""),
    }


def _total(checklist: Checklist, used: Sequence[VersionUse]) -> str:
    families = {version.settings.total for version in used} or {checklist.settings.total}
    return families.pop().value if len(families) == 1 else "mixed"


def _version(used: VersionUse) -> Json:
    return {
        "number": used.number,
        "file": used.sha256,
        "label": used.label,
        "total": used.settings.total.value,
        "visits": used.visits,
        "weights": {name: numbers.plain(weight) for name, weight in used.weights},
    }
