"""What the shopper is told by e-mail. Written into the outbox in the transaction of what it tells, sent afterwards.

Letters go to the shopper alone, who may read every price; a recipient gets none. Each has a key of its own: told
again it is not written twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.wording import money
from marketplace.notices.letters import site_url
from marketplace.notices.models import Channel, Message
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentEvent,
    Order,
    OrderItem,
    OrderLine,
    OrderState,
    Packing,
    PaymentMethod,
    Refund,
    Return,
    ReturnState,
)
from marketplace.orders.numbers import access_token
from marketplace.orders.return_rules import last_return_day
from marketplace.orders.sellers import where_to_send_back
from ocop_badges.days import ZONE
from ocop_badges.markup import written
from ocop_badges.rows import insert_rows

TOLD_FOR = timedelta(days=14)  # a letter that could not be sent for so long says nothing new any more
_SUBJECT_LENGTH = 255
# By the reason why an order is cancelled that was paid when its goods were held no longer.
_PAID_TOO_LATE = {
    "out-of-stock": gettext_noop(
        "Your payment for order {number} came after the time for which the goods were kept, and meanwhile "
        "they were sold. The order is cancelled; all you have paid goes back to you."
    ),
    "voucher-used-up": gettext_noop(
        "Your payment for order {number} came after the time for which the goods were kept, and meanwhile "
        "its voucher was used up. The order is cancelled; all you have paid goes back to you."
    ),
    "document-missing": gettext_noop(
        "Your payment for order {number} came after the time for which the goods were kept, and meanwhile "
        "their seller may not sell them any more. The order is cancelled; all you have paid goes back to you."
    ),
}


def order_address(order: Order) -> str:
    """The order's page with what opens it without signing in, in the order's language."""
    prefix = "/en" if order.language == "en" else ""
    token = access_token(number=order.number, seed=order.token_seed)
    return f"{site_url()}{prefix}/orders/{order.number}/?token={token}"


def tell_placed(order: Order, *, lines: Iterable[OrderLine], parts: Iterable[Fulfilment], at: datetime) -> None:
    """Thank for an order: what was bought, what it costs, when it comes, how it is paid."""
    with translation.override(order.language):
        if order.total == 0:
            pay = ""
        elif order.payment_method == PaymentMethod.COD:
            pay = _("You pay when the goods are delivered. Each parcel is paid for by itself.")
        else:
            pay = _("Please pay on the order's page by {time}: until then the goods are kept for you.").format(
                time=order.hold_until.astimezone(ZONE).strftime("%H:%M")
            )
        _write(
            order,
            "placed",
            _("Your order {number}").format(number=order.number),
            [
                _("Thank you for your order {number}.").format(number=order.number),
                _lines(lines),
                _sums(order),
                pay,
                _arrivals(parts),
            ],
            at=at,
        )


def tell_paid(order: Order, *, parts: Iterable[Fulfilment], at: datetime) -> None:
    with translation.override(order.language):
        _write(
            order,
            "paid",
            _("Paid: order {number}").format(number=order.number),
            [
                _("We have received {amount} for your order {number}. The producers are getting it ready.").format(
                    amount=money(order.total), number=order.number
                ),
                _arrivals(parts),
            ],
            at=at,
        )


def tell_gone(order: Order, *, at: datetime) -> None:
    """It was paid when its goods were held no longer, and is cancelled because they cannot be had any more."""
    with translation.override(order.language):
        _write(
            order,
            "gone",
            _("Cancelled: order {number}").format(number=order.number),
            [_(_PAID_TOO_LATE[order.cancel_reason]).format(number=order.number), _ask_account(order)],
            at=at,
        )


def tell_given_up(order: Order, *, at: datetime) -> None:
    """A part of it was paid, and the rest did not come in time. What goes back is told by ``tell_refund_due``."""
    with translation.override(order.language):
        _write(
            order,
            "given-up",
            _("Cancelled: order {number}").format(number=order.number),
            [
                _(
                    "Of your order {number} only a part was paid, and the rest has not come in time. The order is "
                    "cancelled; all you have paid goes back to you."
                ).format(number=order.number)
            ],
            at=at,
        )


def tell_shipped(order: Order, fulfilment: Fulfilment, *, at: datetime) -> None:
    with translation.override(order.language):
        way = _("It goes by {carrier}.").format(carrier=fulfilment.carrier)
        if fulfilment.tracking_number:
            way += " " + _("Tracking number: {number}.").format(number=fulfilment.tracking_number)
        _write(
            order,
            f"shipped.{fulfilment.pk}",
            _("On its way: order {number}").format(number=order.number),
            [
                _("To {recipient}: {what} is on its way and is expected on {day}.").format(
                    recipient=fulfilment.recipient.name,
                    what=_sender(fulfilment),
                    day=written(fulfilment.expected_on),
                ),
                way,
            ],
            at=at,
        )


def tell_delivered(order: Order, fulfilment: Fulfilment, *, at: datetime) -> None:
    with translation.override(order.language):
        until = written(last_return_day(at))
        _write(
            order,
            f"delivered.{fulfilment.pk}",
            _("Delivered: order {number}").format(number=order.number),
            [
                _("To {recipient}: {what} was delivered on {day}.").format(
                    recipient=fulfilment.recipient.name,
                    what=_sender(fulfilment),
                    day=written(at.astimezone(ZONE).date()),
                ),
                _("Is something wrong with it? On the order's page you can ask to send it back until {day}.").format(
                    day=until
                ),
            ],
            at=at,
        )


def tell_failed(order: Order, fulfilment: Fulfilment, *, at: datetime) -> None:
    """A parcel or gift box came to nothing on its way. What goes back for it is told by ``tell_refund_due``."""
    with translation.override(order.language):
        _write(
            order,
            f"failed.{fulfilment.pk}",
            _("Not delivered: order {number}").format(number=order.number),
            [
                _("To {recipient}: {what} could not be delivered.").format(
                    recipient=fulfilment.recipient.name, what=_sender(fulfilment)
                ),
                _("You pay nothing for it.") if order.payment_method == PaymentMethod.COD else "",
                _("Nothing of your order {number} has arrived, so it is cancelled.").format(number=order.number)
                if order.state == OrderState.CANCELLED
                else "",
            ],
            at=at,
        )


def tell_cancelled(
    order: Order,
    counts: Mapping[OrderItem, int],
    *,
    event: FulfilmentEvent,
    words: str = "",
    refund: Refund | None,
    at: datetime,
) -> None:
    """What of an order will not be sent, in the producer's ``words`` why, and what of its money goes back."""
    with translation.override(order.language):
        if order.state == OrderState.CANCELLED:
            subject = _("Cancelled: order {number}").format(number=order.number)
            first = _("Your order {number} is cancelled.").format(number=order.number)
        else:
            subject = _("Cancelled in part: order {number}").format(number=order.number)
            first = _("Of your order {number} this will not be sent:").format(number=order.number)
        gone = "\n".join(f"• {count} × {item.product_name} – {item.pack_name}" for item, count in counts.items())
        why = _("Cancelled by the producer") + f": {words}" if words else ""
        _write(order, f"cancelled.{event.pk}", subject, [first, gone, why, *_refund_lines(order, refund)], at=at)


