"""Everybody who has an account, whatever their clients."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.core import ordering, search
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import pages
from fieldstudy.queries.accounts import AccountLine
from fieldstudy.web.admin.list_forms import EVERYWHERE, NO_ROLE, AccountListForm
from fieldstudy.web.admin.views.room import blueprint, for_admins


@blueprint.get("/people")
@for_admins()
def person_list() -> ResponseReturnValue:
    clients = {line.client.id: line.client for line in account_queries.list_clients()}
    form = AccountListForm(clients.values(), formdata=request.args)
    fitting = [one for one in account_queries.list_accounts() if _is_asked_for(one, form)]
    found = pages.of_lines(sorted(fitting, key=_place), form.number)
    return render_template("admin/person_list.html", form=form, clients=clients, found=found)


def _is_asked_for(line: AccountLine, form: AccountListForm) -> bool:
    roles = [one.role.value for one in line.roles] or [NO_ROLE]
    clients = [str(one.client_id) if one.client_id else EVERYWHERE for one in line.roles]
    is_fitting = form.role.data in ("", *roles) and form.client.data in ("", *clients)
    return is_fitting and form.state.data in ("", line.state) and search.matches(form.search.data, line.texts)


def _place(line: AccountLine) -> tuple[object, str]:
    return ordering.natural_key(line.name or line.email), line.email
