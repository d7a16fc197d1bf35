"""The stores of a client, brought in by a file."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.core import search
from fieldstudy.exchange import stores as store_files
from fieldstudy.exchange import tables
from fieldstudy.models import Study
from fieldstudy.queries import pages
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import studies
from fieldstudy.web import body_limits, locale
from fieldstudy.web.studio import uploads
from fieldstudy.web.studio.forms import FileForm
from fieldstudy.web.studio.list_forms import StoreListForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators

EXAMPLE = (
    ("VR1", "Verona, via Mazzini", "Verona", "Veneto", "Via Mazzini 41", "45.4413", "10.9957", "Europe/Rome"),
    ("LN2", "London, Lamb's Conduit", "London", "London", "Lamb's Conduit Street 12", "", "", "Europe/London"),
    ("HELP", "Help desk", "", "", "", "", "", ""),
)


@blueprint.get("/studies/<uuid:study_id>/stores")
@for_coordinators(study=study_queries.find_study)
def store_list(study: Study) -> ResponseReturnValue:
    return _page(study, FileForm())


@blueprint.post("/studies/<uuid:study_id>/stores")
@for_coordinators(study=study_queries.find_study)
@body_limits.takes_files
def store_import(study: Study) -> ResponseReturnValue:
    form = FileForm()
    read = uploads.read(form, store_files.read_stores)
    if read is None:
        return _page(study, form), 422
    added, changed = studies.import_stores(study, read.rows, current_user.id)
    uploads.tell(_imported(added, changed, len(read.rows) - added - changed), read.notes)
    return redirect(url_for("studio.store_list", study_id=study.id), 303)


def _imported(added: int, changed: int, same: int) -> str:
    """Imported 400 stores: 3 new, 1 changed and 396 as they were."""
    words = locale.current_words()
    parts = (
        ngettext("%(count)s new", "%(count)s new", added, count=words.integer(added)) if added else "",
        ngettext("%(count)s changed", "%(count)s changed", changed, count=words.integer(changed)) if changed else "",
        ngettext("%(count)s as it was", "%(count)s as they were", same, count=words.integer(same)) if same else "",
    )
    total = added + changed + same
    return ngettext(
        "Imported %(count)s store: %(parts)s.",
        "Imported %(count)s stores: %(parts)s.",
        total,
        count=words.integer(total),
        parts=words.listing(filter(None, parts)),
    )


def _page(study: Study, form: FileForm) -> str:
    asked = StoreListForm(formdata=request.args)
    stores = study_queries.list_stores_for_client(study.client_id)
    fitting = [one for one in stores if search.matches(asked.search.data, (one.code, one.name, one.city, one.region))]
    found = pages.of_lines(fitting, asked.number)
    return render_template(
        "studio/store_list.html", study=study, form=form, asked=asked, found=found, has_stores=bool(stores)
    )


@blueprint.get("/stores-example.csv")
@for_coordinators()
def store_example() -> ResponseReturnValue:
    headers = {"Content-Disposition": 'attachment; filename="stores-example.csv"'}
    content = tables.write_csv(store_files.COLUMNS, EXAMPLE, locale.current_words().decimal_mark)
    return Response(content, mimetype="text/csv", headers=headers)
