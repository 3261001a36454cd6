"""Forms of the way in: sign in, and set a new password."""

import logging
from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from marketplace.accounts.models import User

from .pieces import PortalRenderer

logger = logging.getLogger(__name__)


class SignInForm(forms.Form):
    """By e-mail or phone number, and password."""

    default_renderer = PortalRenderer

    who = forms.CharField(
        label=gettext_lazy("E-mail or phone number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AskForPasswordForm(forms.Form):
    """Where to send the address at which a new password is set."""

    default_renderer = PortalRenderer

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def account(self) -> User | None:
        """Who may set a password: also somebody invited, who has none yet."""
        return User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()


class SetPasswordForm(auth_forms.SetPasswordForm):  # type: ignore[type-arg]
    default_renderer = PortalRenderer


def send_password_link(user: User, *, base_url: str, invited_to: str = "") -> bool:
    """Mail the address at which a person sets a password, in the language of their messages.

    ``invited_to`` is the producer whose owner added them; empty where they asked themselves. Answers whether the mail
    server took it; where not, the log says why.
    """
    with override(user.language):
        path = reverse(
            "portal:set-password",
            args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
        )
        context: dict[str, Any] = {"address": base_url + path, "invited_to": invited_to, "base_url": base_url}
        mail = EmailMessage(
            subject=_("You can now work for {producer} on Chợ OCOP").format(producer=" ".join(invited_to.split()))
            if invited_to
            else _("Set a new password for Chợ OCOP"),
            body=render_to_string("portal/mail/set_password.txt", context),
            to=[user.email],
        )
    try:
        mail.send()
    except OSError:
        logger.exception("The mail to set a password was not sent.")
        return False
    return True
