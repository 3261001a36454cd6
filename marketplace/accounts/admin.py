from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from .forms import UserCreationForm
from .models import Membership, User


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """People, for operators: known by e-mail."""

    add_form = UserCreationForm
    ordering = ["email", "id"]
    list_display = ["email", "first_name", "last_name", "phone", "is_staff", "is_active"]
    search_fields = ["email", "first_name", "last_name", "phone"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "phone", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]})]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Who acts for which producer. Operators make owners here; everything else the owner does in the portal."""

    list_display = ["user", "producer", "role", "consented_at", "created_at"]
    list_filter = ["role"]
    list_select_related = ["user", "producer"]
    search_fields = ["user__email", "producer__name", "producer__name_key"]
    autocomplete_fields = ["user", "producer"]
    readonly_fields = ["created_at"]
