"""The shape of what the API says of certificates. Answers are built from values; these describe them (OpenAPI)."""

from rest_framework import serializers

from . import rules

STATUSES = [status.value for status in rules.Status]
EVENTS = ["issued", "extended", "suspended", "lifted", "revoked", "superseded"]


class CertificateLineSerializer(serializers.Serializer[dict[str, object]]):
    """A certificate among others."""

    id = serializers.CharField(help_text="Public id: 12 characters, never changed.")
    stars = serializers.IntegerField(min_value=rules.MIN_STARS, max_value=rules.MAX_STARS)
    decision_number = serializers.CharField()
    issuing_authority = serializers.CharField(allow_blank=True)
    issued_on = serializers.DateField()
    valid_from = serializers.DateField(help_text="First day with stars.")
    valid_until = serializers.DateField(help_text="Last day with stars, an extension included.")
    status = serializers.ChoiceField(STATUSES, help_text="Today, in Asia/Ho_Chi_Minh.")
    status_since = serializers.DateField(allow_null=True, help_text="First day with this status; null while upcoming.")
    url = serializers.URLField(help_text="This certificate in the API.")
    verify = serializers.URLField(help_text="The page that says valid or not, and why.")


class CertifiedProductSerializer(serializers.Serializer[dict[str, object]]):
    id = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField(allow_null=True, help_text="Its page; null while it is not published.")


class CertifiedProducerSerializer(serializers.Serializer[dict[str, object]]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CertifiedProvinceSerializer(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField()
    name = serializers.CharField()


class RegisteredCertificateSerializer(CertificateLineSerializer):
    """A certificate with whose it is."""

    product = CertifiedProductSerializer()
    producer = CertifiedProducerSerializer()
    province = CertifiedProvinceSerializer()


class CertificateEventSerializer(serializers.Serializer[dict[str, object]]):
    """Something that happened; which other fields there are depends on ``type``."""

    type = serializers.ChoiceField(EVENTS)
    on = serializers.DateField()
    decision_number = serializers.CharField(required=False, help_text="issued, revoked")
    ground = serializers.CharField(required=False, help_text="revoked: by article 8 of Decision 26/2026/QĐ-TTg")
    reason = serializers.CharField(required=False, allow_blank=True, help_text="suspended, lifted")
    valid_until = serializers.DateField(required=False, help_text="extended: the last day since then")
    certificate = serializers.CharField(required=False, help_text="superseded: id of the next certificate")


class RenewalWindowSerializer(serializers.Serializer[dict[str, object]]):
    opens_on = serializers.DateField()
    closes_on = serializers.DateField(help_text="Last day on which the file may be handed in.")


class CertificateDetailSerializer(RegisteredCertificateSerializer):
    """One certificate with its history."""

    covers = serializers.CharField(allow_blank=True, help_text="Empty: every pack of the product.")
    regulation = serializers.CharField(allow_null=True, help_text="The decision on the programme it is issued under.")
    events = CertificateEventSerializer(many=True, help_text="In the order of time.")
    renewal_window = RenewalWindowSerializer(
        allow_null=True, help_text="By the regulation in force today; null where none sets one or no file is due."
    )
    credential = serializers.URLField(
        allow_null=True, help_text="Its signed W3C credential; null for a certificate that never takes effect."
    )
    sheet = serializers.URLField(help_text="A sheet to print (PDF), with the QR code of the verify page.")


class CertificateListSerializer(serializers.Serializer[dict[str, object]]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CertificateLineSerializer(many=True)


class RegisterSerializer(serializers.Serializer[dict[str, object]]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = RegisteredCertificateSerializer(many=True)


class ProblemErrorSerializer(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[dict[str, object]]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment] # a field, not the property
    request_id = serializers.CharField()
