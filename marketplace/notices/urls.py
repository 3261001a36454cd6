from django.urls import path

from . import views

urlpatterns = [path("calendar/<slug:token>.ics", views.calendar, name="calendar")]
