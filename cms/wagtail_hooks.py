from typing import Any

from wagtail import hooks

from . import choosers


@hooks.register("register_admin_viewset")
def register_choosers() -> list[Any]:
    return [choosers.products, choosers.packs]
