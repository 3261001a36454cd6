from django.urls import path

from . import views

urlpatterns = [path("calendar/<str:token>.ics", views.calendar, name="calendar")]
