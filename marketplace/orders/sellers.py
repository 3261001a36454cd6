"""Where a seller is written to: on parcels, and where goods are sent back to."""

from django.utils.translation import gettext as _

from catalog.models import Producer


def address_of(producer: Producer) -> str:
    """Street and province, as on record. One query unless the province was loaded with it."""
    return ", ".join(text for text in (producer.address, producer.province.name) if text)


def where_to_send_back(producer: Producer) -> str:
    """What a shopper is told whose return was accepted. Without a street on record the producer calls them."""
    if producer.address:
        address = ", ".join(text for text in (producer.name, address_of(producer), producer.phone) if text)
        return _("Send it to: {address}.").format(address=address)
    if producer.phone:
        text = _("Please wait for their call about where to send it, or call them: {phone}.")
        return text.format(phone=producer.phone)
    return _("Please wait for their call about where to send it.")
