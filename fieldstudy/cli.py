"""The command line: thin, with the same services as the pages. Its context holds the factory of the application."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app
from flask_migrate import upgrade as migrate_database
from sqlalchemy.exc import OperationalError, ProgrammingError

from fieldstudy import words
from fieldstudy.config import LOCALES, SettingIsMissing
from fieldstudy.core.access import Membership, MembershipIsIncomplete, Role
from fieldstudy.core.checklist import Checklist, Text
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.demo import build as demo_study
from fieldstudy.exchange import stores as store_files
from fieldstudy.exchange import visits as visit_files
from fieldstudy.exchange import xlsform
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.extensions import db
from fieldstudy.models import Store, Wave
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import networks as network_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import snapshots as snapshot_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.studies import NotFound
from fieldstudy.reports import figures as figure_reports
from fieldstudy.reports import papers, pdf
from fieldstudy.services import checklists, jobs, media, people, releases, studies, visit_imports

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LOCALE = click.option("--locale", type=click.Choice(LOCALES), default="en", help="Language of texts and numbers.")


@click.group()
def main() -> None:
    """Fieldstudy: customer experience studied in the field."""


def in_app(command: Command) -> Command:
    """Run inside the application; what goes wrong is said in one plain line, with exit code 1."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            with click.get_current_context().obj().app_context():
                try:
                    return command(*args, **options)
                finally:
                    db.session.remove()
                    db.engine.dispose()
        except FileIsRefused as refused:
            _print_problems(refused)
            raise SystemExit(1) from None
        except (NotFound, checklist_queries.ChecklistIsAmbiguous, SettingIsMissing, releases.WaveIsReleased) as error:
            raise click.ClickException(str(error)) from None
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"the database answers: {reason} (fieldstudy upgrade prepares it)") from None

    return run  # type: ignore[return-value]


def _print_problems(refused: FileIsRefused) -> None:
    said = words.of("en")
    for problem in refused.problems:
        click.echo(said.file_problem(problem), err=True)
    click.echo("Nothing was imported.", err=True)


@main.command()
@in_app
def upgrade() -> None:
    """Create or migrate the database."""
    migrate_database()
    click.echo("The database is up to date.")


@main.command()
@in_app
def demo() -> None:
    """The demo study, with accounts for every role; refused on a database that holds anything else."""
    migrate_database()
    if not study_queries.is_empty():
        raise click.ClickException("this database holds other studies; the demo wants one of its own")
    if study_queries.find_demo_client() is None:
        click.echo("Making the demo study: 12 stores, 3 waves, about 200 visits…")
        demo_study.build(date.today())  # noqa: DTZ011 the demo's days are those of the machine that shows it
    click.echo(demo_study.ACCOUNTS_TEXT)


@main.command()
@click.option("--processes", type=click.IntRange(1), default=2, help="How many jobs may run at the same time.")
@click.option("--leader", type=int, default=0, help="End when the process with this number is gone.")
@in_app
def worker(processes: int, leader: int) -> None:
    """Do what pages and phones leave for later, such as the clean copies of photos; Ctrl-C ends it."""
    click.echo(f"The worker runs with {processes} processes; open jobs: {job_queries.count_open_jobs()}")
    # The processes that are forked must not share a connection.
    db.session.remove()
    db.engine.dispose()
    current_app.extensions["workshop"].run(processes, leader)


@main.command("jobs")
@click.option("--retry", is_flag=True, help="Have them tried again.")
@in_app
def list_jobs(retry: bool) -> None:
    """Jobs that were given up, with the error of the last attempt."""
    for job in job_queries.list_failed_jobs():
        click.echo(f"{job.id}\t{job.kind}\t{job.finished_at:%Y-%m-%d %H:%M}\t{job.error}")
        if retry:
            jobs.retry(job, None)


@main.command("purge-inbox")
@in_app
def purge_inbox() -> None:
    """Erase photos that have lain in the inbox for 30 days without belonging to anything that was sent."""
    gone = media.purge()
    for user_id, medium_id in gone:
        click.echo(f"erased {medium_id} of {user_id}")
    click.echo(f"{len(gone)} photos erased")


@main.group()
def create() -> None:
    """Create a client, a study, a wave or a person."""


@create.command("client")
@click.argument("name")
@in_app
def create_client(name: str) -> None:
    client = _unless_taken(lambda: studies.create_client(name), "client", name)
    click.echo(f"client {client.name}")


