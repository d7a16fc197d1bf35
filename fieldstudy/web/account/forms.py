"""Forms of the account pages."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

NAME_LIMIT = 300
LANGUAGES = [SelectChoice("it", "Italiano"), SelectChoice("en", "English")]


class SignInForm(FlaskForm):
    email = EmailField(
        _("E-mail"), [InputRequired(_("Write your e-mail."))], render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = PasswordField(
        _("Password"), [InputRequired(_("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class EmailForm(FlaskForm):
    email = EmailField(
        _("E-mail"),
        [InputRequired(_("Write your e-mail.")), Length(max=320)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )


class PasswordForm(FlaskForm):
    password = PasswordField(
        _("New password"),
        [InputRequired(_("Choose a password."))],
        description=_("At least 10 characters. A short sentence is easier to remember than a strange word."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("The same once more"),
        [EqualTo("password", _("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ProfileForm(FlaskForm):
    name = StringField(
        _("Name"),
        [DataRequired(_("Write your name.")), Length(max=NAME_LIMIT)],
        filters=[lambda text: " ".join((text or "").split())],
        render_kw={"autocomplete": "name"},
    )
    locale = SelectField(_("Language"), choices=LANGUAGES)


class NewPasswordForm(PasswordForm):
    former = PasswordField(
        _("Your password until now"),
        [InputRequired(_("Write the password that you have now."))],
        render_kw={"autocomplete": "current-password"},
    )


class ProofForm(FlaskForm):
    proof = PasswordField(
        _("Your password"),
        [InputRequired(_("Write your password."))],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class CodeForm(FlaskForm):
    code = StringField(
        _("The code that the app shows"),
        [InputRequired(_("Write the code."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20},
    )


class RecoveryCodeForm(FlaskForm):
    code = StringField(
        _("Recovery code"),
        [InputRequired(_("Write the code."))],
        description=_("One of the ten that you saved; each works once."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": 60},
    )


class PasskeyForm(FlaskForm):
    name = StringField(
        _("A name for it"),
        [DataRequired(_("Write a name, so that you know it again.")), Length(max=100)],
        filters=[lambda text: " ".join((text or "").split())],
        description=_("Such as “My phone” or “The key on the desk”."),
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )
    credential = HiddenField()


class PasskeySignInForm(FlaskForm):
    credential = HiddenField()
    next = HiddenField()
    step = HiddenField()
