"""Changes between two waves as words. Better and worse are said by one rule (core.changes.judge) and by no other."""

from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.changes import Change, Overlap, Test, Verdict
from fieldstudy.core.figures import Base, Formula
from fieldstudy.words import Words

ARROWS = {Verdict.BETTER: "▲", Verdict.WORSE: "▼"}
NO_INTERVAL = (Verdict.TOO_FEW, Verdict.NO_VARIATION, Verdict.CONFLICT, Verdict.NOT_COMPARED)
"""The verdict stands in its place, and says why."""
WHOLE = Decimal(100)


def mark(words: Words, change: Change | None) -> str:
    """An arrow beside the word, and nothing where no change can be shown: a page says that once."""
    if change is None or not change.is_claimed:
        return ""
    return over(words, change, f"{ARROWS[change.verdict]} {words.name(change.verdict)}")


def over(words: Words, change: Change, said: str) -> str:
    """With what was compared, where the figure that stands beside it is of more."""
    if not said or change.now is None:
        return said
    if change.is_over_common_stores and change.overlap is not None:
        part = over_stores(words, change.overlap)
    else:
        part = words.gettext("over a part")
    return f"{said} {part}" if change.is_claimed else f"{said}, {part}"


def over_stores(words: Words, overlap: Overlap) -> str:
    return words.ngettext("over %(num)s store", "over %(num)s stores", overlap.both)


def ends(change: Change | None) -> tuple[Decimal, Decimal] | None:
    """Between what whole points the change may lie; None where that says nothing."""
    interval = None if change is None else change.telling_interval
    if interval is None:
        return None
    low, high = (rounding.percent(end) for end in (interval.low, interval.high))
    return max(low, -WHOLE), min(high, WHOLE)


def reach(words: Words, change: Change | None) -> str:
    """−4 to +9; or why there is nothing to say it with."""
    if change is None:
        return ""
    if change.verdict in NO_INTERVAL:
        return verdict(words, change)
    found = ends(change)
    return "" if found is None else _range(words, change, found)


def verdict(words: Words, change: Change) -> str:
    """Why nothing was tested names what would have been: the stores of a network, the visits or answers of a store."""
    unit = _unit(change)
    if change.verdict == Verdict.NOT_COMPARED and change.overlap is not None and not change.overlap.is_enough:
        return words.gettext("not compared: %(reason)s", reason=common_stores(words, change.overlap))
    if change.is_alike:
        return _alike(words, change)
    if change.verdict == Verdict.TOO_FEW:
        return {
            Base.STORES: words.gettext("not tested, too few stores"),
            Base.VISITS: words.gettext("not tested, too few visits"),
            Base.ANSWERS: words.gettext("not tested, too few answers"),
        }[unit]
    if change.verdict == Verdict.NO_VARIATION:
        return {
            Base.STORES: words.gettext("not tested, all stores alike"),
            Base.VISITS: words.gettext("not tested, all visits of a wave alike"),
            Base.ANSWERS: words.gettext("not tested, all answers alike"),
        }[unit]
    return words.name(change.verdict)


def _alike(words: Words, change: Change) -> str:
    """All stores moved by the same amount."""
    if not change.direction:
        return words.gettext("the same in every store")
    if change.verdict == Verdict.NO_VARIATION:
        return words.gettext("not tested, all stores moved alike")
    return words.gettext("all stores moved alike, among so many changes that may be chance")


def common_stores(words: Words, overlap: Overlap) -> str:
    """Why nothing is compared."""
    if not overlap.both:
        return words.gettext("no store is in both waves")
    return words.ngettext("only %(num)s store is in both waves", "only %(num)s stores are in both waves", overlap.both)


def other_stores(words: Words, overlap: Overlap) -> str:
    """Which ones are not compared."""
    counted = (
        words.ngettext("%(num)s store is new", "%(num)s stores are new", overlap.new) if overlap.new else "",
        words.ngettext("%(num)s is no longer there", "%(num)s are no longer there", overlap.gone)
        if overlap.gone
        else "",
    )
    return ", ".join(said for said in counted if said)


def shown(words: Words, change: Change) -> str:
    """In a table that says nothing of what cannot be shown: why a result which moved is not judged, it does say."""
    is_moved = (change.is_unvaried or change.is_alike) and change.direction != 0
    is_said = is_moved or change.verdict == Verdict.CONFLICT
    return over(words, change, verdict(words, change)) if is_said else mark(words, change)


