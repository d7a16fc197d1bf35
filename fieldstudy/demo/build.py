"""Makes the demo study with the same services as the pages."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from fieldstudy.core import moments
from fieldstudy.core.access import Membership, Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.stance import Disclosure, GoldRole
from fieldstudy.demo import clock, deeds, roster, story
from fieldstudy.demo import photos as drawings
from fieldstudy.demo.story import VisitStory
from fieldstudy.exchange import picture_decoder, problems, xlsform
from fieldstudy.exchange import stores as store_files
from fieldstudy.exchange.pictures import Picture
from fieldstudy.models import Assignment, Client, Store, Study, User, Visit, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import (
    assignments,
    checklists,
    fieldnotes,
    people,
    photos,
    references,
    releases,
    studies,
    visits,
)
from fieldstudy.services.assignments import Task

FOLDER = Path(__file__).parent
CLIENT = "Bottega Lume"
DRAWINGS_EACH = 8
"""Different pictures of each subject."""
DOMAIN = "demo.fieldstudy.example"
PASSWORD = "una maglia rossa"  # noqa: S105 printed for everybody; the demo holds nothing else
PURPOSE = "Capire che cosa vive chi entra nei nostri negozi, per migliorarlo. Non serve a giudicare le persone."
NOTICE = (
    "Nei prossimi mesi i punti vendita riceveranno visite di clienti in incognito e di chi osserva. "
    "Si guarda al servizio e agli ambienti, mai alle singole persone; i nomi non si raccolgono."
)

ACCOUNTS = (
    ("shopper", "Elena (cliente in incognito)"),
    ("observer", "Marta (osservazione)"),
    ("reviewer", "Chiara (revisione)"),
    ("coordinator", "Luca (coordinamento)"),
    ("manager", "Teresa (direzione)"),
    ("manager-veneto", "Piero (area Veneto)"),
    ("manager-verona", "Anna (Verona, via Mazzini)"),
    ("admin", "Amministrazione"),
)
ACCOUNTS_TEXT = "\n".join(
    [
        "Demo accounts (one tap on the sign-in page, or this password: " + PASSWORD + ")",
        *(f"  {name}@{DOMAIN}" for name, _ in ACCOUNTS),
    ]
)

SCENARIOS: Mapping[Method, str] = {
    Method.MYSTERY_SHOPPING: (
        "Cerchi un maglione di lana da regalare, spesa sui 90 euro, non conosci la taglia precisa. "
        "Guarda prima gli orari sul sito e telefona il giorno prima; in negozio lasciati consigliare, prova un capo, "
        "paga alla cassa e conserva lo scontrino. Nei giorni dopo prova il reso."
    ),
    Method.PARTICIPANT_OBSERVATION: (
        "Vivi il negozio come chi ci entra spesso: gira, tocca, chiedi, prova. Annota sul momento quello che vedi e "
        "quello che senti, con le parole delle persone quando le ricordi."
    ),
    Method.NON_PARTICIPANT_OBSERVATION: (
        "Scegli un punto da cui si vedono ingresso e cassa e resta almeno un'ora. Non chiedere e non comprare: guarda "
        "che cosa succede a chi entra, e scrivilo con l'ora."
    ),
}
BRIEFING = (
    "Porta il telefono carico. Non fotografare persone riconoscibili. "
    "Se il negozio è chiuso o qualcosa ti mette a disagio, esci e scrivilo."
)
REFERENCE = "La vetrina di stagione, come dovrebbe presentarsi: un capo al centro, prezzi leggibili, luci accese."
STANCES: Mapping[Method, tuple[str, str]] = {
    Method.MYSTERY_SHOPPING: ("", ""),
    Method.PARTICIPANT_OBSERVATION: (GoldRole.PARTICIPANT_AS_OBSERVER, Disclosure.OVERT),
    Method.NON_PARTICIPANT_OBSERVATION: (GoldRole.COMPLETE_OBSERVER, Disclosure.OVERT),
}
COVERT_REASON = (
    "Di sabato il reparto cambia passo quando sa di essere osservato: serve un'ora in cui nessuno lo sappia."
)


def build(today: date) -> None:
    client = studies.create_client(CLIENT, is_demo=True)
    deeds.sign(client)
    waves = roster.waves(today)
    study = studies.create_study(
        client,
        "Esperienza in negozio",
        purpose=PURPOSE,
        staff_notice=NOTICE,
        staff_notice_on=waves[0].starts_on - timedelta(days=30),
    )
    stores = _import_stores(study)
    form_id = _publish_checklist(study)
    users = _create_people(client, stores)
    told = story.visits(today)
    for wave_story in waves:
        wave = studies.create_wave(study, wave_story.name, wave_story.starts_on, wave_story.ends_on)
        for visit_story in told:
            if visit_story.wave == wave_story.number:
                _tell(visit_story, wave, stores[visit_story.store], users, form_id)
        if wave_story.is_released:
            releases.release(wave, users["coordinator"].id)
            deeds.correct(wave_story.number, wave, users["coordinator"])
            deeds.do(wave_story.number, wave, stores, users, today)
        else:
            references.add(wave, _drawn("window", 0), REFERENCE, users["coordinator"].id)
    _ask_for_covert(wave, stores["MI1"], users, form_id, today)


def _import_stores(study: Study) -> dict[str, Store]:
    read = store_files.read_stores("stores.csv", (FOLDER / "stores.csv").read_bytes())
    studies.import_stores(study, read.rows)
    return {store.code: store for store in study_queries.list_stores_for_client(study.client_id)}


def _publish_checklist(study: Study) -> str:
    source = (FOLDER / "checklist.xlsx").read_bytes()
    read = xlsform.read_checklist("checklist.xlsx", source)
    notes = problems.as_values(read.notes)
    checklists.publish(study, read.checklist, "checklist.xlsx", source, read.sha256, notes=notes)
    return read.checklist.form_id


def _create_people(client: Client, stores: Mapping[str, Store]) -> dict[str, User]:
    memberships = {
        "shopper": Membership(Role.SHOPPER, client.id),
        "observer": Membership(Role.OBSERVER, client.id),
        "reviewer": Membership(Role.REVIEWER, client.id),
        "coordinator": Membership(Role.COORDINATOR),
        "manager": Membership(Role.MANAGER, client.id),
        "manager-veneto": Membership(Role.MANAGER, client.id, region="Veneto"),
        "manager-verona": Membership(Role.MANAGER, client.id, store_id=stores["VR1"].id),
        "admin": Membership(Role.ADMIN),
    }
    users = {
        name: people.create_user(f"{name}@{DOMAIN}", memberships[name], name=called, locale="", password=PASSWORD)[0]
        for name, called in ACCOUNTS
    }
    users |= {roster.DEMO_SHOPPER: users["shopper"], roster.DEMO_OBSERVER: users["observer"]}
    for person in roster.PEOPLE:
        if person.code not in users:
            membership = Membership(Role(person.role), client.id)
            email = f"{person.code.lower()}@field.{DOMAIN}"
            users[person.code] = people.create_user(email, membership, name=person.name)[0]
    return users


def _tell(told: VisitStory, wave: Wave, store: Store, users: Mapping[str, User], form_id: str) -> None:
    user = users[told.fieldworker]
    assignment = _assign(told, wave, store, user, users["coordinator"], form_id)
    if told.state == "planned":
        return
    visit = visits.start(assignment, new_id(), user.id, told.started_at)
    _note(told, visit, user)
    _photograph(told, visit, user)
    outcome = visits.submit(visit, 1, told.raw | _stay(told), user.id, clock.sealed_at(told), given=_given(told, visit))
    if outcome.receipt is None:
        raise ValueError(f"the story of {told.store}, wave {told.wave}, does not fit: {outcome.reading}")
    if told.state == "approved":
        visits.approve(visit, users["reviewer"].id)
    if told.state == "returned":
        visits.send_back(visit, {"": told.reason, **told.question_reasons}, users["reviewer"].id)


def _stay(told: VisitStory) -> dict[str, list[str]]:
    stay = clock.stay(told)
    return {moments.ENTERED: [str(stay.entered_at)], moments.LEFT: [str(stay.left_at)]}


def _given(told: VisitStory, visit: Visit) -> dict[str, datetime]:
    sections = visit.checklist_version.content.sections
    return {question.name: clock.answered_at(told, one.name) for one in sections for question in one.questions}


def _assign(told: VisitStory, wave: Wave, store: Store, user: User, coordinator: User, form_id: str) -> Assignment:
    method = Method(told.method)
    gold_role, disclosure = STANCES[method]
    day = told.started_at.date()
    task = Task(
        method=method,
        form_id=form_id,
        window_from=day if told.state == "planned" else day - timedelta(days=2),
        window_to=day + timedelta(days=2),
        scenario=SCENARIOS[method],
        briefing=BRIEFING,
        gold_role=gold_role,
        disclosure=disclosure,
        allows_repeat=True,
    )
    made, _ = assignments.assign(wave, [user], [store], task, coordinator.id)
    return made[0]


def _note(told: VisitStory, visit: Visit, user: User) -> None:
    for section, offset_minutes, text in told.jottings:
        fieldnotes.jot(visit, section, text, told.started_at + timedelta(minutes=offset_minutes), user.id)


def _photograph(told: VisitStory, visit: Visit, user: User) -> None:
    for number, question in enumerate(told.photos):
        taken_at = told.started_at + timedelta(minutes=4 + 6 * number)
        drawn = _drawn(story.PHOTO_SUBJECTS[question], (told.started_at.day + number) % DRAWINGS_EACH)
        photos.keep(visit, question, drawn, user.id, taken_at)


@cache
def _drawn(subject: str, seed: int) -> Picture:
    return picture_decoder.decode(drawings.draw(subject, seed))


def _ask_for_covert(wave: Wave, store: Store, users: Mapping[str, User], form_id: str, today: date) -> None:
    """One covert observation that waits for a second person."""
    task = Task(
        method=Method.NON_PARTICIPANT_OBSERVATION,
        form_id=form_id,
        window_from=today + timedelta(days=3),
        window_to=today + timedelta(days=9),
        scenario=SCENARIOS[Method.NON_PARTICIPANT_OBSERVATION],
        briefing=BRIEFING,
        gold_role=GoldRole.COMPLETE_OBSERVER,
        disclosure=Disclosure.COVERT,
        covert_reason=COVERT_REASON,
    )
    assignments.assign(wave, [users["observer"]], [store], task, users["coordinator"].id)
