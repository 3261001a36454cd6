from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import entry, files, paperwork, producers, reminders, team


class PublicIdConverter(StringConverter):
    """The id of a producer, certificate or file, as ``ocop_badges.ids`` makes it."""

    regex = "[0-9a-hjkmnp-tv-z]{12}"


register_converter(PublicIdConverter, "publicid")

app_name = "portal"
urlpatterns = [
    path("", producers.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("password/", entry.ask_for_password, name="ask-for-password"),
    path("password/sent/", entry.password_sent, name="password-sent"),
    path("password/set/", entry.password_set, name="password-set"),
    path("password/<uidb64>/<token>/", entry.SetPassword.as_view(), name="set-password"),
    path("<publicid:producer_id>/", producers.producer, name="producer"),
    path("<publicid:producer_id>/certificates/<publicid:certificate_id>/", producers.certificate, name="certificate"),
    path("<publicid:producer_id>/files/", files.files, name="files"),
    path("<publicid:producer_id>/products/<publicid:product_id>/file/", files.begin, name="file-begin"),
    path("<publicid:producer_id>/products/<publicid:product_id>/readiness/", files.readiness, name="readiness"),
    path("<publicid:producer_id>/files/<publicid:file_id>/", files.file, name="file"),
    path("<publicid:producer_id>/files/<publicid:file_id>/submit/", files.submit, name="file-submit"),
    path("<publicid:producer_id>/files/<publicid:file_id>/withdraw/", files.withdraw, name="file-withdraw"),
    path("<publicid:producer_id>/files/<publicid:file_id>/points/", paperwork.points, name="file-points"),
    path("<publicid:producer_id>/files/<publicid:file_id>/items/<slug:code>/", paperwork.item, name="file-item"),
    path("<publicid:producer_id>/files/<publicid:file_id>/items/<slug:code>/tick/", paperwork.tick, name="file-tick"),
    path(
        "<publicid:producer_id>/files/<publicid:file_id>/criteria/<int:criterion_id>/",
        paperwork.criterion,
        name="file-criterion",
    ),
    path(
        "<publicid:producer_id>/files/<publicid:file_id>/evidence/<publicid:evidence_id>/",
        paperwork.evidence,
        name="file-evidence",
    ),
    path(
        "<publicid:producer_id>/files/<publicid:file_id>/evidence/<publicid:evidence_id>/remove/",
        paperwork.remove,
        name="file-evidence-remove",
    ),
    path("<publicid:producer_id>/reminders/", reminders.reminders, name="reminders"),
    path("<publicid:producer_id>/reminders/read/", reminders.read, name="reminders-read"),
    path("<publicid:producer_id>/calendar/", reminders.calendar, name="calendar"),
    path("<publicid:producer_id>/calendar/reset/", reminders.reset_calendar, name="calendar-reset"),
    path("<publicid:producer_id>/team/", team.team, name="team"),
    path("<publicid:producer_id>/team/add/", team.add, name="team-add"),
    path("<publicid:producer_id>/team/<int:membership_id>/consent/", team.consent, name="team-consent"),
    path("<publicid:producer_id>/team/<int:membership_id>/withdraw/", team.withdraw, name="team-withdraw"),
    path("<publicid:producer_id>/team/<int:membership_id>/remove/", team.remove, name="team-remove"),
]
