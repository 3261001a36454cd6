"""The shape of what the API says of renewals (OpenAPI)."""

from rest_framework import serializers


class SuggestedWindowSerializer(serializers.Serializer[dict[str, object]]):
    start = serializers.DateTimeField(help_text="The beginning of the first day, in Asia/Ho_Chi_Minh.")
    end = serializers.DateTimeField(help_text="The end of the last day.")


class RenewalInfoSerializer(serializers.Serializer[dict[str, object]]):
    suggested_window = SuggestedWindowSerializer()
    explanation_url = serializers.URLField(help_text="The page that says how the certificate stands.")
