"""What one signs in with, as it is changed: name, address and password."""

from typing import Any

from wtforms import PasswordField, ValidationError
from wtforms.validators import DataRequired

from app.account.join_forms import (
    check_password,
    check_stem,
    new_password_field,
    stem_field,
)
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.web.fields import mail_address
from app.web.forms import BaseForm, Versioned


class NameForm(Versioned, BaseForm):
    username = stem_field(
        _l("We add four digits to it, so that it is yours alone. Leave it empty to have none.")
    )

    def validate_username(self, field: Any) -> None:
        check_stem(field)


class EmailForm(Versioned, BaseForm):
    email = mail_address(
        _l("Enter your e-mail address."),
        label=_l("New e-mail address"),
        description=_l("We send a link there. The address counts once you have opened it."),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def validate_email(self, field: Any) -> None:
        if field.data and field.data.lower() == self.account.email:
            raise ValidationError(str(_l("This is already the address of your account.")))


class PasswordForm(BaseForm):
    current = PasswordField(
        _l("Current password"), validators=[DataRequired(_l("Enter your current password."))]
    )
    password = new_password_field()

    def __init__(self, *args: Any, account: Account, staff: bool, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = str(_l("New password"))
        self.account, self.staff, self.place = account, staff, place

    def validate_password(self, field: Any) -> None:
        account = self.account
        about = [account.given_name, account.family_name, account.email, account.username, self.place]
        check_password(field, staff=self.staff, about=about)
