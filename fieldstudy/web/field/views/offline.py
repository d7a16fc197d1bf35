"""What a phone keeps to work without a connection. Nothing here knows who is asking."""

from mimetypes import guess_type

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from fieldstudy.config import LOCALES
from fieldstudy.web import guards
from fieldstudy.web.field import assets, slim, told
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers
from fieldstudy.web.filters import FOR_EVER

ASK_AGAIN = "public, no-cache"


@blueprint.get("/assets/<build>/<path:path>")
@guards.public
def asset_file(build: str, path: str) -> ResponseReturnValue:
    """Another build is missing: its files may have changed, and a wrong one would be kept for good."""
    bundle = assets.bundle()
    if build != bundle.build or path not in bundle.files:
        abort(404)
    return Response(bundle.files[path], mimetype=guess_type(path)[0], headers={"Cache-Control": FOR_EVER})


@blueprint.get("/sw.js")
@guards.public
def service_worker() -> ResponseReturnValue:
    bundle = assets.bundle()
    kept = [assets.address(name) for name in sorted(bundle.files)]
    text = slim.script(render_template("field/sw.js", kept=kept, locales=LOCALES))
    return Response(text, mimetype="text/javascript", headers={"Cache-Control": ASK_AGAIN})


@blueprint.get("/manifest.webmanifest")
@guards.public
def manifest() -> ResponseReturnValue:
    description = _("Your visits, filled anywhere and sent once.")
    text = render_template("field/manifest.webmanifest", description=description, queue=_("Waiting to be sent"))
    return Response(text, mimetype="application/manifest+json", headers={"Cache-Control": ASK_AGAIN})


@blueprint.get("/shell/<locale>")
@guards.public
def shell(locale: str) -> ResponseReturnValue:
    if locale not in LOCALES:
        abort(404)
    with force_locale(locale):
        text = render_template("field/shell.html", viewer=None, say=told.home())
    return Response(text, headers={"Cache-Control": ASK_AGAIN})


@blueprint.get("/queue")
@for_fieldworkers()
def queue() -> ResponseReturnValue:
    return render_template("field/queue.html", say=told.home())
