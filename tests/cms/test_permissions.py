"""What each role may do in Wagtail's admin: every route, asked as every role and as a stranger."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Collection, GroupApprovalTask, Page, PageViewRestriction, Site, Task, Workflow

from cms.models import GiftIndexPage, HomePage, StorefrontIndexPage, StoryIndexPage, StoryPage
from marketplace.accounts.models import User
from tests.factories import (
    make_image,
    make_officer,
    make_pack,
    make_producer,
    make_product,
    make_storefront_page,
    make_story,
)

from .admin_routes import admin_routes

pytestmark = pytest.mark.django_db


def make_user(name: str, *groups: str, **fields: Any) -> User:
    user = User.objects.create_user(f"{name}@example.vn", "a-long-password", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def curator() -> User:
    return make_user("curator", "Curators")


@pytest.fixture
def contributor() -> User:
    return make_user("contributor", "Contributors")


@pytest.fixture
def stranger() -> User:
    return make_user("stranger")


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def outcome(client: Client, address: str) -> str:
    """``open`` where the role gets an answer, ``refused``, ``login``, or the status of an error."""
    response = client.get(address)
    if response.status_code == 405:
        response = client.post(address)
    if response.status_code == 302:
        target = response.headers["Location"]
        if target.startswith(reverse("wagtailadmin_login")):
            return "login"
        return "refused" if target == reverse("wagtailadmin_home") else "open"
    if response.status_code in (403, 404):
        return "refused"
    return "open" if response.status_code in (200, 400, 415) else str(response.status_code)


# Wagtail's own pages to try its error pages with.
TRIALS = {"wagtailadmin_error_test"}
# Open to everybody: logging in, a forgotten password, icons and translations.
PUBLIC = {
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_sprite",
}


# The stories' section: drafts, history, previews, what is where.
PAGES = {
    "wagtailadmin_explore",
    "wagtailadmin_explore_results",
    "wagtailadmin_explore_root",
    *(
        f"wagtailadmin_pages:{name}"
        for name in (
            "add",
            "add_subpage",
            "choose_parent",
            "confirm_workflow_cancellation",
            "copy",
            "edit",
            "history",
            "history_results",
            "move_confirm",
            "preview_on_add",
            "preview_on_edit",
            "revisions_compare",
            "revisions_index",
            "revisions_revert",
            "revisions_view",
            "search",
            "search_results",
            "type_use",
            "type_use_results",
            "usage",
            "view_draft",
            "workflow_history",
        )
    ),
}
PUBLISHING = {
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:revisions_unschedule",
    "wagtailadmin_pages:set_page_position",
    "wagtailadmin_pages:unpublish",
}
IMAGES = {
    "wagtailimages:add",
    "wagtailimages:add_multiple",
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages_chooser:chosen",
    "wagtailimages_chooser:select_format",
}
CHANGING_IMAGES = {
    "wagtailimages:delete",
    "wagtailimages:delete_multiple",
    "wagtailimages:edit",
    "wagtailimages:edit_multiple",
    "wagtailimages:image_usage",
    "wagtailimages:preview",
}
# Wagtail opens these to everybody who may enter; they list what the role may see, and change nothing.
CHOOSERS = {
    *(
        f"{kind}_chooser:{name}"
        for kind in ("pack", "product")
        for name in ("choose", "choose_results", "chosen", "chosen_multiple")
    ),
    *(f"wagtailadmin_choose_page{name}" for name in ("", "_child", "_chosen_multiple", "_search")),
    *(f"wagtailadmin_choose_page_{kind}_link" for kind in ("anchor", "email", "external", "phone")),
    *(f"wagtailadmin_workflows:{name}" for name in ("task_chooser", "task_chooser_create", "task_chooser_results")),
    "wagtailadmin_workflows:task_chosen",
    *(f"wagtaildocs_chooser:{name}" for name in ("choose", "choose_results", "chosen_multiple")),
    *(f"wagtailimages_chooser:{name}" for name in ("choose", "choose_results", "chosen_multiple", "create")),
    "wagtailembeds:chooser",
    "wagtailembeds:chooser_upload",
}
OWN_DESK = {
    "wagtailadmin_account",
    "wagtailadmin_api:documents:listing",
    "wagtailadmin_api:images:listing",
    "wagtailadmin_api:pages:action",
    "wagtailadmin_api:pages:detail",
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_dismissibles",
    "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
    "wagtailadmin_home",
    *(
        f"wagtailadmin_reports:{name}{suffix}"
        for name in ("aging_pages", "page_types_usage", "site_history", "workflow", "workflow_tasks")
        for suffix in ("", "_results")
    ),
    "wagtailadmin_tag_autocomplete",
}
CONTRIBUTOR = PAGES | IMAGES | CHOOSERS | OWN_DESK | (PUBLIC - {"wagtailadmin_login"})
CURATOR = CONTRIBUTOR | PUBLISHING | CHANGING_IMAGES
NOT_THEIRS = (User, Group, Permission, Site, Workflow, Task, Redirect, Document, Collection, PageViewRestriction)


def addresses(story: Any, image: Any, stranger: User) -> list[tuple[str, str]]:
    """Every admin route with an address: about a published story, a picture of the section's collection, a stranger."""
    product = make_product()
    pack = make_pack(product)
    section = StoryIndexPage.objects.get()
    workflow, task = Workflow.objects.get(), GroupApprovalTask.objects.get()
    shared = {
        "action": "delete",
        "action_name": "publish",
        "app_label": "cms",
        "app_name": "catalog",
        "collection_id": image.collection_id,
        "content_type_app_name": "cms",
        "content_type_model_name": "storypage",
        "destination_id": section.pk,
        "doc_id": 1,
        "document_id": 1,
        "filter_spec": "width-100",
        "image_id": image.pk,
        "model_name": "storypage",
        "object_id": story.pk,
        "page_id": story.pk,
        "page_pk": story.pk,
        "page_to_move_id": story.pk,
        "parent_page_id": section.pk,
        "redirect_id": 1,
        "revision_id": story.latest_revision_id,
        "revision_id_a": "live",
        "revision_id_b": "latest",
        "session_id": 1,
        "task_id": task.pk,
        "task_state_id": 1,
        "token": "x",
        "uidb64": "x",
        "uploaded_file_id": 1,
        "workflow_pk": workflow.pk,
        "workflow_state_id": 1,
    }
    keys = {
        "pack_chooser": pack.pk,
        "product_chooser": product.pk,
        "wagtailadmin_api": story.pk,
        "wagtailadmin_collections": image.collection_id,
        "wagtailadmin_pages": story.pk,
        "wagtailadmin_workflows": workflow.pk,
        "wagtaildocs_chooser": 1,
        "wagtailimages_chooser": image.pk,
        "wagtailsites": Site.objects.get().pk,
        "wagtailusers_groups": Group.objects.get(name="Curators").pk,
        "wagtailusers_users": stranger.pk,
    }
    found = []
    for route in admin_routes():
        if route.name.startswith("admin/") or route.name in TRIALS:
            continue
        section_of_route = route.name.partition(":")[0]
        if section_of_route == "ocop_desk":  # its door opens to posts alone, whatever the address names
            desk = {name: 1 if name == "number" else "x" * 12 for name in route.arguments}
            found.append((route.name, reverse(route.name, kwargs=desk)))
            continue
        arguments = {name: keys[section_of_route] if name == "pk" else shared[name] for name in route.arguments}
        found.append((route.name, reverse(route.name, kwargs=arguments)))
    return found


