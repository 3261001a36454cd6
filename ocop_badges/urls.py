from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
page_urlpatterns: list[URLPattern] = []
