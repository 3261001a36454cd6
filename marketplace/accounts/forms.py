from typing import ClassVar

from django.contrib.auth.forms import AdminUserCreationForm
from django.forms import Field

from .models import User


class UserCreationForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ["email"]
        field_classes: ClassVar[dict[str, type[Field]]] = {}