def tell_refund_due(order: Order, refund: Refund, *, at: datetime) -> None:
    with translation.override(order.language):
        _write(
            order,
            f"refund.{refund.pk}",
            _("Money back: order {number}").format(number=order.number),
            [
                _("Your order {number}: {reason}.").format(number=order.number, reason=refund.get_reason_display()),
                *_refund_lines(order, refund),
            ],
            at=at,
        )


def tell_refund_failed(order: Order, refund: Refund, *, amount: int, at: datetime) -> None:
    """Once for a refund: what the card's provider began did not arrive, so that a person is to transfer it."""
    with translation.override(order.language):
        _write(
            order,
            f"refund-failed.{refund.pk}",
            _("We need your bank account: order {number}").format(number=order.number),
            [
                _("{amount} for your order {number} could not be paid back to your card.").format(
                    amount=money(amount), number=order.number
                ),
                _tell_account(order),
            ],
            at=at,
        )


def tell_return_decided(order: Order, request: Return, *, at: datetime) -> None:
    with translation.override(order.language):
        producer = request.fulfilment.producer_name
        if request.state == ReturnState.ACCEPTED:
            seller = request.fulfilment.producer
            texts = [
                _("{producer} takes back what you asked to return of order {number}.").format(
                    producer=producer, number=order.number
                ),
                where_to_send_back(seller) if seller is not None else "",
                _("Once they have received it, your money goes back to you."),
            ]
        else:
            texts = [
                _("{producer} does not take back what you asked to return of order {number}.").format(
                    producer=producer, number=order.number
                )
            ]
        if request.decision:
            texts.append(_("They write: {text}").format(text=request.decision))
        subject = _("Your return: order {number}").format(number=order.number)
        _write(order, f"return.{request.pk}.{request.state}", subject, texts, at=at)


