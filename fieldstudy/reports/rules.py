"""How a checklist scores a visit and stores make a network, said in words for the method part of a report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fieldstudy.core.checklist import Missing, Settings, Total
from fieldstudy.core.figures import Figure, is_uniform, telling_interval
from fieldstudy.core.snapshots import OtherChecklists
from fieldstudy.core.versions import VersionUse
from fieldstudy.reports.voice import Voice, is_scattered, isolated
from fieldstudy.words import Words, versions


@dataclass(frozen=True)
class Fact:
    term: str
    texts: tuple[str, ...]


def checklist(voice: Voice, used: Sequence[VersionUse]) -> str:
    """`used` is empty in editions from before they were frozen."""
    words, form = voice.words, voice.checklist
    version = words.gettext("version %(version)s", version=isolated(form.version)) if form.version else ""
    if used:
        own = [replace(one, label=isolated(one.label)) for one in used]
        version = words.listing(versions.named(words, one) for one in own)
    asked = sum(question.is_asked and not question.former for question in form.questions)
    count = words.ngettext("%(num)s question", "%(num)s questions", asked)
    return ", ".join(part for part in (voice.say(form.title, form.form_id), version, count) if part) + "."


def total(voice: Voice, used: Sequence[VersionUse]) -> tuple[str, ...]:
    """One rule, or one for each group of versions that count in the same way."""
    groups: dict[Settings, list[VersionUse]] = {}
    for version in used:
        groups.setdefault(version.settings, []).append(version)
    if len(groups) < 2:
        return (_total(voice, next(iter(groups), voice.checklist.settings)),)
    return tuple(
        f"{versions.visits_with(voice.words, group)}: {_total(voice, settings)}" for settings, group in groups.items()
    )


def _total(voice: Voice, settings: Settings) -> str:
    words = voice.words
    if settings.total == Total.POOLED:
        family = words.gettext("Pooled: all points earned divided by all points possible.")
    else:
        family = words.gettext("Weighted by touchpoint: the mean of the touchpoints' scores with their weights.")
    return " ".join([family, *_switches(voice, settings)])


def other_checklists(voice: Voice, found: OtherChecklists) -> Iterator[str]:
    return versions.others(voice.words, OtherChecklists(found.visits, tuple(map(isolated, found.stores))))


def _switches(voice: Voice, settings: Settings) -> Iterator[str]:
    words = voice.words
    if settings.na == Missing.OMIT:
        yield words.gettext("An answer “not applicable” leaves both sums.")
    else:
        yield words.gettext("An answer “not applicable” counts as a miss.")
    if settings.unanswered == Missing.MISS:
        yield words.gettext("An optional question left empty counts as a miss.")
    if settings.adjust_earned_points or settings.adjust_possible_points:
        yield words.gettext(
            "A flat adjustment adds %(earned)s to the points earned and %(possible)s to the points possible.",
            earned=words.points(settings.adjust_earned_points),
            possible=words.points(settings.adjust_possible_points),
        )
    if any(question.is_bonus for question in voice.checklist.questions):
        yield words.gettext("A bonus adds to the points earned only.")
    if not settings.is_capped:
        yield words.gettext("The total may pass 100 percent.")
    methods = words.listing(words.name(method) for method in settings.headline_methods)
    yield words.gettext("Into the score go: %(methods)s.", methods=methods)


def norms(voice: Voice) -> str:
    normed = [section for section in voice.checklist.sections if section.norm is not None]
    if not normed:
        return ""
    authors = voice.words.listing(voice.words.name(author) for author in dict.fromkeys(s.norm_by for s in normed))
    return voice.words.gettext("Set by %(authors)s. A norm says how it should be; it enters no score.", authors=authors)


def network_mean(voice: Voice, figure: Figure) -> str:
    words = voice.words
    interval = telling_interval(figure)
    if figure.value is None:
        return words.gettext("Mean of the stores' means.")
    if is_scattered(figure):
        return words.gettext(
            "Mean of the stores' means: %(mean)s over %(base)s stores, too unlike for an interval.",
            mean=words.percent(figure.value, 1),
            base=words.integer(figure.base),
        )
    if interval is None:
        return words.ngettext(
            "Mean of the stores' means: %(mean)s over %(num)s store; not enough for an interval.",
            "Mean of the stores' means: %(mean)s over %(num)s stores; not enough for an interval.",
            figure.base,
            mean=words.percent(figure.value, 1),
        )
    mean, base = words.percent(figure.value, 1), words.integer(figure.base)
    low, high = (words.percent(end, 1) for end in (interval.low, interval.high))
    if is_uniform(figure):
        return words.gettext(
            "Mean of the stores' means: %(mean)s over %(base)s stores, all with the same result: an interval would "
            "say nothing.",
            mean=mean,
            base=base,
        )
    if low == high:
        return words.gettext(
            "Mean of the stores' means: %(mean)s; both ends of the 95 percent t interval over %(base)s stores round "
            "to %(end)s.",
            mean=mean,
            base=base,
            end=low,
        )
    return words.gettext(
        "Mean of the stores' means: %(mean)s, 95 percent t interval %(low)s to %(high)s over %(base)s stores.",
        mean=mean,
        low=low,
        high=high,
        base=base,
    )


def cost_of_a_gap(words: Words) -> str:
    return words.gettext(
        "Gap × the question's share of the whole score: the mean of what hung on it in each visit, and nothing where "
        "it was not asked."
    )