@pytest.fixture
def things(stranger: User) -> list[tuple[str, str]]:
    story = make_story(owner=stranger)
    story.save_revision().publish()
    image = make_image()
    image.collection = Collection.objects.get(name="Stories and gifts")
    image.save()
    return addresses(story, image, stranger)


def may(client: Client, things: list[tuple[str, str]]) -> set[str]:
    """The routes a role gets an answer from. Routes that delete come last, so that the others have something left."""
    last = sorted(things, key=lambda thing: ("logout" in thing[0], "delete" in thing[0]))
    outcomes = [(name, outcome(client, address)) for name, address in last]
    assert {o for _, o in outcomes} <= {"open", "refused", "login"}, outcomes
    return {name for name, o in outcomes if o == "open"}


def test_a_curator_may_do_this_and_nothing_else(curator: User, things: list[tuple[str, str]]) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in NOT_THEIRS if model is not User]
    assert may(logged_in(curator), things) == CURATOR
    assert [list(model.objects.order_by("pk").values()) for model in NOT_THEIRS if model is not User] == before


def test_a_contributor_may_do_this_and_nothing_else(contributor: User, things: list[tuple[str, str]]) -> None:
    assert may(logged_in(contributor), things) == CONTRIBUTOR


def test_an_officer_gets_the_desk_and_no_page_or_picture(things: list[tuple[str, str]]) -> None:
    reached = may(logged_in(make_officer()), things)
    of_wagtail = {name for name in reached if not name.startswith("ocop_desk:")}
    # Wagtail answers these to everybody who may enter: with a question, an error in words or another address.
    answered = {"choose_parent", "confirm_workflow_cancellation", "move_confirm", "revisions_index"}
    assert of_wagtail & (PAGES | IMAGES) == {f"wagtailadmin_pages:{name}" for name in answered}
    assert of_wagtail <= CONTRIBUTOR


