"""Over what two waves are compared, and why not over more, in words."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Protocol

from fieldstudy.core import rounding
from fieldstudy.core.changes import Change
from fieldstudy.core.comparability import Basis, Mix, Reason
from fieldstudy.core.figures import Figure
from fieldstudy.words import Words, changes

Tell = Callable[[Words, Decimal, Decimal, Change], str]
"""The sentence of a change, from the printed figure of now and that of before."""


class Last(Protocol):
    """A last wave, of a store or of the network."""

    @property
    def score(self) -> Change: ...

    @property
    def basis(self) -> Basis: ...


def since_last(words: Words, last: Last | None, now: Figure, tell: Tell) -> str:
    """What changed since the last wave, over what, and why over no more; nothing where there is nothing to compare."""
    if last is None or now.value is None:
        return ""
    before, after = _printed(last.score.before), _printed(last.score.now or now)
    if not last.basis.is_compared or before is None or after is None:
        return limits(words, last.basis)
    return " ".join(part for part in (limits(words, last.basis), tell(words, after, before, last.score)) if part)


def limits(words: Words, basis: Basis, wave: str = "") -> str:
    """Nothing where all was compared with all. `wave`: the earlier one, where it is not simply the last."""
    named = wave or words.gettext("the last wave")
    reasons = _reasons(words, basis)
    if not basis.is_compared:
        return words.gettext("Not compared with %(wave)s: %(reasons)s.", wave=named, reasons=reasons)
    if not basis.is_part:
        return ""
    return words.gettext(
        "Compared with %(wave)s only over %(part)s: %(reasons)s.",
        wave=named,
        part=part(words, basis),
        reasons=reasons,
    )


def part(words: Words, basis: Basis) -> str:
    return words.listing(_part(words, basis))


def _part(words: Words, basis: Basis) -> Iterator[str]:
    yield from _measured(words, basis)
    if basis.overlap is not None and not basis.overlap.is_whole:
        yield words.ngettext("the %(num)s store of both waves", "the %(num)s stores of both waves", basis.overlap.both)


def _measured(words: Words, basis: Basis) -> Iterator[str]:
    if basis.questions is not None:
        yield words.ngettext(
            "the %(num)s question that both waves asked alike",
            "the %(num)s questions that both waves asked alike",
            basis.questions,
        )
    if basis.methods:
        yield words.gettext(
            "the visits by %(methods)s", methods=words.listing(words.name(method) for method in basis.methods)
        )


def _reasons(words: Words, basis: Basis) -> str:
    """What a later checklist does otherwise is one sentence, with one subject."""
    clauses = [said for reason in basis.reasons if (said := _clause(words, reason))]
    now = [words.gettext("the checklist now %(clauses)s", clauses=words.listing(clauses))] if clauses else []
    return "; ".join([*now, *_apart(words, basis)])


def _clause(words: Words, reason: Reason) -> str:
    match reason:
        case Reason.POINTS:
            return words.gettext("gives other points")
        case Reason.QUESTIONS:
            return words.gettext("asks other questions")
        case Reason.RULES:
            return words.gettext("has other critical rules")
        case Reason.TOTAL:
            return words.gettext("works out the total in another way")
        case Reason.MISSING:
            return words.gettext("counts “not applicable” and empty answers in another way")
        case Reason.METHODS:
            return words.gettext("counts visits by other methods")
        case _:
            return ""


def _apart(words: Words, basis: Basis) -> Iterator[str]:
    if Reason.CHECKLIST in basis.reasons:
        yield words.gettext("it was made with another checklist")
    if basis.overlap is not None and not basis.overlap.is_whole:
        is_enough = basis.overlap.is_enough
        yield (changes.other_stores if is_enough else changes.common_stores)(words, basis.overlap)
    if Reason.MIX in basis.reasons:
        yield _other_mix(words, basis)
    if basis.stores is not None:
        part = words.listing(_measured(words, basis))
        yield _stores_of_part(words, basis.stores, part)


def _other_mix(words: Words, basis: Basis) -> str:
    """Counted are the visits of the stores that are compared."""
    before, now = _mix(words, basis.mix_before), _mix(words, basis.mix_now)
    if basis.has_other_stores:
        return words.gettext(
            "the mix of methods in the stores of both waves is another (then %(before)s; now %(now)s)",
            before=before,
            now=now,
        )
    return words.gettext("the mix of methods is another (then %(before)s; now %(now)s)", before=before, now=now)


def _stores_of_part(words: Words, stores: int, part: str) -> str:
    if not stores:
        return words.gettext("no store has a result in both waves over %(part)s", part=part)
    return words.ngettext(
        "only %(num)s store has a result in both waves over %(part)s",
        "only %(num)s stores have a result in both waves over %(part)s",
        stores,
        part=part,
    )


def _mix(words: Words, mix: Mix) -> str:
    return words.listing(words.visits_of(method, count) for method, count in mix) or words.gettext("none")


def _printed(figure: Figure | None) -> Decimal | None:
    return rounding.percent(figure.value) if figure is not None and figure.value is not None else None
