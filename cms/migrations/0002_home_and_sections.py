"""The tree every address of the shop rests on: home, and below it stories, gifts and storefronts' extra pages."""

import uuid

from django.db import migrations

STEPLEN = 4  # digits of a path for each level of Wagtail's tree

HERO_TITLE = "Đặc sản Việt Nam, sao OCOP có thời hạn"
HERO_TITLE_EN = "Specialities of Vietnam, with stars that mean something today"
HERO_TEXT = (
    "Mỗi xã một sản phẩm: đồ ngon từ khắp các tỉnh, người làm ra chúng, và những ngôi sao chỉ hiện "
    "khi giấy chứng nhận còn hiệu lực."
)
HERO_TEXT_EN = (
    "One commune, one product: good things from every province, the people who make them, and stars that are "
    "shown only while their certificate is valid."
)

SECTIONS = [
    ("storyindexpage", "StoryIndexPage", "Chuyện kể", "stories"),
    ("giftindexpage", "GiftIndexPage", "Quà tặng", "gifts"),
    ("storefrontindexpage", "StorefrontIndexPage", "Gian hàng", "producers"),
]


def create_pages(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("cms", "HomePage")

    # Wagtail's welcome page, and with it the site that shows it.
    page_type = ContentType.objects.get(app_label="wagtailcore", model="page")
    Page.objects.filter(content_type=page_type, slug="home", depth=2).delete()
    Site.objects.all().delete()

    locale = Locale.objects.order_by("pk").first() or Locale.objects.create(language_code="vi")
    root = Page.objects.get(depth=1)

    def common(model):
        content_type, _ = ContentType.objects.get_or_create(app_label="cms", model=model)
        return {"content_type": content_type, "locale": locale, "translation_key": uuid.uuid4(), "live": True}

    number = Page.objects.filter(depth=2).count() + 1
    home = HomePage.objects.create(
        title="Trang chủ",
        draft_title="Trang chủ",
        slug="home",
        path=f"{root.path}{number:0{STEPLEN}}",
        depth=2,
        numchild=len(SECTIONS),
        url_path="/home/",
        hero_title=HERO_TITLE,
        hero_title_en=HERO_TITLE_EN,
        hero_text=HERO_TEXT,
        hero_text_en=HERO_TEXT_EN,
        **common("homepage"),
    )
    for position, (model, name, title, slug) in enumerate(SECTIONS, start=1):
        apps.get_model("cms", name).objects.create(
            title=title,
            draft_title=title,
            slug=slug,
            path=f"{home.path}{position:0{STEPLEN}}",
            depth=3,
            numchild=0,
            url_path=f"/home/{slug}/",
            **common(model),
        )
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])
    Site.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)


def remove_pages(apps, schema_editor):
    """Page and site rows cascade."""
    Page = apps.get_model("wagtailcore", "Page")
    Page.objects.filter(path__startswith=apps.get_model("cms", "HomePage").objects.get(depth=2).path).delete()
    root = Page.objects.get(depth=1)
    root.numchild = Page.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial")]

    operations = [migrations.RunPython(create_pages, remove_pages)]
