from django.urls import path

from . import views

app_name = "hub"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:hub_id>/", views.boxes, name="boxes"),
    path("<int:hub_id>/take-in/", views.take_in, name="take-in"),
    path("<int:hub_id>/supplies/", views.supply, name="supply"),
    path("<int:hub_id>/boxes/<int:job_id>/", views.box, name="box"),
    path("<int:hub_id>/boxes/<int:job_id>/list.pdf", views.packers_list, name="list"),
    path("<int:hub_id>/boxes/<int:job_id>/receive/", views.receive, name="receive"),
    path("<int:hub_id>/boxes/<int:job_id>/lose/", views.lose, name="lose"),
    path("<int:hub_id>/boxes/<int:job_id>/pack/", views.pack, name="pack"),
    path("<int:hub_id>/boxes/<int:job_id>/ship/", views.ship, name="ship"),
    path("<int:hub_id>/boxes/<int:job_id>/end/", views.end, name="end"),
]
