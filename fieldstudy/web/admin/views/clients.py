"""The clients, and how much there is of each; what they study is for their coordinators."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fieldstudy.queries import accounts as account_queries
from fieldstudy.web.admin.views.room import blueprint, for_admins


@blueprint.get("/clients")
@for_admins()
def client_list() -> ResponseReturnValue:
    return render_template("admin/client_list.html", lines=account_queries.list_clients())
