"""Who belongs to which producer, as certification files ask it: answers ``ocop_badges.dossiers.ports``."""

from .models import Membership


def belongs_to_producer(user_id: int, product_id: int) -> bool:
    """Whether a person acts for the producer of a product: a helper only with the owner's consent. One query."""
    return Membership.objects.active().filter(user=user_id, producer__products=product_id).exists()
