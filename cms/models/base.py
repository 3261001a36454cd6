from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from modelcluster.models import model_from_serializable_data
from wagtail.models import PagePermissionTester

from cms.claims import TEXTS_OF_EVERY_PAGE, claim_errors
from ocop_badges.links import base_url


class ShopPage:
    """What every page of ours has in common; mixed in before Wagtail's ``Page``."""

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        if errors := claim_errors(self, fields=TEXTS_OF_EVERY_PAGE):  # type: ignore[arg-type]
            raise ValidationError(errors)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return ShopPagePermissionTester(user, self)

    @property
    def shop_path(self) -> str:
        """The path of this page without a language prefix: ``/stories/<slug>/``."""
        # One site, whose root is the home page: drop the home page's own slug.
        return "/" + self.url_path.strip("/").partition("/")[2] + "/" if self.depth > 2 else "/"  # type: ignore[attr-defined]

    def get_full_url(self, request: HttpRequest | None = None) -> str | None:
        """The absolute address under ``SITE_URL``: the host in Wagtail's own site row is never asked."""
        path = self.get_url(request)  # type: ignore[attr-defined]
        if path is None:
            return None
        return (base_url(request) if request is not None else settings.WAGTAILADMIN_BASE_URL) + path

    full_url = property(get_full_url)


class ShopPagePermissionTester(PagePermissionTester):
    """Wagtail's rights, without its private pages: what is live is live for lists, the API and search engines too."""

    def can_set_view_restrictions(self) -> bool:
        return False


class FixedPage(ShopPage):
    """A page that the shop's addresses rest on: curators work below it, operators alone change it."""

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return FixedPagePermissionTester(user, self)


class FixedPagePermissionTester(ShopPagePermissionTester):
    """Whoever has rights here has them for the pages below; the page itself is for superusers."""

    def _may(self, verdict: bool) -> bool:
        return bool(verdict and self.user.is_superuser)

    def can_edit(self) -> bool:
        return self._may(super().can_edit())

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self._may(super().can_delete(ignore_bulk))

    def can_unpublish(self) -> bool:
        return self._may(super().can_unpublish())

    def can_publish(self) -> bool:
        return self._may(super().can_publish())

    def can_submit_for_moderation(self) -> bool:
        return self._may(super().can_submit_for_moderation())

    def can_lock(self) -> bool:
        return self._may(super().can_lock())

    def can_unlock(self) -> bool:
        return self._may(super().can_unlock())

    def can_view_revisions(self) -> bool:
        return self._may(super().can_view_revisions())


class LeavesWithItsTarget(models.Model):
    """A row of a page that disappears from an old draft when what it names is gone.

    Without this a draft that names a deleted thing could not be opened: modelcluster raises for a protected key.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Self | None:
        if check_fks:
            for field in cls._meta.concrete_fields:
                target = field.related_model
                if field.remote_field is None or field.name == "page" or data.get(field.name) is None:
                    continue
                if not target._default_manager.filter(pk=data[field.name]).exists():
                    return None
        row: Self = model_from_serializable_data(cls, data, check_fks=False, strict_fks=strict_fks)
        return row
