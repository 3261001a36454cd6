"""What owners are told by e-mail about their producer's money. Written into the outbox, sent afterwards."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.accounts.models import MemberRole, Membership
from marketplace.notices.letters import site_url
from marketplace.notices.models import Channel, Message
from marketplace.settlement.models import PayoutAccount
from ocop_badges.days import ZONE
from ocop_badges.links import language_prefix
from ocop_badges.markup import written

TOLD_FOR = timedelta(days=14)  # a letter that could not be sent for so long says nothing new any more


def tell_account_recorded(account: PayoutAccount) -> None:
    """Tell every owner where the money goes from now on, in the transaction that records it: nobody moves it unseen."""
    at = account.recorded_at.astimezone(ZONE)
    owners = Membership.objects.active().filter(
        producer=account.producer_id, role=MemberRole.OWNER, user__is_active=True
    )
    letters = []
    for user_id, email, language in owners.order_by("id").values_list("user_id", "user__email", "user__language"):
        with translation.override(language):
            name = account.producer.name
            address = f"{site_url()}{language_prefix(language)}/portal/"
            body = [
                _("On {day} at {time} the account that {producer} is paid to was changed.").format(
                    day=written(at.date()), time=at.strftime("%H:%M"), producer=name
                ),
                _("From now on payouts go to {account}.").format(account=account),
                _("Was it none of you? Record the right account at once, and tell us: {url}").format(url=address),
                _("Best regards,\n{site}").format(site=settings.SITE_NAME),
            ]
            subject = _("Another account for the payouts of {producer}").format(producer=name)
        letters.append(
            Message(
                key=f"payout-account.{account.pk}.{user_id}",
                producer_id=account.producer_id,
                channel=Channel.EMAIL,
                address=email,
                user_id=user_id,
                language=language,
                subject=" ".join(subject.split())[:255],
                body="\n\n".join(body),
                created_at=account.recorded_at,
                stale_on=(at + TOLD_FOR).date(),
            )
        )
    Message.objects.bulk_create(letters, ignore_conflicts=True)
