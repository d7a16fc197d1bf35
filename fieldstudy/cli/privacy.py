"""What is kept about people: its end after a time, or when somebody asks for it."""

import click

from fieldstudy.cli.root import in_app, main
from fieldstudy.services import purge


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
