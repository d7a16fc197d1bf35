"""The form of a client's colour and logo."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import Length


class BrandForm(FlaskForm):
    accent = StringField(
        _("Accent colour"),
        [Length(max=20)],
        description=_("As # and six digits or letters. Replaces our teal. Leave it empty to use teal."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "placeholder": "#0a635e"},
    )
    logo = FileField(
        _("Logo"), description=_("JPEG, PNG, WebP or HEIC, best on white. It stands at the head of every report.")
    )
    is_removed = BooleanField(_("Take the logo away"))


def refusals() -> Mapping[str, str]:
    """By the key of exchange.pictures."""
    return {
        "empty": gettext("The file is empty."),
        "not_a_picture": gettext("This is not a picture. JPEG, PNG, WebP and HEIC can be read."),
        "too_large": gettext("The picture is larger than 15 MB."),
        "too_many_pixels": gettext(
            "The picture has too many pixels: 50 million at most as JPEG, 24 million otherwise."
        ),
        "side_too_long": gettext("The picture is too long or too wide: 12,000 pixels a side at most."),
        "too_much_work": gettext("The picture takes too long to open. Save it as a JPEG and try again."),
        "busy": gettext("Other files are being opened just now. Choose the picture again in a minute."),
        "animated": gettext("There is more than one picture in this file."),
        "damaged": gettext("The picture is damaged: it cannot be read to its end."),
    }
