"""The group that every command belongs to, and what commands have in common."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from fieldstudy import words
from fieldstudy.config import LOCALES
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.extensions import db
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries.studies import NotFound
from fieldstudy.services import releases
from fieldstudy.settings import SettingsAreWrong

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NOTHING = "Nothing was imported."
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
            print_problems(refused)
            raise SystemExit(1) from None
        except (NotFound, checklist_queries.ChecklistIsAmbiguous, SettingsAreWrong, releases.WaveIsReleased) as error:
            raise click.ClickException(str(error)) from None
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"the database answers: {reason} (fieldstudy upgrade prepares it)") from None

    return run  # type: ignore[return-value]


def print_problems(refused: FileIsRefused, rest: str = NOTHING) -> None:
    said = words.of("en")
    for problem in refused.problems:
        click.echo(said.file_problem(problem), err=True)
    click.echo(rest, err=True)


def print_notes(notes: Any) -> None:
    for note in notes:
        click.echo(words.of("en").file_problem(note))