def _write(order: Order, what: str, subject: str, texts: Sequence[str], *, at: datetime) -> None:
    body = [
        _("Dear {name},").format(name=order.name),
        *(text for text in texts if text),
        _("Your order's page: {url}").format(url=order_address(order)),
        _("Best regards,\n{site}").format(site=settings.SITE_NAME),
    ]
    letter = Message(
        key=f"order.{order.number}.{what}",
        channel=Channel.EMAIL,
        address=order.email,
        user_id=order.user_id,
        language=order.language,
        subject=" ".join(subject.split())[:_SUBJECT_LENGTH],
        body="\n\n".join(body),
        created_at=at,
        stale_on=(at + TOLD_FOR).astimezone(ZONE).date(),
    )
    insert_rows([letter], leaving_known=True)


def _lines(lines: Iterable[OrderLine]) -> str:
    return "\n".join(f"• {line.quantity} × {line.name}: {money(line.amount)}" for line in lines)


def _sums(order: Order) -> str:
    rows = [(_("Goods"), order.goods_total), (_("Discount"), -order.discount_total)]
    rows += [(_("Shipping"), order.shipping_total), (_("Gift box and assembly"), order.assembly_total)]
    told = [f"{name}: {money(amount)}" for name, amount in rows if amount]
    told.append(_("Total: {total}").format(total=money(order.total)))
    return "\n".join(told)


def _arrivals(parts: Iterable[Fulfilment]) -> str:
    """One line for each parcel or gift box that goes to a recipient."""
    return "\n".join(
        _("{what} to {recipient}: expected on {day}").format(
            what=_sender(each), recipient=each.recipient.name, day=written(each.expected_on)
        )
        for each in parts
        if each.packing != Packing.INBOUND
    )


def _sender(fulfilment: Fulfilment) -> str:
    if fulfilment.packing == Packing.BOX:
        return _("Your gift box")
    return _("The parcel of {producer}").format(producer=fulfilment.producer_name)


def _refund_lines(order: Order, refund: Refund | None) -> list[str]:
    if refund is None:
        return []
    if ask := _ask_account(order):
        return [_("{amount} goes back to you by bank transfer.").format(amount=money(refund.amount)), ask]
    return [_("{amount} goes back to you, by the way you paid.").format(amount=money(refund.amount))]


def _ask_account(order: Order) -> str:
    """Nothing is sent before the shopper names an account; empty where the money goes back to their card."""
    if not PaymentMethod(order.payment_method).is_paid_back_by_hand:
        return ""
    return _tell_account(order)


def _tell_account(order: Order) -> str:
    return _("Please tell us your bank account on the order's page, unless you have already: {url}").format(
        url=order_address(order)
    )