@create.command("study")
@click.argument("slug")
@click.option("--client", required=True)
@click.option("--name", default="")
@in_app
def create_study(slug: str, client: str, name: str) -> None:
    owner = study_queries.get_client_by_name(client)
    study = _unless_taken(lambda: studies.create_study(owner, name or slug, slug), "study", slug)
    click.echo(f"study {study.slug}")


@create.command("wave")
@click.argument("name")
@click.option("--study", required=True)
@click.option("--from", "starts", type=DAY, required=True)
@click.option("--to", "ends", type=DAY, required=True)
@in_app
def create_wave(name: str, study: str, starts: datetime, ends: datetime) -> None:
    found = study_queries.get_study_by_slug(study)
    try:
        wave = _unless_taken(lambda: studies.create_wave(found, name, starts.date(), ends.date()), "wave", name)
    except studies.DatesAreReversed:
        raise click.ClickException("--to is before --from") from None
    click.echo(f"wave {wave.name}")


def _unless_taken(create: Callable[[], Any], noun: str, name: str) -> Any:
    try:
        return create()
    except studies.NameIsTaken:
        raise click.ClickException(f"there is a {noun} {name!r} already") from None


@create.command("user")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--client", default="")
@click.option("--region", default="")
@click.option("--store", default="")
@in_app
def create_user(email: str, role: str, client: str, region: str, store: str) -> None:
    """Prints a link, used once, with which the person sets the password."""
    if region and store:
        raise click.ClickException("choose --region or --store, not both")
    try:
        _, token = people.create_user(email, _membership(role, client, region, store))
    except MembershipIsIncomplete as error:
        raise click.ClickException(MEMBERSHIP_TEXTS[str(error)]) from None
    click.echo(f"{current_app.extensions['fieldstudy'].url}/account/invitation/{token}")


MEMBERSHIP_TEXTS = {
    "manager_needs_client": "a manager belongs to a client: --client NAME",
    "only_managers_are_narrowed": "--region and --store are for managers",
    "admin_has_no_client": "an admin runs the whole installation: leave --client out",
}


def _membership(role: str, client: str, region: str, store: str) -> Membership:
    client_id = study_queries.get_client_by_name(client).id if client else None
    if store and client_id is None:
        raise click.ClickException("--store needs --client")
    store_id = study_queries.get_store_by_code(client_id, store).id if store and client_id else None
    return Membership(Role(role), client_id, region or None, store_id)


@main.group("import")
def import_() -> None:
    """Import stores, a checklist or visits; all of a file or nothing."""


@import_.command("stores")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@in_app
def import_stores(file: Path, study: str) -> None:
    found = study_queries.get_study_by_slug(study)
    with file.open("rb") as stream:
        read = store_files.read_stores(file.name, stream)
    _print_notes(read.notes)
    added, changed = studies.import_stores(found, read.rows)
    click.echo(f"stores: {added} new, {changed} changed, {len(read.rows) - added - changed} as they were")


@import_.command("checklist")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@in_app
def import_checklist(file: Path, study: str) -> None:
    """Imports and publishes; prints what was left out or fell back."""
    found = study_queries.get_study_by_slug(study)
    with file.open("rb") as stream:
        read = xlsform.read_checklist(file.name, stream)
    _print_notes(read.notes)
    version, publication = checklists.publish(found, read.checklist, file.name, file.read_bytes(), read.sha256)
    click.echo(
        f"checklist {version.form_id} {PUBLICATION_TEXTS[publication].format(number=version.number)}: "
        f"{len(read.checklist.sections)} sections, {sum(q.is_asked for q in read.checklist.questions)} questions"
    )
    if same := checklist_queries.find_same_label(version):
        click.echo(f"note: the file calls itself {version.content.version!r}, as version {same.number} does")


PUBLICATION_TEXTS = {
    checklists.Publication.NEW: "published version {number}",
    checklists.Publication.AGAIN: "is an older file: version {number} is in force again",
    checklists.Publication.NOTHING: "is the file in force: nothing to publish; it stays version {number}",
}


@import_.command("visits")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--checklist", "form_id", default="", help="Its form_id; needed where the study has several.")
@in_app
def import_visits(file: Path, study: str, wave: str, form_id: str) -> None:
    """For paper forms and data from an older system; imported visits are approved."""
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    version = checklist_queries.get_in_force(found, form_id)
    zones = {store.code: store.timezone for store in study_queries.list_stores_for_client(found.client_id)}
    with file.open("rb") as stream:
        read = visit_files.read_visits(file.name, stream, version.content, zones, (round_.starts_on, round_.ends_on))
    try:
        added, present = visit_imports.import_visits(round_, version, read.rows)
    except visit_imports.VisitsDiffer as differ:
        raise visit_files.refusal(read, differ.mismatches) from None
    _print_notes(read.notes)
    click.echo(f"visits: {added} imported and approved, {present} were there already")


