"""The stores in three groups against the network's mean; no ladder, and every interval is drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.core.changes import Verdict
from fieldstudy.core.figures import is_uniform
from fieldstudy.core.networks import StoreLine
from fieldstudy.core.ordering import natural_key
from fieldstudy.core.standing import Group
from fieldstudy.reports import precision
from fieldstudy.reports.network import drawings
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.network.drawings import Scale
from fieldstudy.reports.voice import interval_text, isolated, printed, printed_ends, shortened
from fieldstudy.words import changes as change_words

NAME_CHARACTERS = 60


@dataclass(frozen=True)
class StoreRow:
    name: str
    code: str
    region: str
    visits: str
    score: str
    drawing: Markup
    said: str
    change: str


@dataclass(frozen=True)
class StoreGroup:
    """`mark` is a sign beside the colour: ▲ above, ▼ below, nothing where the visits cannot tell."""

    kind: str
    mark: str
    title: str
    rows: tuple[StoreRow, ...]


@dataclass(frozen=True)
class League:
    key: str
    axis: Markup
    groups: tuple[StoreGroup, ...]
    has_changes: bool
    """Is there a store whose change can be shown?"""


def build(case: Case) -> League | None:
    """None for a single store: it has nothing to stand against."""
    lines = case.snapshot.stores
    if len(lines) < 2:
        return None
    scale, mean = _scale(case, lines), case.voice.printed(case.score)
    label = case.voice.words.gettext("network %(value)s", value=mean)
    return League(
        key=_key(case, mean),
        axis=drawings.axis(label, scale, label),
        groups=tuple(_group(case, scale, group, found) for group in Group if (found := _of(lines, group))),
        has_changes=any(line.change is not None and line.change.is_claimed for line in lines),
    )


def _scale(case: Case, lines: Sequence[StoreLine]) -> Scale:
    values = [float(value) for line in lines if (value := printed(line.score)) is not None]
    ends = [float(end) for line in lines for end in printed_ends(line.score) or ()]
    mean = printed(case.score)
    return drawings.scale([*values, *ends], None if mean is None else float(mean))


def _of(lines: Sequence[StoreLine], group: Group) -> list[StoreLine]:
    """By name: within a group the visits do not say who comes first."""
    found = [line for line in lines if line.group == group]
    return sorted(found, key=lambda line: (natural_key(line.name), natural_key(line.code)))


def _key(case: Case, mean: str) -> str:
    words = case.voice.words
    line = words.gettext("The upright line is the network's mean, %(mean)s.", mean=mean)
    by_name = words.gettext("Within a group the stores stand by name: more cannot be told.")
    return " ".join([line, rule(case), by_name, *_partly_compared(case)])


def _partly_compared(case: Case) -> Iterator[str]:
    changes = [line.change for line in case.snapshot.stores if line.change is not None]
    if any(change.now is not None or change.verdict == Verdict.NOT_COMPARED for change in changes):
        yield case.voice.words.gettext(
            "Where a store is compared with its last wave over a part only, or not at all, its own report says why."
        )


def rule(case: Case) -> str:
    """By what the stores were put into their groups when this edition was made."""
    words = case.voice.words
    if not case.snapshot.are_groups_corrected:
        return words.gettext("A store is above or below it only where its whole interval lies on that side.")
    return words.gettext(
        "A store is above or below only where it differs from the mean of the other stores by more than chance would "
        "do among so many stores."
    )


def _group(case: Case, scale: Scale, group: Group, lines: Sequence[StoreLine]) -> StoreGroup:
    words = case.voice.words
    titles = {
        Group.ABOVE: words.gettext("Above the network's mean"),
        Group.CANNOT_TELL: words.gettext("Cannot be told from the mean"),
        Group.BELOW: words.gettext("Below the network's mean"),
    }
    marks = {Group.ABOVE: "▲", Group.BELOW: "▼", Group.CANNOT_TELL: ""}
    count = words.ngettext("%(num)s store", "%(num)s stores", len(lines))
    rows = tuple(_row(case, scale, line) for line in lines)
    return StoreGroup(group.value.replace("_", "-"), marks[group], f"{titles[group]} · {count}", rows)


def _row(case: Case, scale: Scale, line: StoreLine) -> StoreRow:
    value, ends, words = printed(line.score), printed_ends(line.score), case.voice.words
    said = _said(case, line)
    return StoreRow(
        name=shortened(isolated(line.name), NAME_CHARACTERS),
        code=line.code,
        region=isolated(line.region),
        visits=words.integer(line.visits),
        score=case.voice.printed(line.score),
        drawing=drawings.interval(
            f"{isolated(line.name)}: {said}",
            scale,
            None if value is None else float(value),
            None if ends is None else (float(ends[0]), float(ends[1])),
        ),
        said=said if ends is None or ends[0] == ends[1] else interval_text(words, line.score),
        change=change_words.marked(words, line.change),
    )


def _said(case: Case, line: StoreLine) -> str:
    words, ends = case.voice.words, case.said_ends(line.score)
    if line.score.base == 0:
        return words.gettext("no visit counts")
    if line.score.base == 1:
        return words.gettext("one visit: a snapshot")
    if ends is None:
        return precision.without(words, line.score)
    if is_uniform(line.score):
        return words.gettext("all visits alike")
    if ends[0] == ends[1]:
        return words.gettext("close to %(value)s", value=ends[0])
    return words.gettext("between %(low)s and %(high)s", low=ends[0], high=ends[1])
