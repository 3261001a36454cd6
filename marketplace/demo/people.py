"""Logins for looking around."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

PASSWORD = "cho-ocop-demo"  # noqa: S105 - public by intent: only a development database ever has it
OPERATOR, CURATOR, CONTRIBUTOR = "operator@example.vn", "curator@example.vn", "contributor@example.vn"
GROUPS = {CURATOR: "Curators", CONTRIBUTOR: "Contributors"}


@transaction.atomic
def create_logins() -> None:
    """Create the people who are not there yet; of those who are, nothing changes, the password least of all."""
    users = get_user_model().objects
    if not users.filter(email=OPERATOR).exists():
        users.create_superuser(OPERATOR, PASSWORD, first_name="Vận hành", last_name="(minh hoạ)")
    for email, group in GROUPS.items():
        if not users.filter(email=email).exists():
            user = users.create_user(email, PASSWORD, first_name=group, last_name="(minh hoạ)")
            user.groups.add(Group.objects.get(name=group))
