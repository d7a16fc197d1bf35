"""What the demo's stores do about their reports, and the client's logo."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import font_source_serif_pro
from PIL import Image, ImageDraw, ImageFont

from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.exchange import pictures
from fieldstudy.models import Client, Store, User, Wave
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import actions, releases, studies, visits
from fieldstudy.services.actions import Plan

RECOGNISED = "A Lucca chi visitava è stato riconosciuto all'ingresso: la visita esce dal punteggio."
INK, LIGHT, SHADE = "#1d2a30", "#e0a800", "#0a635e"


@dataclass(frozen=True)
class Deed:
    """`days`: from the end of the wave to the day on which it is due, and to the one on which it was done."""

    store: str
    plan: Plan
    due_days: int
    done_days: int | None = None
    result: str = ""


def deeds(wave: int) -> tuple[Deed, ...]:
    return {1: FIRST, 2: SECOND}.get(wave, ())


FIRST = (
    Deed(
        "VR1",
        Plan("Alla porta c'è sempre qualcuno che alza lo sguardo e saluta.", question="greeted", owner="responsabile"),
        30,
        24,
        "Turni ridisegnati: il sabato due persone all'ingresso.",
    ),
    Deed("VR1", Plan("Seconda cassa aperta dopo le 17.", question="till_wait", owner="responsabile"), 45),
    Deed("TO1", Plan("Cartellini dei prezzi in vetrina, controllati ogni lunedì.", section="window"), 21, 14),
    Deed("BG1", Plan("Luce nuova nei camerini.", section="fitting", owner="gruppo allestimenti"), 60, 58),
)
SECOND = (
    Deed("VR1", Plan("Il saluto entra nell'affiancamento di chi comincia.", question="greeted", owner="area"), 160),
    Deed("BG1", Plan("Due ore alla settimana di prova dei consigli, a coppie.", section="advice"), 60, 50),
    Deed("PD1", Plan("E-mail dopo l'acquisto entro due giorni.", section="email", owner="assistenza clienti"), 140),
)


def correct(number: int, wave: Wave, coordinator: User) -> None:
    """One visit of the first wave leaves the score after all, and a second edition says so."""
    if number != 1:
        return
    found = visit_queries.list_visits_for_wave(wave)
    recognised = next(v for v in found if v.store.code == "LU1" and v.method == Method.MYSTERY_SHOPPING)
    visits.set_aside(recognised, State.EXCLUDED, RECOGNISED, coordinator.id)
    releases.release_again(wave, RECOGNISED, coordinator.id)


def do(number: int, wave: Wave, stores: Mapping[str, Store], users: Mapping[str, User], today: date) -> None:
    """Written down after the release; what would be done after today is still to do."""
    for deed in deeds(number):
        edition = release_queries.find_frozen(wave, stores[deed.store])
        if edition is None:
            continue
        due_on = wave.ends_on + timedelta(days=deed.due_days)
        plan = Plan(**{**deed.plan.__dict__, "due_on": due_on})
        action = actions.add(edition, plan, users["manager"].id)
        for done_on in _done(deed, wave, today):
            actions.finish(action, done_on, deed.result, users["manager"].id)


def _done(deed: Deed, wave: Wave, today: date) -> Iterator[date]:
    if deed.done_days is not None and wave.ends_on + timedelta(days=deed.done_days) <= today:
        yield wave.ends_on + timedelta(days=deed.done_days)


def sign(client: Client) -> None:
    """A lamp and the name: the client's logo."""
    sheet = Image.new("RGB", (720, 200), "white")
    pen = ImageDraw.Draw(sheet)
    pen.polygon([(70, 24), (130, 24), (176, 120), (24, 120)], fill=SHADE)
    pen.ellipse([(74, 104), (126, 156)], fill=LIGHT)
    pen.text((214, 44), "Bottega Lume", fill=INK, font=_serif(78))
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    studies.set_logo(client, pictures.clean(io.BytesIO(stream.getvalue())), None)


def _serif(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_source_serif_pro.font_files_ttf["SourceSerifProSemibold"], pixels)
