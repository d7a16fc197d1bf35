"""Files of others: stores, checklists, visits."""

from pathlib import Path

import click

from fieldstudy.cli.root import FILE, in_app, main, print_notes
from fieldstudy.exchange import stores as store_files
from fieldstudy.exchange import visits as visit_files
from fieldstudy.exchange import xlsform
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import checklists, studies, visit_imports


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
    print_notes(read.notes)
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
    print_notes(read.notes)
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
    print_notes(read.notes)
    click.echo(f"visits: {added} imported and approved, {present} were there already")
