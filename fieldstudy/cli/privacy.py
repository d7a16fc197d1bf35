"""What is kept about people: its end after a time, or when somebody asks for it."""

from contextlib import suppress
from pathlib import Path
from uuid import UUID

import click
from flask import current_app

from fieldstudy.cli.root import in_app, main
from fieldstudy.exchange import personal_files
from fieldstudy.models import Fieldworker, User
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import personal_data, traces
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.studies import NotFound
from fieldstudy.services import erasure, purge
from fieldstudy.services.erasure import Report, WorkersAreBusy
from fieldstudy.services.erasure_list import ListIsDamaged


@main.command("purge")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would go, and keep it.")
@in_app
def purge_all(is_dry: bool) -> None:
    """Erase what was kept for as long as the settings say, and what nothing speaks of any more."""
    report = purge.run(is_dry=is_dry)
    for kind, count in report.items():
        click.echo(f"{count}\t{kind}")
    total = sum(report.values())
    click.echo(f"{total} would be erased" if is_dry else f"{total} erased")


@main.command()
@click.argument("person")
@click.option("--client", default="", help="PERSON is a field code of this client.")
@click.option("--photos", "with_photos", is_flag=True, help="Also those that prove answers of visits that were sent.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_app
def erase(person: str, client: str, with_photos: bool, yes: bool) -> None:
    """Erase PERSON: an e-mail, the id of an account, or with --client a field code. It cannot be taken back."""
    found = _find(person, client)
    if not yes:
        click.confirm(f"Erase {person}{' with all photos' if with_photos else ''}? It cannot be taken back", abort=True)
    try:
        if isinstance(found, User):
            report = erasure.erase_person(found, None, with_photos)
        else:
            report = erasure.erase_code(found, None, with_photos)
    except WorkersAreBusy as waiting:
        raise click.ClickException(f"{waiting}: nothing was erased; let fieldstudy worker finish first") from None
    _tell(report)


@main.command("export-person")
@click.argument("email")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@in_app
def export_person(email: str, output: Path) -> None:
    """All that is kept about a person, with all their photos, as one ZIP file for them."""
    user = _find(email, "")
    assert isinstance(user, User)  # noqa: S101 without a client no code is looked for
    data: Path = current_app.extensions["fieldstudy"].data
    found = personal_data.gather(user)
    pictures = [(one.name, data / one.path) for one in found.pictures]
    with output.open("wb") as file:
        for piece in personal_files.stream(found.content, pictures):
            file.write(piece)
    output.chmod(0o600)
    click.echo(f"{output}: {len(found.content['visits'])} visits, {len(pictures)} photos")


def _find(person: str, client: str) -> User | Fieldworker:
    if client:
        code = traces.find_fieldworker(study_queries.get_client_by_name(client), person)
        if code is None:
            raise NotFound("field code", person)
        return code
    user = people_queries.find_user_by_email(person)
    if user is None:
        with suppress(ValueError):
            user = people_queries.find_user(UUID(person))
    if user is None:
        raise NotFound("account", person)
    return user


def _tell(report: Report) -> None:
    for kind, count in report.gone.items():
        if count:
            click.echo(f"erased\t{count}\t{kind}")
    stays = report.stays
    for code in stays.codes:
        click.echo(f"stays\t{code.visits}\tvisits of {code.code} at {code.client}: the client's data, of nobody now")
    for count, why in (
        (stays.photos, "photos of visits that were sent: the client's proofs (--photos erases them)"),
        (stays.journal_lines, "lines of the journal: they name an id that is nobody's now"),
        (stays.open_assignments, "assignments under its codes that are still open: give them to somebody else"),
    ):
        if count:
            click.echo(f"stays\t{count}\t{why}")
    for place, why in ELSEWHERE:
        click.echo(f"stays\t{place}\t{why}")
    if not report.is_compact:
        click.echo("The files of the database could not be written anew beside others' work: run it again by the id.")


ELSEWHERE = (
    ("backups", "until they are thrown away; restore erases again whoever is in the file erasures: keep it with them"),
    ("phones", "what the person has not sent lies on their own phone"),
    ("outside", "e-mails that were sent, files that were downloaded, lines of logs"),
)


def erase_again() -> None:
    """Whoever is in a backup that was brought back, and was erased since it was made."""
    try:
        count = erasure.catch_up()
    except (ListIsDamaged, WorkersAreBusy) as refused:
        raise click.ClickException(str(refused)) from None
    if count:
        click.echo(f"erased again: {count} of those who were erased after the backup was made")
