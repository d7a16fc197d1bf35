"""The made-up study told visit by visit. The same day gives the same story, to the letter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from fieldstudy.demo import filling, telling
from fieldstudy.demo.chance import happens, near, seeded, weighted
from fieldstudy.demo.filling import Form, Meeting
from fieldstudy.demo.profiles import LIVED_SECTIONS, STORES, WATCHED_SECTIONS, quality, within
from fieldstudy.demo.roster import PERSON_BY_CODE, SHOPPING, TAKING_PART, WATCHING, Errand, errands
from fieldstudy.demo.telling import Jotting, Occasion, Teller

PHOTO_SUBJECTS: Mapping[str, str] = {
    "window_photo": "window",
    "shelves_order": "shelf",
    "fitting_order": "fitting_room",
    "return_policy": "counter",
    "receipt_given": "receipt",
}
"""What a picture of each question shows: the subjects of `photos.draw`."""

PLOT = "lana"
"""Another word tells other visits to the same stores."""
SIGNATURE_VISIT = ("VR1", 2, TAKING_PART, "a")
SIGNATURE = (
    "Sono rimasta davanti al banco con il maglione in mano. "
    "Ridevano tra loro; poi una mi ha guardata e ha abbassato gli occhi."
)
"""The jotting that says in two lines what the figures of Verona say in a page."""


@dataclass(frozen=True)
class VisitStory:
    """`raw` is the text of the form as typed; jottings carry their touchpoint ("" is none) and minutes from the start.

    A planned visit has neither. `question_reasons` says, question by question, why a returned visit went back.
    """

    store: str
    wave: int
    method: str
    fieldworker: str
    started_at: datetime
    minutes: int
    raw: dict[str, list[str]]
    jottings: list[Jotting]
    photos: list[str]
    state: str
    reason: str = ""
    question_reasons: dict[str, str] = field(default_factory=dict)


def visits(today: date) -> list[VisitStory]:
    """All visits of the three waves, in the order of their start."""
    told = []
    teller_by_store = {store: Teller() for store in STORES}
    wave = 0
    for errand in sorted(errands(today), key=lambda errand: (errand.wave, errand.started_at)):
        if errand.wave != wave:
            wave = errand.wave
            for teller in teller_by_store.values():
                teller.next_wave()
        told.append(_tell(errand, teller_by_store[errand.store], today))
    return told


def _tell(errand: Errand, teller: Teller, today: date) -> VisitStory:
    if errand.state == "planned":
        return _story(errand, {}, [], [])
    rng = seeded(PLOT, errand.store, errand.wave, errand.method, errand.fieldworker)
    meeting = _meet(rng, errand, today)
    form = filling.fill(rng, meeting)
    ending = PERSON_BY_CODE[errand.fieldworker].ending
    raw = {
        **form.raw,
        **telling.comments(rng, form, teller, ending, meeting.is_watched),
        **_encounters(rng, form, meeting),
    }
    if not meeting.is_watched:
        raw["q-in_a_sentence"] = [telling.sentence(rng, form, teller, ending)]
    occasions = _occasions(rng, errand, form)
    jottings = telling.jottings(rng, occasions, teller, ending, meeting.is_watched)
    if (errand.store, errand.wave, errand.method, ending) == SIGNATURE_VISIT:
        jottings = _with_signature(jottings, teller)
    story = _story(errand, raw, jottings, _photos(rng, form, errand))
    return _sent_back(story) if errand.state == "returned" else story


def _story(errand: Errand, raw: dict[str, list[str]], jottings: list[Jotting], photos: list[str]) -> VisitStory:
    return VisitStory(
        errand.store,
        errand.wave,
        errand.method,
        errand.fieldworker,
        errand.started_at,
        errand.minutes,
        raw,
        jottings,
        photos,
        errand.state,
    )


def _meet(rng: Random, errand: Errand, today: date) -> Meeting:
    """A visit meets the store on a better or a worse day, and each touchpoint on its own better or worse moment."""
    is_watched = errand.method == WATCHING
    is_crowded = happens(rng, 0.55 if errand.started_at.weekday() == 5 or errand.started_at.hour >= 17 else 0.2)
    day = rng.gauss(0, 0.035) - 0.03 * is_crowded
    return Meeting(
        quality={
            section: within(quality(errand.store, errand.wave, section) + day + rng.gauss(0, 0.05))
            for section in (WATCHED_SECTIONS if is_watched else LIVED_SECTIONS)
        },
        started_at=errand.started_at,
        minutes=errand.minutes,
        is_crowded=is_crowded,
        is_watched=is_watched,
        buys=errand.state != "approved" or happens(rng, 0.94),
        today=today,
    )


def _with_signature(jottings: list[Jotting], teller: Teller) -> list[Jotting]:
    """In place of what else was written at the door, once."""
    if SIGNATURE in teller.in_wave:
        return jottings
    teller.in_wave.add(SIGNATURE)
    others = [jotting for jotting in jottings if jotting[0] != "welcome"]
    return sorted([*others, ("welcome", 6, SIGNATURE)], key=lambda jotting: jotting[1])


QUESTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "site": ("hours_match", "stock_true", "site_ease", "site_effect"),
    "phone": ("call_answered", "rings", "call_solved"),
    "window": ("window_theme", "prices_visible", "window_order"),
    "welcome": ("greeted", "greeting_seconds", "eyes_to_door", "any_contact", "welcome_felt", "greeted_of_ten"),
    "display": ("sizes_complete", "tag_info", "shelves_order", "mill_named", "wish"),
    "advice": ("needs_asked", "advice_useful", "pressure", "listened"),
    "fitting": ("fitting_order", "fitting_light", "fitting_return"),
    "till": ("till_wait", "second_till", "goodbye"),
    "returns": ("return_policy", "return_accepted", "return_tone"),
    "email": ("email_arrived", "email_days", "email_personal"),
}
"""The questions of each section that colour how it felt."""


def _mood(form: Form, section: str) -> float | None:
    """Mean worth of what was met in a section, None where nothing was."""
    worth = [form.worth[name] for name in QUESTIONS_OF[section] if name in form.worth]
    return sum(worth) / len(worth) if worth else None


INDOORS = ("window", "welcome", "display", "advice", "fitting", "till")
SHARE_OF_VISIT = {"window": 0.0, "welcome": 0.08, "display": 0.2, "advice": 0.42, "fitting": 0.6, "till": 0.82}


def _encounters(rng: Random, form: Form, meeting: Meeting) -> dict[str, list[str]]:
    raw: dict[str, list[str]] = {}
    for section in meeting.quality:
        mood = _mood(form, section)
        if mood is not None:
            raw |= {f"{part}-{section}": [text] for part, text in _encounter(rng, meeting, section, mood)}
    return raw


def _encounter(rng: Random, meeting: Meeting, section: str, mood: float) -> Iterator[tuple[str, str]]:
    feeling = round(near(rng, (mood - 0.62) * 5, 0.55, -2, 2))
    if not (meeting.is_watched and happens(rng, 0.35)):
        yield "feeling", str(feeling)
        yield "arousal", str(round(near(rng, 0.7 + 0.7 * abs(feeling), 0.6, 0, 3)))
    if section in INDOORS:
        yield "met_at", _met_at(meeting, section)
        busy = {"empty": 0.05, "normal": 0.3, "crowded": 0.65}
        calm = {"empty": 0.25, "normal": 0.7, "crowded": 0.05}
        yield "crowding", weighted(rng, busy if meeting.is_crowded else calm)


WANDERERS_EVERY = 5
"""One visit in so many tries something on before anybody gives advice."""


def _met_at(meeting: Meeting, section: str) -> str:
    """Local time of the day of the visit: site and call are met the day before, return and e-mail on a later day."""
    wanders = meeting.minutes % WANDERERS_EVERY == 0
    place = {"advice": "fitting", "fitting": "advice"}.get(section, section) if wanders else section
    met = meeting.started_at + timedelta(minutes=round(SHARE_OF_VISIT[place] * meeting.minutes))
    return met.strftime("%H:%M")


JOTTINGS_WRITTEN = {SHOPPING: (0, 2), TAKING_PART: (3, 6), WATCHING: (6, 10)}
PLACES = {
    False: {"window": 1.0, "welcome": 2.0, "display": 1.5, "advice": 2.0, "fitting": 1.5, "till": 2.0},
    True: {"window": 1.0, "welcome": 2.2, "display": 2.0, "till": 2.2},
}
"""Where a jotting is likely to be made, for those who take part and for those who only watch."""


def _occasions(rng: Random, errand: Errand, form: Form) -> list[Occasion]:
    """Who takes part writes along the journey; who watches, as things happen. A quarter belongs to no touchpoint."""
    places = PLACES[errand.method == WATCHING]
    found = []
    for _ in range(rng.randint(*JOTTINGS_WRITTEN[errand.method])):
        place = rng.choices(list(places), weights=list(places.values()))[0]
        at = rng.random() if errand.method == WATCHING else min(0.97, SHARE_OF_VISIT[place] + rng.uniform(0.03, 0.16))
        section = "" if happens(rng, 0.25) else place
        found.append(Occasion(section, _side(rng, form, section), max(1, round(at * errand.minutes))))
    return sorted(found, key=lambda occasion: occasion.offset_minutes)


def _side(rng: Random, form: Form, section: str) -> str:
    mood = _mood(form, section) if section else None
    likely = 0.6 if mood is None else min(0.95, max(0.05, (mood - 0.4) * 2))
    return telling.GOOD if happens(rng, likely) else telling.BAD


PHOTO_SHARE = {
    "window_photo": 0.2,
    "shelves_order": 0.1,
    "fitting_order": 0.08,
    "return_policy": 0.06,
    "receipt_given": 0.14,
}
SHOWCASE = "VR1"
"""The store whose report is shown first: there people took more pictures."""


def _photos(rng: Random, form: Form, errand: Errand) -> list[str]:
    """Everything that was asked for where a reviewer still has to look, a part of it elsewhere.

    The drawings show things in order, so nothing is pictured that the answer says is missing or in disorder.
    """
    asked = [name for name in PHOTO_SUBJECTS if name == "window_photo" or form.worth.get(name, 0) > 0.5]
    factor = 20 if errand.state != "approved" else 2.5 if errand.store == SHOWCASE else 1
    return [name for name in asked if happens(rng, PHOTO_SHARE[name] * factor)]


REASON = "Mancano una conferma e una foto: il resto è chiaro e completo, grazie."
QUESTION_REASONS = {
    "till_wait": "Hai scritto 12 secondi con cinque persone davanti: erano minuti, o il cronometro si è fermato?",
    "receipt_given": "Manca la foto dello scontrino: se l'hai ancora, fotografalo intero su un fondo chiaro.",
}


def _sent_back(story: VisitStory) -> VisitStory:
    """The returned visit: five people ahead and twelve seconds of waiting, and no picture of the receipt."""
    kept = {name: values for name, values in story.raw.items() if name not in ("c-till_wait", "c-second_till")}
    return replace(
        story,
        raw={**kept, "q-queue_people": ["5"], "q-till_wait": ["12"], "q-second_till": ["no"]},
        photos=[name for name in story.photos if name != "receipt_given"],
        reason=REASON,
        question_reasons=QUESTION_REASONS,
    )
