"""A curator's day: writing, previewing, publishing and scheduling; a contributor's proposal and its approval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from cms.models import GiftBundlePage, GiftIndexPage, StorefrontIndexPage, StorefrontPage, StoryIndexPage, StoryPage
from marketplace.accounts.models import User
from ocop_badges.days import start_of
from tests.conftest import SetClock
from tests.factories import (
    DAY,
    certify,
    list_products,
    make_bundle,
    make_image,
    make_pack,
    make_producer,
    make_product,
    make_story,
)

from .test_permissions import make_user

pytestmark = pytest.mark.django_db
CLAIM = "Ngon nhất, OCOP 4 sao"


@pytest.fixture
def curator() -> User:
    return make_user("curator", "Curators")


@pytest.fixture
def contributor() -> User:
    return make_user("contributor", "Contributors")


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def story_form(*, blocks: list[tuple[str, Any]] = (), products: list[Any] = (), **fields: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Mùa hái",
            "slug": "mua-hai",
            "language": "vi",
            "summary": "Hai câu.",
            "cover": "",
            "cover_alt": "",
            "body": streamfield(blocks),
            "products": inline_formset([{"product": product.pk} for product in products]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def bundle_form(*items: tuple[Any, int], **fields: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Hộp quà",
            "slug": "hop-qua",
            "title_en": "",
            "summary": "Hai câu.",
            "summary_en": "",
            "cover": "",
            "cover_alt": "",
            "items": inline_formset([{"pack": pack.pk, "quantity": quantity} for pack, quantity in items]),
            "fixed_price": "",
            "discount_percent": "",
            "heritage": rich_text(""),
            "heritage_en": rich_text(""),
            "comments": inline_formset([]),
            **fields,
        }
    )


def add(client: Client, model: str, section: type, data: dict[str, Any], **action: str) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["cms", model, section.objects.get().pk])
    return client.post(address, {**data, **action})


def errors_of(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, "the form was taken"
    return response.context["form"].errors


# --- writing -----------------------------------------------------------------------


def test_a_curator_writes_and_publishes_a_story(curator: User, client: Client) -> None:
    product = make_product(name="Mắc ca")
    certify(product)
    list_products(product)
    image = make_image()
    data = story_form(
        blocks=[
            ("heading", "Sáng sớm"),
            ("paragraph", rich_text(f"<p>Hạt [[ocop:{product.public_id}]] bùi.</p>")),
            ("image", {"image": {"image": image.pk, "alt_text": "Đồi", "decorative": ""}, "caption": ""}),
            ("products", {"title": "Mua", "products": streamfield_list([product.pk])}),
            ("stars", {"product": product.pk}),
        ],
        products=[product],
        cover=image.pk,
    )
    response = add(logged_in(curator), "storypage", StoryIndexPage, data, **{"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    page = client.get("/stories/mua-hai/").text
    assert "Sáng sớm" in page
    assert page.count("data-stars-end") >= 3
    assert [row.product_id for row in StoryPage.objects.get().products.all()] == [product.pk]


def streamfield_list(values: list[Any]) -> dict[str, Any]:
    """What the browser posts for a list block."""
    items = {str(i): {"value": v, "order": str(i), "deleted": "", "id": ""} for i, v in enumerate(values)}
    return {"count": str(len(values)), **items}


def test_a_curator_writes_and_publishes_a_bundle(curator: User, client: Client) -> None:
    coffee, honey = make_pack(make_product(), price=100_000), make_pack(make_product(), price=50_000)
    data = bundle_form((coffee, 2), (honey, 1), discount_percent="10", heritage=rich_text("<p>Chuyện xưa</p>"))
    response = add(logged_in(curator), "giftbundlepage", GiftIndexPage, data, **{"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    assert client.get("/api/v1/gift-bundles/hop-qua/").json()["price"]["amount"] == 225_000
    assert "Chuyện xưa" in client.get("/gifts/hop-qua/").text


def test_a_curator_adds_to_a_storefront(curator: User, client: Client) -> None:
    producer = make_producer(slug="htx-a", name="HTX A")
    data = nested_form_data(
        {"producer": producer.pk, "body": streamfield([("heading", "Xưởng")]), "comments": inline_formset([])}
    )
    response = add(logged_in(curator), "storefrontpage", StorefrontIndexPage, data, **{"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    assert StorefrontPage.objects.get().title == "HTX A"
    assert "Xưởng" in client.get("/producers/htx-a/").text
    again = add(logged_in(curator), "storefrontpage", StorefrontIndexPage, data)
    assert "producer" in errors_of(again)


def test_every_editor_opens(curator: User) -> None:
    client = logged_in(curator)
    producer = make_producer()
    for page in (
        make_story(about=[make_product()]),
        make_bundle(make_pack(make_product())),
        StorefrontIndexPage.objects.get().add_child(instance=StorefrontPage(producer=producer)),
    ):
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


# --- what is refused, and where ------------------------------------------------------


@pytest.mark.parametrize("field", ["title", "summary", "cover_alt", "seo_title", "search_description"])
def test_a_typed_claim_is_refused_at_its_field(curator: User, field: str) -> None:
    response = add(logged_in(curator), "storypage", StoryIndexPage, story_form(**{field: CLAIM}))
    assert list(errors_of(response)) == [field]
    assert "OCOP 4 sao" in str(errors_of(response)[field])
    assert not StoryPage.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("heading", CLAIM),
        ("paragraph", rich_text("<p>Ngon, OCOP <b>4</b> sao</p>")),
        ("quote", {"text": CLAIM, "who": ""}),
        ("quote", {"text": "Ngon", "who": CLAIM}),
        (
            "place_and_people",
            {"place": "A", "people": "", "text": rich_text(f"<p>{CLAIM}</p>"), "image": {"image": ""}},
        ),
    ],
)
def test_a_typed_claim_inside_the_story_is_refused_at_its_block(curator: User, name: str, value: Any) -> None:
    response = add(logged_in(curator), "storypage", StoryIndexPage, story_form(blocks=[(name, value)]))
    assert list(errors_of(response)) == ["body"]
    assert "OCOP" in response.text
    assert not StoryPage.objects.exists()


@pytest.mark.parametrize("field", ["title_en", "summary_en", "heritage", "heritage_en"])
def test_a_typed_claim_in_a_bundle_is_refused_at_its_field(curator: User, field: str) -> None:
    value = rich_text(f"<p>{CLAIM}</p>") if field.startswith("heritage") else CLAIM
    data = bundle_form((make_pack(make_product()), 1), **{field: value})
    assert list(errors_of(add(logged_in(curator), "giftbundlepage", GiftIndexPage, data))) == [field]


def test_a_live_token_is_not_a_claim(curator: User) -> None:
    product = make_product()
    data = story_form(summary=f"Ngon [[ocop:{product.public_id}]]")
    assert add(logged_in(curator), "storypage", StoryIndexPage, data).status_code == 302


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"fixed_price": "1000", "discount_percent": "10"}, "discount_percent"),
        ({"discount_percent": "95"}, "discount_percent"),
        ({"fixed_price": "0"}, "fixed_price"),
        ({"fixed_price": "-5"}, "fixed_price"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_at_its_field(curator: User, fields: dict, where: str) -> None:
    data = bundle_form((make_pack(make_product()), 1), **fields)
    assert list(errors_of(add(logged_in(curator), "giftbundlepage", GiftIndexPage, data))) == [where]


@pytest.mark.parametrize("quantity", [0, 100, -1])
def test_a_quantity_that_makes_no_sense_is_refused(curator: User, quantity: int) -> None:
    data = bundle_form((make_pack(make_product()), quantity))
    response = add(logged_in(curator), "giftbundlepage", GiftIndexPage, data)
    assert response.status_code == 200
    assert response.context["form"].formsets["items"].forms[0].errors["quantity"]
    assert not GiftBundlePage.objects.exists()


def test_the_lint_finds_claims_that_came_in_by_another_way() -> None:
    from ocop_badges.claims import stored_claims

    story = make_story(body=[("quote", {"text": CLAIM, "who": ""})])
    StoryPage.objects.filter(pk=story.pk).update(summary=CLAIM)
    make_bundle(make_pack(make_product()), heritage="<p>Không có gì</p>")
    found = [(where, claim.text) for source, where, claim in stored_claims() if source == "pages"]
    assert len(found) == 2
    assert all(story.url_path in where for where, _ in found)


# --- drafts ---------------------------------------------------------------------------


def test_a_draft_waits_while_the_published_text_stays(curator: User, client: Client) -> None:
    story = make_story(slug="mua-hai", title="Mùa hái")
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    response = logged_in(curator).post(edit, story_form(title="Mùa hái mới"))
    assert response.status_code == 302
    assert "Mùa hái mới" not in client.get(story.shop_path).text
    assert "Mùa hái mới" in logged_in(curator).get(reverse("wagtailadmin_pages:view_draft", args=[story.pk])).text


def test_a_preview_shows_the_draft_with_the_stars_of_the_day(curator: User, clock: SetClock) -> None:
    product = make_product()
    certify(product, valid_until=DAY, end_reason="as printed in the source")
    list_products(product)
    client = logged_in(curator)
    story = make_story(slug="mua-hai")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    data = story_form(title="Chưa ai đọc", products=[product], blocks=[("stars", {"product": product.pk})])
    assert client.post(address, data).json() == {"is_valid": True, "is_available": True}
    preview = client.get(address).text
    assert "Chưa ai đọc" in preview
    assert "live-stars" in preview
    clock(DAY + timedelta(days=1))
    assert "live-stars" not in client.get(address).text


def test_a_bundle_is_previewed_with_the_packs_of_the_draft(curator: User) -> None:
    old, new = make_pack(make_product(name="Cũ"), price=10_000), make_pack(make_product(name="Mới"), price=33_000)
    bundle = make_bundle(old)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[bundle.pk])
    client = logged_in(curator)
    row = {"id": bundle.items.get().pk, "pack": new.pk, "quantity": 1}
    client.post(address, {**bundle_form(), **nested_form_data({"items": inline_formset([row], initial=1)})})
    preview = client.get(address).text
    assert "33.000" in preview
    assert "10.000" not in preview


def test_a_storefronts_draft_is_previewed_inside_the_storefront(curator: User) -> None:
    producer = make_producer(name="HTX A")
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["cms", "storefrontpage", StorefrontIndexPage.objects.get().pk]
    )
    data = nested_form_data(
        {"producer": producer.pk, "body": streamfield([("heading", "Xưởng")]), "comments": inline_formset([])}
    )
    client = logged_in(curator)
    assert client.post(address, data).json()["is_valid"]
    preview = client.get(address).text
    assert "HTX A" in preview
    assert "Xưởng" in preview


def test_the_zone_of_an_editor_changes_nothing_about_stars(curator: User, clock: SetClock) -> None:
    product = make_product()
    certify(product, valid_until=DAY, end_reason="as printed in the source")
    story = make_story(slug="mua-hai", body=[("stars", {"product": product})])
    midnight = start_of(DAY + timedelta(days=1))
    for zone in ("America/Los_Angeles", "Pacific/Kiritimati", "UTC"):
        UserProfile.objects.update_or_create(user=curator, defaults={"current_time_zone": zone})
        client = logged_in(User.objects.get(pk=curator.pk))
        draft = reverse("wagtailadmin_pages:view_draft", args=[story.pk])
        chooser = reverse("product_chooser:choose_results")
        story.save_revision()
        for at, shown in ((midnight - timedelta(seconds=1), True), (midnight, False)):
            clock(at)
            assert ("live-stars" in client.get(draft).text) is shown
            assert ("★★★★" in client.get(chooser).text) is shown


# --- in time ----------------------------------------------------------------------------


def test_a_scheduled_story_goes_live_and_ends_by_the_command(curator: User, client: Client) -> None:
    now = datetime.now(UTC)
    data = story_form(
        go_live_at=(now + timedelta(days=1)).strftime("%Y-%m-%d %H:%M"),
        expire_at=(now + timedelta(days=2)).strftime("%Y-%m-%d %H:%M"),
    )
    add(logged_in(curator), "storypage", StoryIndexPage, data, **{"action-publish": "1"})
    story = StoryPage.objects.get()
    assert not story.live
    call_command("publish_scheduled")
    assert client.get("/stories/mua-hai/").status_code == 404
    revision = story.scheduled_revision
    revision.approved_go_live_at = now - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert client.get("/stories/mua-hai/").status_code == 200
    assert client.get("/api/v1/stories/").json()["count"] == 1
    StoryPage.objects.update(expire_at=now - timedelta(minutes=1))
    call_command("publish_scheduled")
    assert client.get("/stories/mua-hai/").status_code == 404
    assert client.get("/api/v1/stories/").json()["count"] == 0


# --- moderation ----------------------------------------------------------------------------


def propose(contributor: User) -> StoryPage:
    response = add(logged_in(contributor), "storypage", StoryIndexPage, story_form(), **{"action-submit": "1"})
    assert response.status_code == 302, errors_of(response)
    return StoryPage.objects.get()


def test_a_contributor_cannot_publish(contributor: User, client: Client) -> None:
    add(logged_in(contributor), "storypage", StoryIndexPage, story_form(), **{"action-publish": "1"})
    assert not StoryPage.objects.get().live
    assert client.get("/stories/mua-hai/").status_code == 404


def test_a_proposal_goes_live_when_a_curator_approves_it(contributor: User, curator: User, client: Client) -> None:
    story = propose(contributor)
    assert story.workflow_in_progress
    assert any(curator.email in message.to for message in mail.outbox)
    task = TaskState.objects.get()
    approve = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", task.pk])
    logged_in(contributor).post(approve)
    assert client.get("/stories/mua-hai/").status_code == 404
    logged_in(curator).post(approve)
    assert client.get("/stories/mua-hai/").status_code == 200


def test_a_proposal_that_a_curator_rejects_stays_a_draft(contributor: User, curator: User, client: Client) -> None:
    story = propose(contributor)
    reject = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "reject", TaskState.objects.get().pk])
    logged_in(curator).post(reject, {"comment": "Thêm ảnh nhé"})
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert client.get("/stories/mua-hai/").status_code == 404


def test_a_change_to_a_published_story_is_proposed_too(contributor: User, curator: User, client: Client) -> None:
    story = make_story(slug="mua-hai", title="Mùa hái")
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    logged_in(contributor).post(edit, {**story_form(title="Mùa hái mới"), "action-submit": "1"})
    assert "Mùa hái mới" not in client.get(story.shop_path).text
    approve = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", TaskState.objects.get().pk])
    logged_in(curator).post(approve)
    assert "Mùa hái mới" in client.get(story.shop_path).text


# --- addresses --------------------------------------------------------------------------------


def test_an_address_has_plain_letters_whatever_the_editor_proposes(curator: User, client: Client) -> None:
    data = story_form(title="Mùa đậu ở Đắk Nông", slug="mùa-đậu-ở-đắk-nông")
    add(logged_in(curator), "storypage", StoryIndexPage, data, **{"action-publish": "1"})
    assert StoryPage.objects.get().slug == "mua-dau-o-dak-nong"
    assert client.get("/api/v1/stories/mua-dau-o-dak-nong/").status_code == 200
    again = add(logged_in(curator), "storypage", StoryIndexPage, data)
    assert list(errors_of(again)) == ["slug"]
    nothing = add(logged_in(curator), "storypage", StoryIndexPage, story_form(slug="日本"))
    assert list(errors_of(nothing)) == ["slug"]


@pytest.mark.parametrize(
    ("title", "slugs"), [("Chè Thái Nguyên", ["che-thai-nguyen", "che-thai-nguyen-2"]), ("日本", ["trang", "trang-2"])]
)
def test_a_missing_address_is_made_from_the_title(title: str, slugs: list[str]) -> None:
    assert [make_story(title=title, slug="").slug for _ in slugs] == slugs


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_old_address_leads_to_todays_in_both_languages(
    curator: User, client: Client, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    UserProfile.objects.create(user=curator, preferred_language=language)
    story = make_story(slug="cu")
    edit = reverse("wagtailadmin_pages:edit", args=[story.pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = logged_in(curator).post(edit, {**story_form(slug="moi"), "action-publish": "1"})
    assert response.status_code == 302
    for old, new, status in (
        ("/stories/cu/", "/stories/moi/", 301),
        ("/en/stories/cu/", "/en/stories/moi/", 301),
        ("/api/v1/stories/cu/?lang=en", "/api/v1/stories/moi/?lang=en", 308),
    ):
        response = client.get(old)
        assert (response.status_code, response.headers["Location"]) == (status, new)
    assert client.get("/stories/khac/").status_code == 404
    StoryPage.objects.update(live=False)
    assert client.get("/stories/cu/", follow=True).status_code == 404
    assert client.get("/api/v1/stories/cu/").status_code == 404


def test_every_block_previews_itself_in_the_editor(curator: User) -> None:
    product = make_product(name="Mắc ca")
    certify(product)
    list_products(product)
    block = StoryPage._meta.get_field("body").stream_block
    shown = {}
    for name, child in block.child_blocks.items():
        response = logged_in(curator).get(reverse("wagtailadmin_block_preview"), {"id": child.definition_prefix})
        assert response.status_code == 200, name
        shown[name] = response.text
    assert "Mắc ca" in shown["products"]
    assert "data-stars-end" in shown["stars"]
    assert "ba nắng" in shown["paragraph"]
