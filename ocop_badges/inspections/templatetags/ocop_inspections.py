"""What anybody may know of a product's inspections: ``{% load ocop_inspections %}``."""

from typing import Any

from django import template

from ocop_badges.inspections.summaries import load_inspections

register = template.Library()


@register.inclusion_tag("ocop_inspections/_public.html", takes_context=True)
def public_inspections(context: Any, product_id: int) -> dict[str, Any]:
    """``{% public_inspections product_id %}``: the concluded ones of a product, or nothing. One query."""
    day = context["request"].shop_time.day
    return {"inspections": load_inspections([product_id], on=day).get(product_id, [])}
