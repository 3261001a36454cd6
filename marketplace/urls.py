"""Every address of the site. Vietnamese pages have no prefix, English ones live under ``/en/``."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from catalog import api_urls as catalog_api
from catalog import urls as catalog_pages
from catalog.media import urls as media
from cms import api_urls as cms_api
from cms import urls as cms_pages
from marketplace import health, sitemaps, views
from marketplace.hub import urls as hub
from marketplace.notices import urls as notices
from marketplace.payments import urls as payments
from marketplace.portal import urls as portal
from marketplace.shop import api_urls as shop_api
from marketplace.shop import urls as shop
from ocop_badges import api_urls as badges_api
from ocop_badges import urls as badges
from ocop_badges.credentials import api_urls as credentials_api
from ocop_badges.credentials import urls as credentials
from ocop_badges.inspections import urls as inspections
from ocop_badges.reminders import api_urls as reminders_api

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap-index"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    path(
        "api/v1/",
        include(
            [
                *catalog_api.urlpatterns,
                *credentials_api.urlpatterns,
                *reminders_api.urlpatterns,
                *badges_api.urlpatterns,
                *cms_api.urlpatterns,
                *shop_api.urlpatterns,
            ]
        ),
    ),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", views.api_docs, name="api-docs"),
    path("", include(badges.urlpatterns)),
    path("", include(credentials)),
    path("", include(notices)),
    path("", include(media)),
    path("webhooks/", include(payments)),
    re_path(r"^(?:api|badges|embed|webhooks)/(?:[\w-]+/)*$", views.no_such_address),  # else the pages would be asked
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    *i18n_patterns(
        path("", include(badges.page_urlpatterns)),
        path("", include(inspections)),
        path("portal/", include(portal)),
        path("hub/", include(hub)),
        path("", include(shop)),
        path("", include(catalog_pages)),
        path("", include(cms_pages)),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