def _print_notes(notes: Any) -> None:
    for note in notes:
        click.echo(words.of("en").file_problem(note))


@main.command("list")
@click.argument("noun", type=click.Choice(["studies", "waves", "stores", "visits"]))
@click.option("--study", default="")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of lines.")
@in_app
def list_(noun: str, study: str, as_json: bool) -> None:
    """List studies, or the waves, stores or visits of one study."""
    if noun != "studies" and not study:
        raise click.ClickException(f"list {noun} needs --study SLUG")
    rows = _listed(noun, study)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            click.echo("\t".join(str(value) for value in row.values()))


def _listed(noun: str, slug: str) -> list[dict[str, Any]]:
    if noun == "studies":
        found = [s for s in study_queries.list_all_studies() if slug in ("", s.slug)]
        return [{"study": s.slug, "name": s.name, "client": s.client.name} for s in found]
    study = study_queries.get_study_by_slug(slug)
    if noun == "stores":
        stores = study_queries.list_stores_for_client(study.client_id)
        return [{"store": s.code, "name": s.name, "city": s.city, "region": s.region} for s in stores]
    waves = study_queries.list_waves_for_study(study)
    if noun == "waves":
        return [_wave_row(wave) for wave in waves]
    return [row for wave in waves for row in _visit_rows(wave)]


def _wave_row(wave: Wave) -> dict[str, Any]:
    return {
        "wave": wave.name,
        "from": wave.starts_on.isoformat(),
        "to": wave.ends_on.isoformat(),
        "released": wave.released_at is not None,
        "visits": sum(visit_queries.count_states_for_wave(wave).values()),
    }


def _visit_rows(wave: Wave) -> list[dict[str, Any]]:
    return [
        {
            "visit": str(visit.id),
            "wave": wave.name,
            "store": visit.store.code,
            "fieldworker": visit.fieldworker.code,
            "method": visit.method.value,
            "state": visit.state.value,
            "started_at": visit.started_at.isoformat(),
        }
        for visit in visit_queries.list_visits_for_wave(wave)
    ]


@main.command()
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--store", default="")
@click.option("--decimals", type=click.IntRange(0, 6), default=1)
@LOCALE
@click.option("--json", "as_json", is_flag=True, required=True, help="The only form there is.")
@in_app
def figures(study: str, wave: str, store: str, decimals: int, locale: str, as_json: bool) -> None:
    """Recomputed from the frozen snapshots of a released wave, else from the visits that count now."""
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    if store:
        study_queries.get_store_by_code(found.client_id, store)
    taken, checklist, frozen = _wave_values(round_)
    out = figure_reports.as_json(found.slug, round_.name, checklist, taken, words.of(locale), decimals, store, frozen)
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
    click.echo()


def _wave_values(wave: Wave) -> tuple[list[StoreSnapshot], Checklist, figure_reports.Frozen]:
    frozen = release_queries.list_frozen(wave)
    if frozen:
        edition = frozen[0].edition
        kept = figure_reports.Frozen(edition.number, edition.network, network_queries.frozen_hashes(frozen))
        return [one.snapshot for one in frozen], frozen[0].checklist, kept
    taken = releases.preview(wave)
    checklist = taken.stores[0].checklist if taken.stores else Checklist("", Text(), ())
    return [one.snapshot for one in taken.stores], checklist, figure_reports.Frozen(network=taken.network)


@main.command()
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--store", required=True)
@LOCALE
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@in_app
def report(study: str, wave: str, store: str, locale: str, output: Path) -> None:
    """One store's report as PDF: the frozen edition of a released wave, else as the visits stand now."""
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    place = study_queries.get_store_by_code(found.client_id, store)
    try:
        output.write_bytes(_drawn(round_, place, locale))
    except pdf.PdfIsUnavailable as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{output}: {output.stat().st_size // 1024} KB")


def _drawn(wave: Wave, store: Store, locale: str) -> bytes:
    frozen = release_queries.find_frozen(wave, store)
    if frozen is not None:
        return papers.draw_store(frozen, locale)
    taken = snapshot_queries.take(wave, store)
    if not taken:
        raise click.ClickException(f"no visit of store {store.code!r} counts in wave {wave.name!r}")
    return papers.draw_unreleased(taken[0].snapshot, taken[0].checklist, locale, wave.study.client)
