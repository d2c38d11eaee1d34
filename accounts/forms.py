"""Forms of the pages: django-allauth's, where the check is ours."""

from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm, SetPasswordMixin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import identity, logins, second_factor, services
from accounts.models import User


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe_code(self)

    def clean_code(self) -> str:
        """The code, now used up."""
        self.authenticator = _used(self.user, self.cleaned_data["code"])
        code: str = self.cleaned_data["code"]
        return code


class ConfirmSecondFactorForm(ReauthenticateForm):  # type: ignore[misc]
    """A code that confirms who one is, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe_code(self)

    clean_code = SecondFactorForm.clean_code


class ChangePasswordForm(AllauthChangePasswordForm):  # type: ignore[misc]
    """A new password, which the old one or a fresh sign-in allows."""

    def clean_oldpassword(self) -> str:
        """The old password, counted as a login."""
        if not context.request.user.is_authenticated or not self._is_right(self.cleaned_data["oldpassword"]):
            raise forms.ValidationError(_("This is not your password."), code="wrong")
        old: str = self.cleaned_data["oldpassword"]
        return old

    def _is_right(self, password: str) -> bool:
        tried = logins.begin(context.request, self.user.sign_in_name, timezone.now())
        if not self.user.check_password(password):
            return False
        logins.forgive(context.request, tried, signed_in=True)
        return True


class PasswordResetForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"}))


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password by a link."""

    def save(self, commit: bool = True) -> User:
        """Set it, and end what was signed in with the old one."""
        user: User = self.user
        services.set_password(user, self.cleaned_data["new_password1"])
        return user


class AcceptForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """How the invited is called, and their password."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        """The two passwords are one, and a good one."""
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean()


def _describe_code(form: forms.Form) -> None:
    field = form.fields["code"]
    field.help_text = _("Six digits from your authenticator app, or one of your recovery codes.")
    field.widget.attrs = {"autocomplete": "one-time-code", "autofocus": True}


def _used(user: User, code: str) -> Any:
    """The authenticator that the code was right for; a failure counts as a failed login."""
    now = timezone.now()
    tried = logins.begin(context.request, user.sign_in_name, now)
    with identity.acting(user.id):
        found = second_factor.use(user, code, now)
    if found is None:
        raise forms.ValidationError(_("This code is wrong, or was used already."), code="wrong")
    logins.forgive(context.request, tried, signed_in=True)
    return found
