"""What a reminder says, in the language that is active: for letters, for the portal and for a phone.

Every text names days, so that it stays true when it is read late; what counts days says from which day it counts.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ocop_badges.markup import written
from ocop_badges.subjects import Subject

from .models import Reminder
from .rules import Topic


class _Wording(NamedTuple):
    title: Promise
    advice: Promise
    short: Promise  # one sentence for a phone, after the product and its last day


_WORDING: Mapping[Topic, _Wording] = {
    Topic.CHOOSE: _Wording(
        gettext_lazy("Choose now: renew, upgrade or let the stars end"),
        gettext_lazy(
            "Decide early what you want: keep the stars, aim for one more, or let the certificate end. Test results, "
            "labels, quality certificates and proof of where your materials come from take months and money. Whoever "
            "begins now has time to do it well."
        ),
        gettext_lazy("Choose now: renew, upgrade or let end."),
    ),
    Topic.PREPARE: _Wording(
        gettext_lazy("Prepare your re-ranking file"),
        gettext_lazy(
            "Put together what the file asks for: the registration (Form 01), your self-assessment with its evidence "
            "(Form 02: origin of materials, local labour, the product's story, quality declaration, periodic test "
            "results, label, market and revenue) and five samples. Talk to your commune early: its check takes up to "
            "15 working days."
        ),
        gettext_lazy("Prepare the re-ranking file now."),
    ),
    Topic.OPEN: _Wording(
        gettext_lazy("You can hand in your re-ranking file now"),
        gettext_lazy(
            "Hand the file in at your commune as soon as it is complete. Early files leave time to put right what the "
            "commune or the council asks for. If you have handed it in already, keep the receipt; there is nothing "
            "more to do."
        ),
        gettext_lazy("Hand in the re-ranking file by {closes}."),
    ),
    Topic.CLOSING: _Wording(
        gettext_lazy("The last days to hand in your re-ranking file"),
        gettext_lazy(
            "After that day a re-ranking file is not accepted any more (Decision 26/2026/QĐ-TTg, article 7.6). If "
            "something is missing, call your commune or the provincial OCOP office today and ask for help. If you have "
            "handed it in already, there is nothing more to do."
        ),
        gettext_lazy("Hand in the re-ranking file by {closes}."),
    ),
    Topic.CLOSED: _Wording(
        gettext_lazy("The time for the re-ranking file is over"),
        gettext_lazy(
            "If your file is with the authorities, ask them how far it is. If you have handed in none, talk to the "
            "provincial OCOP office today about what can still be done. After the last day the product can only be "
            "certified anew, as for the first time."
        ),
        gettext_lazy("The time for the file is over: ask the provincial OCOP office."),
    ),
    Topic.EXTENDED: _Wording(
        gettext_lazy("Extended while your file is being decided"),
        gettext_lazy(
            "You may go on showing the stars until that day while the authorities decide on your file. The extension "
            "renews nothing by itself: ask how far the decision is. Without a new decision the stars end then."
        ),
        gettext_lazy("Extended while the file is decided: ask how far it is."),
    ),
    Topic.ENDING: _Wording(
        gettext_lazy("Your stars end soon"),
        gettext_lazy(
            "If you have a new decision already, send it to the provincial OCOP office, so that it is recorded in "
            "time. If not, plan for the day after: labels, price boards, leaflets and pages of your own without stars. "
            "On this marketplace the stars go by themselves, and your product stays on sale."
        ),
        gettext_lazy("After that day take the stars off labels and pages."),
    ),
    Topic.LAST_DAY: _Wording(
        gettext_lazy("The last day of your stars"),
        gettext_lazy(
            "From the day after on the product may not carry the OCOP logo with stars: not on its label, not in the "
            "shop and not online. On this marketplace the stars go by themselves at midnight, and your product stays "
            "on sale. If you have a new decision, send it to the provincial OCOP office at once."
        ),
        gettext_lazy("On the day after the stars have to be gone."),
    ),
    Topic.LAPSED: _Wording(
        gettext_lazy("Your stars have ended: what you can do now"),
        gettext_lazy(
            "This marketplace shows the stars no more; your product stays on sale. Please take the OCOP logo with "
            "stars off labels, signs and pages of your own: only a certificate that is valid allows it. You can win "
            "the stars back: the product is certified anew, as for the first time. Ask your commune when the next "
            "round takes files. We would be glad to see you back."
        ),
        gettext_lazy("Take the stars off labels; ask your commune how to be certified anew."),
    ),
}


def title_of(topic: Topic) -> str:
    """What it is about, in a few words."""
    return str(_WORDING[topic].title)


def advice_of(topic: Topic) -> str:
    """What to do, in a paragraph that fits any number of products."""
    return str(_WORDING[topic].advice)


def facts_text(reminder: Reminder, subject: Subject, *, lang: str) -> str:
    """One product's stars, their last day, the days left and the window, in a line or two."""
    certificate = reminder.certificate
    sentences = [
        _("{product}: {stars} OCOP stars by decision {number}, last day {day}{left}.").format(
            product=subject.name_in(lang),
            stars=certificate.stars,
            number=certificate.decision_number,
            day=written(reminder.last_day, lang),
            left=_left(reminder, lang),
        )
    ]
    if window := _window_text(reminder, lang):
        sentences.append(window)
    if reminder.is_suspended:
        sentences.append(_("The stars are suspended at present; the certificate's time runs on."))
    return " ".join(sentences)


def subject_line(reminder: Reminder, subject: Subject, *, lang: str) -> str:
    """The subject of a letter about one product."""
    return _("{title} – {product}, {day}").format(
        title=title_of(Topic(reminder.topic)), product=subject.name_in(lang), day=written(reminder.last_day, lang)
    )


def short_text(reminder: Reminder, product: str, *, lang: str) -> str:
    """One product for a phone: ``product`` is its name, shortened by the caller to what fits."""
    closes = written(reminder.closes_on, lang) if reminder.closes_on else ""
    says = (
        _("{product}: OCOP stars suspended, certificate until {day}. {advice}")
        if reminder.is_suspended
        else _("{product}: OCOP stars until {day}. {advice}")
    )
    return says.format(
        product=product,
        day=written(reminder.last_day, lang),
        advice=str(_WORDING[Topic(reminder.topic)].short).format(closes=closes),
    )


def _left(reminder: Reminder, lang: str) -> str:
    count = reminder.days_left
    if count <= 0:
        return ""
    return ngettext(" ({count} day left from {today} on)", " ({count} days left from {today} on)", count).format(
        count=count, today=written(reminder.on, lang)
    )


def _window_text(reminder: Reminder, lang: str) -> str:
    if reminder.opens_on is None or reminder.closes_on is None:
        return ""
    opens, closes = written(reminder.opens_on, lang), written(reminder.closes_on, lang)
    match Topic(reminder.topic):
        case Topic.CHOOSE | Topic.PREPARE | Topic.OPEN:
            return _("The re-ranking file is accepted from {opens} to {closes}.").format(opens=opens, closes=closes)
        case Topic.CLOSING:
            return _("The last day to hand in the re-ranking file is {closes}.").format(closes=closes)
        case Topic.CLOSED:
            return _("The last day to hand in the re-ranking file was {closes}.").format(closes=closes)
        case _:
            return ""
