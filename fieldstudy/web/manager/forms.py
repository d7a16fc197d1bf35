"""What a manager may ask of a page by its address."""

from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms import SelectField

from fieldstudy.config import LOCALES


class Order(StrEnum):
    CODE = "code"
    SCORE = "score"


class OrderForm(FlaskForm):
    class Meta:
        csrf = False

    sort = SelectField(choices=[order.value for order in Order], default=Order.CODE.value)

    @property
    def order(self) -> Order:
        return Order(self.sort.data) if self.validate() else Order.CODE


class PaperForm(FlaskForm):
    """The language of the PDF; the reader's own unless another is asked for."""

    class Meta:
        csrf = False

    locale = SelectField(choices=LOCALES)

    def language(self, own: str) -> str:
        return str(self.locale.data) if self.validate() else own
