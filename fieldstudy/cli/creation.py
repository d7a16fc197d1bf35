"""Clients, studies, waves and people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from fieldstudy.cli.root import DAY, in_app, main
from fieldstudy.core.access import Membership, MembershipIsIncomplete, Role
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import factors, invitations, mail, people, studies


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
    """Prints a link, good once and for 24 hours, with which the person sets the password.

    You vouch for the address: it counts as proven, and the role is given at once, also to somebody of another client.
    Whoever set a password before the address was proven has to set one anew.
    """
    fault = mail.find_fault(email.strip())
    if fault == mail.Fault.DOMAIN:
        raise click.ClickException(f"{email!r} exists in one network alone; MAIL_DOMAINS can allow its domain")
    if fault:
        raise click.ClickException(f"{email!r} is not an e-mail address")
    if region and store:
        raise click.ClickException("choose --region or --store, not both")
    try:
        user, token = people.create_user(email, _membership(role, client, region, store))
    except MembershipIsIncomplete as error:
        raise click.ClickException(MEMBERSHIP_TEXTS[str(error)]) from None
    click.echo(invitations.link(token) if token else f"{user.email} has a password and signs in as always")


@main.command("reset")
@click.argument("email")
@click.option("--factors", "lifts", is_flag=True, help="Take away the second factors too, for somebody who lost them.")
@in_app
def reset_password(email: str, lifts: bool) -> None:
    """Prints a link, good once and for 30 minutes, with which somebody who is locked out sets a new password.

    Hand it to whoever owns the address, and to nobody else: its use proves the address. A second factor is still asked
    for afterwards, unless it is taken away.
    """
    user = people_queries.find_user_by_email(email)
    if user is None:
        raise click.ClickException(f"nobody has the address {email!r}")
    if not user.is_active:
        raise click.ClickException(f"the account of {user.email} is deactivated: a link would not let anybody in")
    if lifts:
        factors.lift(user, None)
    click.echo(invitations.link(invitations.reset(user)))


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
