"""The desk's place in Wagtail's admin."""

from typing import Any

from django.urls import include, path
from wagtail import hooks

from . import urls
from .menu import desk_menu_item


@hooks.register("register_admin_urls")
def register_desk_urls() -> list[Any]:
    return [path("ocop/", include((urls, urls.app_name), namespace=urls.app_name))]


@hooks.register("register_admin_menu_item")
def register_desk_menu() -> Any:
    return desk_menu_item