@pytest.mark.parametrize("action", ["edit", "copy", "delete", "move", "unpublish"])
def test_an_officer_changes_no_page(action: str) -> None:
    story = make_story()
    officer = logged_in(make_officer())
    before = Page.objects.count(), Page.objects.get(pk=story.pk).latest_revision_id
    for method in (officer.get, officer.post):
        assert method(reverse(f"wagtailadmin_pages:{action}", args=[story.pk])).status_code in (302, 403, 404)
    assert (Page.objects.count(), Page.objects.get(pk=story.pk).latest_revision_id) == before
    assert Page.objects.get(pk=story.pk).live


def test_somebody_without_a_role_may_do_nothing(stranger: User, things: list[tuple[str, str]]) -> None:
    assert may(logged_in(stranger), things) == PUBLIC


def test_a_visitor_may_do_nothing(things: list[tuple[str, str]]) -> None:
    assert may(Client(raise_request_exception=False), things) == PUBLIC


@pytest.mark.parametrize("role", ["curator", "contributor", "stranger"])
def test_posting_to_what_is_not_theirs_changes_nothing(
    role: str, things: list[tuple[str, str]], request: pytest.FixtureRequest
) -> None:
    client = logged_in(request.getfixturevalue(role))
    theirs = {"curator": CURATOR, "contributor": CONTRIBUTOR, "stranger": PUBLIC}[role]
    theirs = theirs - {"wagtailadmin_workflows:task_chooser_create"}  # the form opens for all, creating is for some
    before = [model.objects.count() for model in NOT_THEIRS]
    for name, address in things:
        if name not in theirs:
            response = client.post(address, {"name": "x", "title": "x", "email": "x@example.vn", "hostname": "x"})
            assert response.status_code < 500, name
    assert [model.objects.count() for model in NOT_THEIRS] == before
    assert Workflow.objects.get().active
    assert GroupApprovalTask.objects.get().active
    assert StoryPage.objects.count() == 1


@pytest.mark.parametrize("page_class", [HomePage, StoryIndexPage, GiftIndexPage, StorefrontIndexPage])
def test_the_pages_the_addresses_rest_on_are_the_operators(page_class: type[Page], curator: User) -> None:
    page = page_class.objects.get()
    client = logged_in(curator)
    for name in ("edit", "delete", "unpublish", "move", "copy", "set_privacy"):
        argument = "page_to_move_id" if name == "move" else "page_id"
        address = reverse(f"wagtailadmin_pages:{name}", kwargs={argument: page.pk})
        assert outcome(client, address) == "refused", name
        client.post(address)
    assert page_class.objects.get().live
    operator = make_user("operator", is_superuser=True)
    assert outcome(logged_in(operator), reverse("wagtailadmin_pages:edit", args=[page.pk])) == "open"


@pytest.mark.parametrize("section", [StoryIndexPage, GiftIndexPage, StorefrontIndexPage])
def test_nobody_makes_a_story_private(section: type[Page]) -> None:
    operator = make_user("operator", is_superuser=True)
    assert not section.objects.get().permissions_for_user(operator).can_set_view_restrictions()
    assert not make_story().permissions_for_user(operator).can_set_view_restrictions()


def test_a_curator_adds_each_kind_of_page_in_its_place_only(curator: User) -> None:
    client = logged_in(curator)
    places = {
        "storypage": StoryIndexPage,
        "giftbundlepage": GiftIndexPage,
        "storefrontpage": StorefrontIndexPage,
        "storyindexpage": HomePage,
        "homepage": HomePage,
    }
    allowed = set()
    for model in places:
        for parent in set(places.values()):
            address = reverse("wagtailadmin_pages:add", args=["cms", model, parent.objects.get().pk])
            if outcome(client, address) == "open":
                allowed.add((model, parent))
    assert allowed == {
        ("storypage", StoryIndexPage),
        ("giftbundlepage", GiftIndexPage),
        ("storefrontpage", StorefrontIndexPage),
    }


def test_a_storefronts_extra_page_is_not_copied(curator: User) -> None:
    page = make_storefront_page(make_producer())
    assert outcome(logged_in(curator), reverse("wagtailadmin_pages:copy", args=[page.pk])) == "refused"


def test_a_picture_of_a_product_may_be_chosen_but_not_changed(curator: User) -> None:
    of_a_product = make_image()
    client = logged_in(curator)
    assert outcome(client, reverse("wagtailimages_chooser:chosen", args=[of_a_product.pk])) == "open"
    assert outcome(client, reverse("wagtailimages:edit", args=[of_a_product.pk])) == "refused"


def test_wagtails_own_groups_and_workflow_are_gone() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {"Curators", "Contributors"}
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Curators approve"]
