"""Begin the audit trail: each certificate on record gets an entry that tells how it stood when the trail began."""

from django.db import migrations

from ocop_badges import audit

BATCH = 1_000


def adopt(apps, schema_editor):
    Certificate = apps.get_model("ocop_badges", "Certificate")
    AuditEntry = apps.get_model("ocop_badges", "AuditEntry")
    AuditChain = apps.get_model("ocop_badges", "AuditChain")
    adopted = Certificate.objects.filter(audit_entries__isnull=True)
    products = sorted(set(adopted.values_list("product_id", flat=True)))
    for start in range(0, len(products), BATCH):
        batch = products[start : start + BATCH]
        entries, ends = [], {}
        certificates = (
            adopted.filter(product_id__in=batch)
            .select_related("revocation", "recorded_by")
            .prefetch_related("extensions", "suspensions")
            .order_by("product_id", "id")
        )
        for certificate in certificates:
            length, last = ends.get(certificate.product_id, (0, ""))
            entry = AuditEntry(
                product_id=certificate.product_id,
                number=length + 1,
                certificate=certificate,
                action=audit.ADOPTED,
                at=certificate.recorded_at,
                actor=certificate.recorded_by,
                actor_name=certificate.recorded_by.email if certificate.recorded_by else "",
                after=audit.state_of(certificate),
                previous_hash=last,
            )
            entry.hash = audit.hash_of(entry)
            ends[certificate.product_id] = (entry.number, entry.hash)
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries, batch_size=500)
        AuditChain.objects.bulk_create(
            [AuditChain(product_id=product, length=length, hash=last) for product, (length, last) in ends.items()],
            batch_size=500,
        )


def forget(apps, schema_editor):
    apps.get_model("ocop_badges", "AuditEntry").objects.all().delete()
    apps.get_model("ocop_badges", "AuditChain").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("ocop_badges", "0004_certificate_life")]

    operations = [migrations.RunPython(adopt, forget)]
