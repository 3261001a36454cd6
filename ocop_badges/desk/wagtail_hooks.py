"""The desk's place in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path
from wagtail import hooks

from ocop_badges.request_time import time_of

from . import urls
from .certificates.views.overview import HomePanel
from .menu import desk_menu_item, mandate_for_menu


@hooks.register("register_admin_urls")
def register_desk_urls() -> list[Any]:
    return [path("ocop/", include((urls, urls.app_name), namespace=urls.app_name))]


@hooks.register("register_admin_menu_item")
def register_desk_menu() -> Any:
    return desk_menu_item


@hooks.register("construct_homepage_panels")
def add_overview_to_home(request: HttpRequest, panels: list[Any]) -> None:
    mandate = mandate_for_menu(request)
    if mandate.is_officer:
        panels.insert(0, HomePanel(mandate, time_of(request).day))
