"""New certificates: one, or many by one decision. See the package's docstring."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ocop_badges import audit, lifecycle, rules
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate, EvidenceFile, Regulation
from ocop_badges.rules import CertificateFacts

from .checks import check_certificate, check_near, families_of, refuse
from .locking import lock_products
from .periods import rewrite_periods_of

BATCH = 1_000  # products whose certificates are recorded at once


@transaction.atomic
def issue_certificate(
    *,
    product: models.Model,
    stars: int,
    decision_number: str,
    issued_on: date,
    at: datetime,
    by: Any = None,
    issuing_authority: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    end_reason: str = "",
    score: Decimal | int | None = None,
    regulation: Regulation | None = None,
    covers: str = "",
    legal_basis: str = "",
    evidence: str = "",
    authority: str = "",
    evidence_file: EvidenceFile | None = None,
    action: Action | None = None,
    seen: int | None = None,
) -> Certificate:
    """Record a certificate: a first one, a renewal, an upgrade or a downgrade; the next supersedes the last.

    ``action`` says which of them it is, and is refused where the state of the product on the first day, the stars or
    the level of the ``authority`` do not allow it. Without one it is taken as history tells it, as an import does.

    ``valid_from`` defaults to ``issued_on``, ``valid_until`` to the end by the regulation: 36 months from the issue,
    its first day not counted (Decision 26/2026/QĐ-TTg, article 4.3; Civil Code 2015, articles 147–148). The
    regulation is the latest in force on ``issued_on`` unless given. An end that differs wants ``end_reason``.
    """
    certificate = draft_certificate(
        product_id=product.pk,
        stars=stars,
        score=score,
        decision_number=decision_number,
        issuing_authority=issuing_authority,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        end_reason=end_reason,
        regulation=regulation or Regulation.objects.in_force_on(issued_on).first(),
        covers=covers,
        legal_basis=legal_basis,
        evidence=evidence,
        authority=authority,
        evidence_file=evidence_file,
    )
    lock_products([product.pk], seen=None if seen is None else {product.pk: seen})
    return issue_certificates(drafts=[certificate], at=at, by=by, action=action)[0]


def draft_certificate(
    *,
    product_id: int,
    stars: int,
    decision_number: str,
    issued_on: date,
    regulation: Regulation | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    end_reason: str = "",
    score: Decimal | int | None = None,
    **facts: Any,
) -> Certificate:
    """A certificate by every rule that needs nothing but its own facts; not saved, no query. See ``issue_certificate``.

    ``regulation`` is the one it is issued under, None where none was in force.
    """
    check_near(issued_on, "issued_on")
    legal_end = rules.add_months(issued_on, regulation.validity_months) if regulation else None
    valid_until = valid_until or legal_end
    if valid_until is None:
        raise InvalidFact(
            f"No regulation was in force on {issued_on}: give the end as printed.", field="valid_until", code="required"
        )
    certificate = Certificate(
        product_id=product_id,
        stars=stars,
        score=score,
        decision_number=decision_number.strip(),
        issued_on=issued_on,
        valid_from=valid_from or issued_on,
        valid_until=valid_until,
        end_reason=end_reason.strip() if valid_until != legal_end else "",
        regulation=regulation,
        **facts,
    )
    check_certificate(certificate)
    return certificate


@transaction.atomic
def certify_by_decision(
    *, drafts: Sequence[Certificate], at: datetime, by: Any = None, seen: Mapping[int, int] | None = None
) -> list[Certificate]:
    """Record one decision about many products: for each the act that fits where it stands and the stars it gets.

    All of them or none, each product once; ``seen`` maps products to the version of the trail that the actor saw.
    """
    product_ids = sorted({draft.product_id for draft in drafts})
    if len(product_ids) < len(drafts):
        raise DomainError(_("One decision certifies a product once."), code="certified-twice", status=400)
    lock_products(product_ids, seen=seen)
    families = families_of(product_ids)
    for draft in drafts:
        if not draft.authority:
            raise InvalidFact("Say which authority issues it (article 4.1).", field="authority", code="required")
    acts = [_judged(draft, families[draft.product_id], action=None) for draft in drafts]
    return _record(drafts, acts, at=at, by=by)


@transaction.atomic
def issue_certificates(
    *, drafts: Sequence[Certificate], at: datetime, by: Any = None, action: Action | None = None
) -> list[Certificate]:
    """Record many certificates at once, as ``draft_certificate`` made them: all of them or, on any refusal, none.

    A bounded number of queries for each batch, whatever its size. With an ``action`` each is judged by it; without
    one they are taken as history tells them.
    """
    acts = [Action.ISSUE] * len(drafts)
    if action is not None:
        product_ids = sorted({draft.product_id for draft in drafts})
        lock_products(product_ids)
        families = families_of(product_ids)
        acts = [_judged(draft, families[draft.product_id], action=action) for draft in drafts]
    return _record(drafts, acts, at=at, by=by)


def _record(drafts: Sequence[Certificate], acts: Sequence[Action], *, at: datetime, by: Any) -> list[Certificate]:
    """Write the drafts, each by the act at its place in ``acts``, a batch of products at a time."""
    product_ids = sorted({draft.product_id for draft in drafts})
    issued: list[Certificate] = []
    for start in range(0, len(product_ids), BATCH):
        batch = product_ids[start : start + BATCH]
        lock_products(batch)
        known = set(Certificate.objects.of_products(batch).values_list("product_id", "decision_number", "issued_on"))
        told = [
            (draft, act) for draft, act in zip(drafts, acts, strict=True) if batch[0] <= draft.product_id <= batch[-1]
        ]
        new = [draft for draft, _act in told]
        for draft in new:
            key = (draft.product_id, draft.decision_number, draft.issued_on)
            if key in known:
                raise DomainError(
                    f"This product already has a certificate by decision {draft.decision_number} of {draft.issued_on}.",
                    code="certificate-exists",
                )
            known.add(key)
            draft.recorded_at, draft.recorded_by = at, by
        Certificate.objects.bulk_create(new)
        issued += new
        rewrite_periods_of(batch)
        audit.record(
            [audit.Deed(draft.product_id, draft, act.value, after=audit.state_of_new(draft)) for draft, act in told],
            at=at,
            by=by,
        )
    return issued


def _judged(draft: Certificate, facts: Sequence[CertificateFacts], *, action: Action | None) -> Action:
    """The act by which the product gets the draft; ``None`` asks for the one that fits. Raises where it is refused.

    ``facts`` are those of the product's certificates on record, read under its lock.
    """
    judgement = lifecycle.judge(facts, stars=draft.stars, on=draft.valid_from, action=action)
    if judgement.refusal is not None:
        raise refuse(judgement.refusal, field="stars" if judgement.about_stars else "")
    return judgement.action
