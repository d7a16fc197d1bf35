"""Random histories of two phones and two browsers without script of one person, on a connection that loses and repeats:
every answer and every time of entry that the server ever got is shown by a draft that nobody has gone on from, or
whoever saw it replaced it. A page that sends has the time, or names it as another one; of what other devices hold when
a phone sends, the receipt tells what did not go along.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings, strategies

from fieldstudy.core import draft_times, drafts
from fieldstudy.core.drafts import Said
from fieldstudy.core.moments import ENTERED, Stay

QUESTIONS = ("q-a", "q-b", "q-c")
Raw = dict[str, list[str]]


@dataclass(frozen=True)
class Draft:
    device: str
    stamp: int
    raw: Raw = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    revision: int = 1


class Server:
    """Keeps drafts as services/visits/drafts.py does."""

    def __init__(self) -> None:
        self.held: dict[str, Draft] = {}
        self.stored: set[str] = set()
        self.noted: set[str] = set()
        self.clock = 0

    def put(self, sent: Draft) -> None:
        held = self.held.get(sent.device)
        if held is not None and held.stamp > sent.stamp:
            return
        if held is not None and held.stamp == sent.stamp:
            sent = replace(sent, content=drafts.kept_again(held, sent.raw, sent.content))
        self.held[sent.device] = sent
        self.stored |= {text for texts in sent.raw.values() for text in texts}
        self.noted |= times_of([sent.content])

    def save_page(self, device: str, raw: Raw, entered: str | None, tab: "Tab") -> str:
        seen = tab.seen
        if drafts.hides(device, seen, self.held.values()):
            device = drafts.new_page()
        before = drafts.overtaken(device, seen, self.held.values())
        aside = drafts.asides(before, Said(raw, stay_at(entered)), tab.is_choice)
        struck = draft_times.struck_times(stay_at(tab.entered), stay_at(entered), before)
        self.clock += 1
        stamp = max([self.clock, *(drafts.vector(one).get(device, 0) + 1 for one in self.held.values())])
        content = {"seen": dict(seen), "aside": aside, ENTERED: entered, draft_times.STRUCK: struck}
        self.put(Draft(device, stamp, raw, content))
        for gone in drafts.left_behind(self.held.values()):
            del self.held[gone.device]
        return device

    def others(self, device: str) -> dict[str, Draft]:
        """As web/drafts.py hands them out."""
        all_ = list(self.held.values())
        told = [replace(one, content={**one.content, "seen": drafts.seen_by(one, all_)}) for one in all_]
        return {one.device: one for one in told if one.device != device}

    def shown(self) -> set[str]:
        raws = [head.raw for head in drafts.heads(self.held.values())] + [laid["raw"] for laid in self.laid()]
        return {text for raw in raws for texts in raw.values() for text in texts}

    def laid(self) -> list[dict[str, Any]]:
        """What was laid aside, phones take from every draft."""
        return [laid for one in self.held.values() for laid in one.content.get("aside", [])]

    def shown_times(self) -> set[str]:
        return times_of([*(head.content for head in drafts.heads(self.held.values())), *self.laid()])

    def told_by(self, device: str) -> set[str]:
        """What a page tells of times when it is sent: its own, and those that it names as others."""
        own, all_ = self.held[device], list(self.held.values())
        stay = draft_times.stay_on(own, all_, Stay())
        others = (draft_times.told(head, own) for head in drafts.heads(all_))
        here = Said(own.raw, stay)
        stays = [stay, *(other.stay for other in others if ENTERED in drafts.compare(here, other).different)]
        return {each.entered_at.isoformat() for each in stays if each.entered_at} | times_of(self.laid())

    def told_after(self, sent: Draft) -> set[str]:
        """What a phone has sent, and of drafts that stay: their devices and the receipt tell of them."""
        own = self.held.get(sent.device)
        others = [one for one in self.held.values() if one.device != sent.device]
        known = [one for one in others if own is not None and drafts.goes_on(own, one)]
        left = [one for one in others if one not in known and not drafts.is_said(one, drafts.said(sent))]
        return times_of([sent.content, *(one.content for one in left), *self.laid(), *sent.content["aside"]])


def times_of(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    return {content[ENTERED] for content in contents if content.get(ENTERED)}


def stay_at(entered: str | None) -> Stay:
    return Stay(entered and datetime.fromisoformat(entered))


@dataclass
class Phone:
    """As static/js/field/versions.js, draft.js and delivery.js do, in short."""

    device: str
    stamp: int = 0
    backed_up: int = 0
    raw: Raw = field(default_factory=dict)
    entered: str | None = None
    seen: dict[str, int] = field(default_factory=dict)
    aside: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Draft] = field(default_factory=dict)
    is_taken: bool = False

    @property
    def draft(self) -> Draft:
        content = {"seen": dict(self.seen), "aside": [*self.aside.values()], ENTERED: self.entered}
        return Draft(self.device, self.stamp, dict(self.raw), content)

    def settle(self, other: Draft) -> None:
        for device, stamp in drafts.vector(other).items():
            self.seen[device] = max(self.seen.get(device, 0), stamp)

    def lay(self, said: Draft) -> None:
        entered = said.content.get(ENTERED)
        id = f"{said.device}-{said.stamp}-{sorted(said.raw.items())}-{entered}"
        self.aside[id] = {"id": id, "device": said.device, "raw": dict(said.raw), ENTERED: entered}

    def unite(self, other: Draft) -> None:
        self.aside |= {str(laid["id"]): laid for laid in other.content.get("aside", [])}

    def news(self) -> list[Draft]:
        return [one for one in drafts.heads(self.theirs.values()) if not drafts.knows(self.draft, one)]

    def open(self) -> None:
        news = self.news()
        for other in news:
            self.take(other)
        if news:
            self.is_taken = True
            self.stamp = self.stamp if self.stamp <= self.backed_up else self.stamp + 1

    def take(self, other: Draft) -> None:
        if drafts.knows(self.draft, other):
            return
        found = drafts.compare(drafts.said(self.draft), drafts.said(other))
        if drafts.knows(other, self.draft):
            if found.different or found.only_here:
                self.lay(self.draft)
            self.raw, self.entered = dict(other.raw), other.content.get(ENTERED)
        self.entered = self.entered or other.content.get(ENTERED)
        self.unite(other)
        if drafts.knows(other, self.draft) or not found.all:
            self.settle(other)

    def save(self, **changes: Any) -> None:
        self.raw = {**self.raw, **changes.get("raw", {})}
        self.entered = changes.get("entered", self.entered)
        self.stamp, self.is_taken = self.stamp + 1, False

    def choose(self, other: Draft, is_mine: bool) -> None:
        self.lay(other)
        if not is_mine:
            self.lay(self.draft)
            self.raw, self.entered = dict(other.raw), other.content.get(ENTERED) or self.entered
        self.settle(other)
        self.stamp, self.is_taken = self.stamp + 1, False


@dataclass
class Tab:
    """A page as it was drawn, however long ago."""

    raw: Raw
    entered: str | None
    seen: dict[str, int]
    is_choice: bool


class History:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.server = Server()
        self.phones = [Phone("one"), Phone("two")]
        self.sessions: list[str] = [drafts.new_page(), drafts.new_page()]
        self.tabs: list[list[Tab]] = [[], []]
        self.on_the_way: list[Draft] = []
        self.contents: dict[tuple[str, int], Draft] = {}
        self.replaced: set[str] = set()
        self.count = 0

    def step(self) -> None:
        act = self.chance.choice((self.open, self.write, self.write, self.send, self.send, self.repeat, self.choose))
        self.chance.choice((act, act, self.draw_page, self.save_page))()
        assert self.server.stored <= self.server.shown() | self.replaced
        assert self.server.noted <= self.server.shown_times() | self.replaced
        assert bool(self.server.held) == bool(drafts.heads(self.server.held.values()))

    def token(self, raw: Raw) -> Raw:
        """One answer more, over another that whoever writes has before their eyes."""
        self.count += 1
        question = self.chance.choice(QUESTIONS)
        self.replaced |= set(raw.get(question, []))
        return {question: [str(self.count)]}

    def time(self, shown: str | None) -> str | None:
        """As it is shown to whoever writes, or another one, or taken back."""
        if self.chance.random() < 0.5:
            return shown
        self.replaced |= {shown or ""}
        self.count += 1
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=self.count)
        return self.chance.choice((None, at.isoformat()))

    def open(self) -> None:
        phone = self.chance.choice(self.phones)
        if self.chance.random() < 0.7:
            phone.theirs = self.server.others(phone.device)
        phone.open()

    def write(self) -> None:
        phone = self.chance.choice(self.phones)
        phone.save(raw=self.token(phone.raw), entered=self.time(phone.entered))

    def send(self) -> None:
        phone = self.chance.choice(self.phones)
        if not phone.stamp:
            return
        if phone.is_taken:
            phone.save()
        sent = phone.draft
        known = self.contents.setdefault((sent.device, sent.stamp), sent)
        assert known == sent, "a stamp stands for one content"
        self.on_the_way.append(sent)
        if self.chance.random() < 0.3:
            return
        self.server.put(sent)
        if self.chance.random() < 0.3:
            return
        phone.backed_up = sent.stamp
        assert self.server.noted <= self.server.told_after(phone.draft) | self.replaced
        told = self.server.others(phone.device)
        phone.theirs |= {name: one for name, one in told.items() if not drafts.knows(sent, one)}

    def repeat(self) -> None:
        if self.on_the_way:
            self.server.put(self.chance.choice(self.on_the_way))

    def choose(self) -> None:
        phone = self.chance.choice(self.phones)
        news = phone.news()
        if news:
            phone.choose(self.chance.choice(news), self.chance.random() < 0.5)

    def draw_page(self) -> None:
        """The usual draft, or another one that is asked for in its place."""
        place = self.chance.randrange(2)
        all_ = list(self.server.held.values())
        usual = drafts.newest(all_, 1, self.sessions[place])
        shown = self.chance.choice(all_) if all_ and self.chance.random() < 0.2 else usual
        seen: dict[str, int] = {}
        for one in (usual, shown):
            if one is not None:
                seen |= {**drafts.seen_by(one, all_), one.device: one.stamp}
        at = draft_times.stay_on(shown, all_, Stay()).entered_at
        entered = at.isoformat() if at else None
        self.tabs[place].append(Tab(dict(shown.raw) if shown else {}, entered, seen, shown is not usual))

    def save_page(self) -> None:
        """Any tab of the session, however old; a choice without a touch, all others touched."""
        place = self.chance.randrange(2)
        if not self.tabs[place]:
            return
        tab = self.tabs[place].pop(self.chance.randrange(len(self.tabs[place])))
        raw = tab.raw if tab.is_choice else {**tab.raw, **self.token(tab.raw)}
        entered = tab.entered if tab.is_choice else self.time(tab.entered)
        self.sessions[place] = self.server.save_page(self.sessions[place], raw, entered, tab)
        assert self.server.noted <= self.server.told_by(self.sessions[place]) | self.replaced


@settings(max_examples=300, deadline=None)
@given(strategies.integers(0, 2**32))
def test_whatever_happens_on_the_way_no_answer_is_hidden(seed: int) -> None:
    history = History(random.Random(seed))  # noqa: S311
    for _ in range(60):
        history.step()
