from django.urls import path

from . import api

urlpatterns = [
    path("stories/", api.StoryList.as_view(), name="api-stories"),
    path("stories/<slug:slug>/", api.StoryDetail.as_view(), name="api-story"),
    path("gift-bundles/", api.GiftBundleList.as_view(), name="api-gift-bundles"),
    path("gift-bundles/<slug:slug>/", api.GiftBundleDetail.as_view(), name="api-gift-bundle"),
]
