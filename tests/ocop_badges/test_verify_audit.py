"""``verify_audit``: whoever tampers with the trail, or past it, is found."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ocop_badges import audit, services
from ocop_badges.models import AuditChain, AuditEntry, Certificate
from ocop_badges.trail_audit import read_anchors
from tests.factories import AT, DAY, certify, make_officer, make_product, suspend

pytestmark = pytest.mark.django_db


def verify(*options: object) -> tuple[int, str]:
    out = StringIO()
    code = 0
    try:
        call_command("verify_audit", *map(str, options), stdout=out)
    except SystemExit as end:
        code = int(end.code)
    return code, out.getvalue()


@pytest.fixture
def product():
    product = make_product()
    officer = make_officer()
    certificate = certify(product, by=officer)
    suspend(certificate)
    services.lift_suspension(certificate=certificate, lifted_on=DAY, at=AT, by=officer)
    certify(make_product())
    return product


def test_sound_trails_pass(product):
    assert verify() == (0, "The trails of 2 products are sound.\n")


def test_an_entry_changed_is_found(product):
    AuditEntry.objects.filter(product=product, number=2).update(actor_name="Ai đó khác")
    code, told = verify()
    assert code == 1
    assert f"product {product.pk}: entry 2 was changed after it was written" in told


def test_an_entry_taken_from_the_middle_is_found(product):
    AuditEntry.objects.filter(product=product, number=2).delete()
    code, told = verify()
    assert code == 1
    assert "entries 2 to 2 are missing" in told


def test_an_end_cut_off_is_found(product):
    AuditEntry.objects.filter(product=product, number=3).delete()
    code, told = verify()
    assert code == 1
    assert "does not end where the chain's end is kept" in told


def test_a_whole_chain_deleted_is_found_by_its_certificates(product):
    AuditEntry.objects.filter(product=product).delete()
    AuditChain.objects.filter(product=product).delete()
    code, told = verify()
    assert code == 1
    assert "says nothing of certificate" in told


def test_a_certificate_changed_behind_the_trail_is_found(product):
    Certificate.objects.filter(product=product).update(decision_number="1/QĐ-GIẢ")
    code, told = verify()
    assert code == 1
    assert "otherwise than it stands" in told


def test_a_user_deleted_changes_nothing(product):
    entry = AuditEntry.objects.filter(product=product, number=1).get()
    name = entry.actor_name
    assert name
    entry.actor.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name) == (None, name)
    assert verify()[0] == 0


def test_an_officer_who_acts_while_it_reads_is_no_flaw(product):
    """The end of the chain is read, then an entry is added, then the entries are read."""
    certificate = Certificate.objects.get(product=product)
    acted: list[bool] = []

    def act_once(execute, sql, params, many, context):
        if not acted and sql.startswith("SELECT") and '"previous_hash"' in sql:
            acted.append(True)
            suspend(certificate)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(act_once):
        assert verify()[0] == 0
    assert acted
    assert AuditChain.objects.get(product=product).length == 4


# --- anchors ---------------------------------------------------------------------


def rewrite(product) -> None:
    """What somebody does who can write everything: change an entry and compute the chain anew."""
    previous = ""
    for entry in AuditEntry.objects.filter(product=product).order_by("number"):
        entry.actor_name = "Ai đó khác"
        entry.previous_hash = previous
        entry.hash = previous = audit.hash_of(entry)
        entry.save()
    AuditChain.objects.filter(product=product).update(hash=previous)


def test_a_chain_rewritten_as_a_whole_is_found_by_its_anchor_alone(product, tmp_path):
    anchors = tmp_path / "anchors.csv"
    assert verify("--write", anchors)[0] == 0
    rewrite(product)
    assert verify()[0] == 0
    code, told = verify("--expect", anchors)
    assert code == 1
    assert f"product {product.pk}: entry 3 is another one" in told


def test_a_chain_and_its_certificates_gone_are_found_by_the_anchor(product, tmp_path):
    anchors = tmp_path / "anchors.csv"
    verify("--write", anchors)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ocop_badges_badgeperiod WHERE product_id = %s", [product.pk])
        cursor.execute("DELETE FROM ocop_badges_suspension")
    AuditEntry.objects.filter(product=product).delete()
    AuditChain.objects.filter(product=product).delete()
    Certificate.objects.filter(product=product).delete()
    assert verify()[0] == 0
    code, told = verify("--expect", anchors)
    assert code == 1
    assert f"product {product.pk}: the trail is gone as a whole" in told


def test_a_chain_shortened_to_an_earlier_end_is_found_by_the_anchor(product, tmp_path):
    anchors = tmp_path / "anchors.csv"
    verify("--write", anchors)
    AuditEntry.objects.filter(product=product, number=3).delete()
    second = AuditEntry.objects.get(product=product, number=2)
    AuditChain.objects.filter(product=product).update(length=2, hash=second.hash)
    _, told = verify("--expect", anchors)
    assert "entry 3 is gone" in told


def test_a_chain_that_grew_still_holds_its_anchor_which_is_renewed(product, tmp_path):
    anchors = tmp_path / "anchors.csv"
    verify("--write", anchors)
    suspend(Certificate.objects.get(product=product))
    assert verify("--expect", anchors, "--write", anchors)[0] == 0
    assert read_anchors(anchors)[product.pk].length == 4
    rewrite(product)
    before = anchors.read_text()
    assert verify("--expect", anchors, "--write", anchors)[0] == 1
    assert anchors.read_text() == before
    assert list(tmp_path.iterdir()) == [anchors]


@pytest.mark.parametrize(
    "text", ["", "something else\n", "product,length,hash\n1,0,aa\n", "product,length,hash\n1,2\n", "\x00"]
)
def test_a_file_that_holds_no_anchors_is_refused(tmp_path, text):
    path = tmp_path / "anchors.csv"
    path.write_text(text)
    with pytest.raises(CommandError):
        verify("--expect", path)


def test_a_file_that_is_not_there_or_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(CommandError):
        verify("--expect", tmp_path / "none.csv")
    with pytest.raises(CommandError):
        verify("--write", tmp_path / "none" / "anchors.csv")


def test_many_products_cost_a_bounded_number_of_queries(django_assert_max_num_queries):
    for _ in range(12):
        certify(make_product())
    with django_assert_max_num_queries(12):
        assert verify()[0] == 0
