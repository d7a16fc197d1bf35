"""A client's own colour and logo, for its reports and its managers' pages."""

from decimal import ROUND_DOWN, Decimal

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core import colours
from fieldstudy.core.colours import ColourIsUnknown
from fieldstudy.exchange import pictures as picture_files
from fieldstudy.exchange.pictures import Picture, PictureIsRefused
from fieldstudy.models import Client
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import studies
from fieldstudy.services.studies import AccentIsPale, AccentIsTaken
from fieldstudy.web import body_limits, locale, pictures, throttles
from fieldstudy.web.studio.brand_form import BrandForm, refusals
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/clients/<uuid:client_id>/brand")
@for_coordinators(client=study_queries.find_client)
def brand(client: Client) -> ResponseReturnValue:
    return _page(client, BrandForm(obj=client))


@blueprint.post("/clients/<uuid:client_id>/brand")
@for_coordinators(client=study_queries.find_client)
@body_limits.takes_files
@throttles.limit(throttles.UPLOADS)
def brand_post(client: Client) -> ResponseReturnValue:
    form = BrandForm()
    if not form.validate() or not _keep(client, form):
        return _page(client, form), 422
    flash(_("Saved. Pages carry it at once; reports that are kept as PDF do once they are drawn again."))
    return redirect(url_for("studio.brand", client_id=client.id), 303)


def _page(client: Client, form: BrandForm) -> str:
    contrast = colours.contrast(client.accent, colours.WHITE) if client.accent else None
    return render_template("studio/brand.html", client=client, form=form, contrast=contrast)


def _keep(client: Client, form: BrandForm) -> bool:
    """The colour first: a refused one leaves the logo as it is."""
    picture = _read(form)
    if form.logo.errors:
        return False
    try:
        studies.set_accent(client, form.accent.data or "", current_user.id)
    except ColourIsUnknown:
        form.accent.errors = [_("Write the colour as # and six digits or letters, for instance #0a635e.")]
        return False
    except AccentIsPale as pale:
        form.accent.errors = [_too_pale(pale.contrast)]
        return False
    except AccentIsTaken as taken:
        form.accent.errors = [_taken(taken.other)]
        return False
    if picture or form.is_removed.data:
        studies.set_logo(client, picture, current_user.id)
    return True


def _taken(other: str) -> str:
    if other == colours.ORANGE:
        return _("This is nearly the orange that says “below the norm” on every report. Choose another colour.")
    return _("This is nearly the black of the text: nothing would stand out. Choose a colour that can be told from it.")


def _too_pale(contrast: float) -> str:
    """Cut, not rounded: 4.48 must not read as the 4.5 that it misses."""
    said = locale.current_words().number(Decimal(str(contrast)).quantize(Decimal("0.01"), ROUND_DOWN), 2)
    return _(
        "Text in this colour cannot be read on white: its contrast is %(contrast)s to 1, and 4.5 to 1 is the least. "
        "Choose a darker shade of it.",
        contrast=said,
    )


def _read(form: BrandForm) -> Picture | None:
    if not form.logo.data:
        return None
    try:
        return picture_files.clean(form.logo.data.stream)
    except PictureIsRefused as refusal:
        form.logo.errors = [refusals()[refusal.key]]
        return None


@blueprint.get("/clients/<uuid:client_id>/logo")
@for_coordinators(client=study_queries.find_client)
def logo(client: Client) -> ResponseReturnValue:
    if not client.logo_sha256:
        abort(404)
    return pictures.send(client.logo_sha256)
