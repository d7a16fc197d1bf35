"""The installation: its database, its demo study, its jobs."""

from datetime import date

import click
from flask import current_app
from flask_migrate import upgrade as migrate_database

from fieldstudy import settings
from fieldstudy.cli import privacy
from fieldstudy.cli.root import in_app, main
from fieldstudy.demo import build as demo_study
from fieldstudy.extensions import db
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import jobs


@main.command()
@in_app
def upgrade() -> None:
    """Create or migrate the database."""
    migrate_database()
    privacy.erase_again()
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
    if is_open := settings.openness(current_app.extensions["fieldstudy"].data):
        click.echo(f"Warning: {is_open}", err=True)
    click.echo(f"The worker runs with {processes} processes; open jobs: {job_queries.count_open_jobs()}")
    # The processes that are forked must not share a connection.
    db.session.remove()
    db.engine.dispose()
    current_app.extensions["workshop"].run(processes, leader)


@main.command("config")
@in_app
def show_config() -> None:
    """The settings in force, without what is secret."""
    for name, value in current_app.extensions["fieldstudy"].in_force():
        click.echo(f"{name}\t{value}")


@main.command("jobs")
@click.option("--retry", is_flag=True, help="Have them tried again.")
@in_app
def list_jobs(retry: bool) -> None:
    """Jobs that were given up, with the error of the last attempt."""
    for job in job_queries.list_failed_jobs():
        click.echo(f"{job.id}\t{job.kind}\t{job.finished_at:%Y-%m-%d %H:%M} UTC\t{job.error}")
    if retry:
        click.echo(f"{jobs.retry_failed(None)} are tried again")
