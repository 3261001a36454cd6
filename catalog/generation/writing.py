"""Stores drafts in bulk, so that they are what the services would have written one by one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models

from catalog.models import Commune, Pack, Producer, Product, ProductImage, QualityCertificate, Stock
from catalog.search.indexing import refresh_listings
from ocop_badges import audit, rules
from ocop_badges.days import start_of
from ocop_badges.models import BadgePeriod, Certificate, Extension, Revocation, Suspension

from .certificates import Plan
from .drafts import ProducerDraft, ProductDraft

BATCH = 1_000  # products held in memory at a time


def write(producers: Sequence[ProducerDraft], *, until: datetime) -> None:
    """Store some producers with all they have, badge periods and listings included. Call within a transaction.

    ``until`` is the latest instant at which a fact is said to have been recorded.
    """
    Commune.objects.bulk_create(draft.new_commune for draft in producers if draft.new_commune)
    _create_dated(Producer, [draft.producer for draft in producers])
    drafts = [draft for producer in producers for draft in producer.products]
    _create_dated(Product, [draft.product for draft in drafts])
    Pack.objects.bulk_create(pack for draft in drafts for pack in draft.packs)
    Stock.objects.bulk_create(stock for draft in drafts for stock in draft.stock)
    QualityCertificate.objects.bulk_create(own for draft in drafts for own in draft.quality_certificates)
    ProductImage.objects.bulk_create(image for draft in drafts for image in draft.images)
    _certify(drafts, until=until)
    refresh_listings([draft.product.pk for draft in drafts])


def _create_dated(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Create rows that keep the ``created_at`` they have: ``auto_now_add`` would put the clock's in its place."""
    created_at = [row.created_at for row in rows]
    model._default_manager.bulk_create(rows)
    table, adapt = connection.ops.quote_name(model._meta.db_table), connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET created_at = %s WHERE id = %s",  # noqa: S608 - the table is one of our own
            [(adapt(instant), row.pk) for instant, row in zip(created_at, rows, strict=True)],
        )
    for instant, row in zip(created_at, rows, strict=True):
        row.created_at = instant


def _certify(drafts: Iterable[ProductDraft], *, until: datetime) -> None:
    """Store the certificates with what happened to them, and the badge periods that the one rule makes of them."""
    planned = [(draft.product, plan) for draft in drafts for plan in draft.certificates]
    certificates = Certificate.objects.bulk_create(
        _certificate(product, plan, recorded_at=_recorded_at(product, plan, until)) for product, plan in planned
    )
    facts: dict[int, list[rules.CertificateFacts]] = {}
    extensions, suspensions, revocations = [], [], []
    for certificate, (product, plan) in zip(certificates, planned, strict=True):
        facts.setdefault(product.pk, []).append(plan.facts(sequence=certificate.pk))
        if plan.extension_days:
            extensions.append(_extension(certificate, plan, plan.extension_days, until=until))
        if plan.suspension:
            suspensions.append(_suspension(certificate, plan, plan.suspension, until=until))
        if plan.revoked_on:
            revocations.append(_revocation(certificate, plan, plan.revoked_on, until=until))
    Extension.objects.bulk_create(extensions)
    Suspension.objects.bulk_create(suspensions)
    Revocation.objects.bulk_create(revocations)
    BadgePeriod.objects.bulk_create(
        BadgePeriod(
            product_id=product_id,
            certificate_id=period.sequence,
            stars=period.stars,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
        )
        for product_id, of_product in facts.items()
        for period in rules.badge_periods(of_product)
    )
    _begin_trails(facts, until=until)


def _begin_trails(product_ids: Iterable[int], *, until: datetime) -> None:
    """What was on record when the trail began, as for the certificates of a real shop that existed before it."""
    certificates = Certificate.objects.of_products(product_ids).with_facts()
    audit.record(
        [
            audit.Deed(certificate.product_id, certificate, audit.ADOPTED, after=audit.state_of(certificate))
            for certificate in certificates
        ],
        at=until,
    )


def _recorded_at(product: Product, plan: Plan, until: datetime) -> datetime:
    """Nine in the morning two days after the decision, but not before the product was known here."""
    morning = start_of(plan.issued_on) + timedelta(days=2, hours=9)
    return min(max(morning, product.created_at), until)


def _certificate(product: Product, plan: Plan, *, recorded_at: datetime) -> Certificate:
    return Certificate(
        public_id=plan.public_id,
        product=product,
        stars=plan.stars,
        score=plan.score,
        decision_number=plan.decision_number,
        issuing_authority=plan.authority,
        issued_on=plan.issued_on,
        valid_from=plan.valid_from,
        valid_until=plan.valid_until,
        regulation=plan.regulation,
        recorded_at=recorded_at,
    )


def _extension(certificate: Certificate, plan: Plan, days: int, *, until: datetime) -> Extension:
    return Extension(
        certificate=certificate,
        days=days,
        granted_on=plan.valid_until,
        evidence=f"Công văn gia hạn kèm hồ sơ đánh giá lại của {plan.decision_number}",
        recorded_at=min(start_of(plan.valid_until), until),
    )


def _suspension(
    certificate: Certificate, plan: Plan, suspension: rules.SuspensionFact, *, until: datetime
) -> Suspension:
    since, lifted_on = suspension.suspended_from, suspension.lifted_on
    return Suspension(
        certificate=certificate,
        suspended_from=since,
        reason=plan.suspension_reason,
        lifted_on=lifted_on,
        lift_reason="Đã khắc phục" if lifted_on else "",
        lift_recorded_at=min(start_of(lifted_on), until) if lifted_on else None,
        recorded_at=min(start_of(since), until),
    )


def _revocation(certificate: Certificate, plan: Plan, effective_on: date, *, until: datetime) -> Revocation:
    return Revocation(
        certificate=certificate,
        ground=plan.revocation_ground,
        decision_number=plan.revocation_number,
        effective_on=effective_on,
        recorded_at=min(start_of(effective_on), until),
    )
