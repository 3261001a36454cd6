from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import entry, files, money, orders, paperwork, producers, reminders, stock, team


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
    path("<publicid:producer_id>/orders/", orders.orders, name="orders"),
    path("<publicid:producer_id>/orders/accept/", orders.accept_all, name="orders-accept"),
    path("<publicid:producer_id>/orders/<int:part_id>/", orders.part, name="order"),
    path("<publicid:producer_id>/orders/<int:part_id>/slip.pdf", orders.slip, name="order-slip"),
    path("<publicid:producer_id>/orders/<int:part_id>/accept/", orders.accept, name="order-accept"),
    path("<publicid:producer_id>/orders/<int:part_id>/pack/", orders.pack, name="order-pack"),
    path("<publicid:producer_id>/orders/<int:part_id>/ship/", orders.ship, name="order-ship"),
    path("<publicid:producer_id>/orders/<int:part_id>/deliver/", orders.deliver, name="order-deliver"),
    path("<publicid:producer_id>/orders/<int:part_id>/fail/", orders.fail, name="order-fail"),
    path("<publicid:producer_id>/orders/<int:part_id>/cancel/", orders.cancel, name="order-cancel"),
    path("<publicid:producer_id>/returns/<int:return_id>/", orders.returned, name="return"),
    path("<publicid:producer_id>/returns/<int:return_id>/decide/", orders.decide, name="return-decide"),
    path("<publicid:producer_id>/returns/<int:return_id>/receive/", orders.receive, name="return-receive"),
    path("<publicid:producer_id>/stock/", stock.stock, name="stock"),
    path("<publicid:producer_id>/stock/<int:pack_id>/", stock.pack, name="stock-pack"),
    path("<publicid:producer_id>/stock/<int:pack_id>/add/", stock.add, name="stock-add"),
    path("<publicid:producer_id>/stock/lots/<int:stock_id>/", stock.lot, name="stock-lot"),
    path("<publicid:producer_id>/stock/lots/<int:stock_id>/take-out/", stock.take_out, name="stock-take-out"),
    path("<publicid:producer_id>/money/", money.overview, name="money"),
    path("<publicid:producer_id>/money/account/", money.account, name="money-account"),
    path("<publicid:producer_id>/money/<str:period>/", money.statement, name="money-statement"),
    path("<publicid:producer_id>/money/<str:period>/statement.pdf", money.statement_as_pdf, name="money-pdf"),
    path("<publicid:producer_id>/money/<str:period>/statement.csv", money.statement_as_csv, name="money-csv"),
    path("<publicid:producer_id>/money/<str:period>/tax.csv", money.tax_as_csv, name="money-tax"),
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