def _unit(change: Change) -> Base:
    """A network's rate is printed over all answers, and tested over the stores."""
    return Base.STORES if change.before.formula == Formula.RATE_T_OVER_STORES else change.before.base_of


def marked(words: Words, change: Change | None) -> str:
    """▲ better (+2 to +9)."""
    said, found = mark(words, change), ends(change)
    return f"{said} ({_range(words, change, found)})" if change and said and found else said


def told(words: Words, change: Change) -> str:
    """What a page about one figure says of its change."""
    before, now = (None if one is None else one.value for one in (change.before, change.now))
    if before is None or now is None:
        return _told(words, change)
    return words.gettext(
        "from %(before)s to %(now)s, %(said)s",
        before=words.points(rounding.percent(before)),
        now=words.points(rounding.percent(now)),
        said=over(words, change, _told(words, change)),
    )


def _told(words: Words, change: Change) -> str:
    if change.verdict in NO_INTERVAL or change.is_alike:
        return verdict(words, change)
    found = ends(change)
    said = words.gettext("no change that can be shown")
    if change.is_claimed:
        said = f"{ARROWS[change.verdict]} {words.name(change.verdict)}"
    return f"{said} ({_range(words, change, found)})" if found else said


def _range(words: Words, change: Change, found: tuple[Decimal, Decimal]) -> str:
    if change.test == Test.SIGNS:
        return words.gettext("every store moved by as much")
    if found[0] == found[1]:
        return words.gettext("close to %(by)s", by=words.signed(found[0]))
    return words.gettext("%(low)s to %(high)s", low=words.signed(found[0]), high=words.signed(found[1]))


def since_last(words: Words, now: Decimal, before: Decimal, change: Change) -> str:
    """A store's change since the last wave; the difference is that of the printed numbers."""
    untested = {
        Verdict.TOO_FEW: words.gettext("too few visits to tell whether it changed"),
        Verdict.NO_VARIATION: words.gettext(
            "all visits of a wave had the same result, so that the score has no interval of its change"
        ),
    }
    return _since(words, now, before, change, untested.get(change.verdict, ""))


def network_since_last(words: Words, now: Decimal, before: Decimal, change: Change) -> str:
    """The network's change since the last wave, likewise."""
    untested = {
        Verdict.TOO_FEW: words.gettext("too few stores to tell whether it changed"),
        Verdict.NO_VARIATION: words.gettext(
            "not tested, because stores that are all alike do not show what chance does"
        ),
    }
    said = _together(words, change) if change.is_alike else untested.get(change.verdict, "")
    return _since(words, now, before, change, said)


def _together(words: Words, change: Change) -> str:
    if not change.direction:
        return words.gettext("the same in every store")
    if change.verdict == Verdict.NO_VARIATION:
        return words.gettext("not tested, because every store moved by as much, and they are fewer than six")
    return words.gettext("every store moved by as much, but among so many changes that may be chance")


def _since(words: Words, now: Decimal, before: Decimal, change: Change, untested: str) -> str:
    gap, said = words.gap(now, before), untested or _said(words, change)
    risen = "±0" if gap == "0" else gap
    if change.now is not None:
        # What is compared is another figure than the score that stands beside the sentence.
        return words.gettext(
            "Over this part from %(before)s to %(now)s, %(change)s: %(said)s.",
            change=risen,
            before=words.points(before),
            now=words.points(now),
            said=said,
        )
    return words.gettext(
        "%(change)s on the last wave (%(before)s): %(said)s.", change=risen, before=words.points(before), said=said
    )


def _said(words: Words, change: Change) -> str:
    found = ends(change)
    if change.is_claimed and found is None:
        # An edition of before 0.4 froze the word without the interval.
        return words.gettext("%(verdict)s, as this edition judged it", verdict=words.name(change.verdict))
    said = words.name(change.verdict) if change.is_claimed else words.gettext("no change that can be shown")
    if found is None:
        return said
    low, high = (words.signed(end) for end in found)
    return f"{said}; {_between(words, change, low, high)}"


def _between(words: Words, change: Change, low: str, high: str) -> str:
    if change.test == Test.SIGNS:
        return words.gettext("every store moved by as much")
    if low == high:
        return words.gettext("the true change lies close to %(by)s", by=low)
    if not change.is_claimed and change.interval is not None and not change.interval.low <= 0 <= change.interval.high:
        return words.gettext(
            "between %(low)s and %(high)s, but among so many changes that may be chance", low=low, high=high
        )
    return words.gettext("the true change may lie between %(low)s and %(high)s", low=low, high=high)
