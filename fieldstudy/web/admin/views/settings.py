"""The settings in force."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.web import locale
from fieldstudy.web.admin.views.room import blueprint, for_admins
from fieldstudy.words import settings as setting_words


@blueprint.get("/settings")
@for_admins()
def settings() -> ResponseReturnValue:
    words, config = locale.current_words(), current_app.extensions["fieldstudy"]
    shown = [(name, setting_words.said(words, name, value)) for name, value in config.in_force()]
    return render_template("admin/settings.html", settings=shown)
