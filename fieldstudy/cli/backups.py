"""The ground of an installation: a backup, the way back, and a look at whether all files are what they were."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from fieldstudy import settings
from fieldstudy.cli import privacy
from fieldstudy.cli.root import FILE, in_app, main
from fieldstudy.services import backups, fsck, health
from fieldstudy.services.backups import BackupIsRefused, Manifest
from fieldstudy.services.database_copies import ProgramFailed
from fieldstudy.services.erasure_list import ListIsDamaged

FOLDER = click.Path(file_okay=False, path_type=Path)


@main.command()
@click.argument("folder", type=FOLDER)
@in_app
def backup(folder: Path) -> None:
    """Write database and files into an empty FOLDER, while everybody goes on working."""
    try:
        manifest = backups.make(folder)
    except (BackupIsRefused, ProgramFailed) as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{folder}: {_size(manifest)}")
    _print("missing before the backup", manifest.missing)
    _print("damaged before the backup", manifest.rotten)
    if manifest.missing or manifest.rotten:
        raise click.ClickException("the backup is whole, but what it was made from is not: see above")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--erasures", type=FILE, help="The newest list of who was erased, if this installation has lost its own.")
@in_app
def restore(folder: Path, erasures: Path | None) -> None:
    """Bring a backup back into an installation that holds nothing yet; whoever was erased since goes again."""
    try:
        manifest = backups.restore(folder, erasures)
    except (BackupIsRefused, ProgramFailed, ListIsDamaged) as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"restored the state of {manifest.made_at:%Y-%m-%d %H:%M} UTC: {_size(manifest)}")
    if health.is_at_head():
        privacy.erase_again()
    else:
        click.echo("It is of an older version: fieldstudy upgrade brings it up to date.")


@main.command("fsck")
@in_app
def check_files() -> None:
    """Compare the files with the database: missing, damaged, spoken of by nobody; and say who else can read them."""
    findings = fsck.check()
    _print("missing", findings.missing)
    _print("damaged", findings.rotten)
    _print("orphaned", findings.orphaned)
    if is_open := settings.openness(current_app.extensions["fieldstudy"].data):
        click.echo(f"open\t{is_open}")
    counts = f"{len(findings.missing)} missing, {len(findings.rotten)} damaged, {len(findings.orphaned)} orphaned"
    click.echo(f"{findings.checked} files checked: {counts}")
    if not findings.is_sound:
        raise SystemExit(1)


def _size(manifest: Manifest) -> str:
    total = sum(stored.size_bytes for stored in manifest.files.values())
    return f"{sum(manifest.tables.values())} rows, {len(manifest.files)} files, {total / 2**20:.1f} MB"


def _print(what: str, names: Sequence[str]) -> None:
    for name in names:
        click.echo(f"{what}\t{name}")
