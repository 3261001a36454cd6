from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ocop_badges.credentials.models import SigningKey
from tests.factories import DAY, certify, make_product, revoke, suspend

from .conftest import SITE

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return certify(make_product(), issued_on=date(2025, 6, 19))


def run(*args: str) -> tuple[int, str]:
    """What ``verify_credential`` exits with, and says."""
    out = StringIO()
    try:
        call_command("verify_credential", *args, stdout=out)
    except SystemExit as exit_:
        return int(exit_.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def file(tmp_path, certificate, credential_of) -> str:
    path = tmp_path / "ocop.jwt"
    path.write_text(credential_of(certificate) + "\n")
    return str(path)


def test_it_finds_a_file_valid(file, certificate):
    code, said = run(file)
    assert code == 0
    assert "✓ Signature" in said
    assert "✓ Dates: The certificate's last day is 19 June 2028." in said
    assert "✓ Status" in said
    assert f"{SITE}/verify/{certificate.public_id}/" in said
    assert "Valid on 2026-11-22." in said


def test_it_reads_the_standard_input(file, monkeypatch):
    with open(file) as text:
        monkeypatch.setattr("sys.stdin", text)
        assert run("-")[0] == 0


@pytest.mark.parametrize(
    "path", ["/api/v1/certificates/{}/credential/", "/api/v1/certificates/{}/", "/verify/{}/", "/en/verify/{}/"]
)
def test_it_checks_what_an_address_of_this_site_hands_out(certificate, path):
    assert run(f"{SITE}{path.format(certificate.public_id)}")[0] == 0


def test_it_judges_by_another_day(file):
    assert run(file, "--on", "2028-06-19")[0] == 0
    code, said = run(file, "--on", "2028-06-20")
    assert (code, "✗ Dates: It has ended: its last day was 19 June 2028." in said) == (1, True)
    code, said = run(file, "--on", "2025-06-18")
    assert (code, "✗ Dates: Not yet: the certificate begins on 19 June 2025." in said) == (1, True)


def test_it_says_what_does_not_hold(file, certificate, tmp_path):
    suspend(certificate)
    assert (run(file)[0], "✗ Status: The certificate is suspended." in run(file)[1]) == (1, True)
    revoke(certificate)
    assert "✗ Status: The certificate was revoked" in run(file)[1]
    forged = tmp_path / "forged"
    forged.write_bytes(b"\xff\x00")
    code, said = run(str(forged))
    assert (code, "✗ Signature: This text is no signed credential." in said) == (1, True)
    assert "Not valid on 2026-11-22." in said


def test_it_explains_what_it_cannot_check(certificate):
    for target, why in (
        ("/nowhere/at/all", "cannot be read"),
        ("https://elsewhere.example/verify/0/", "no address of this site"),
        (f"{SITE}/", "not about a certificate"),
        (f"{SITE}/verify/000000000000/", "not about a certificate"),
    ):
        with pytest.raises(CommandError, match=why):
            run(target)
    never = certify(make_product(), valid_from=date(2026, 12, 1))
    revoke(never, effective_on=DAY)
    with pytest.raises(CommandError, match="never takes effect"):
        run(f"{SITE}/verify/{never.public_id}/")
    with pytest.raises(CommandError, match="--on"):
        run("-", "--on", "tomorrow")


@pytest.mark.parametrize("rubbish", ["", "x", "a.b.c", "e30.W10.x", "e30.eyJpZCI6IDF9.x"])
def test_rubbish_is_told_as_such_where_the_site_has_no_address(tmp_path, rubbish):
    path = tmp_path / "ocop.jwt"
    path.write_text(rubbish)
    with pytest.raises(CommandError, match="no credential"):
        run(str(path), "--site", "")


def test_a_site_without_an_address_of_its_own_takes_the_one_that_is_named(file, certificate):
    assert run(file, "--site", "")[0] == 0
    assert run(f"{SITE}/verify/{certificate.public_id}/", "--site", "")[0] == 0


def test_it_checks_under_the_address_it_is_told(file):
    assert run(file, "--site", f"{SITE}/")[0] == 0
    assert "no credential of this marketplace" in run(file, "--site", "https://another.example")[1]


def test_a_rotation_lists_what_is_published_and_since_when(file):
    (old,) = SigningKey.objects.values_list("kid", flat=True)
    out = StringIO()
    call_command("rotate_credential_key", stdout=out)
    new = SigningKey.objects.get(replaced_at__isnull=True).kid
    assert out.getvalue().splitlines()[:2] == [f"{new}  signs", f"{old}  published until 2028-06-19"]
    assert run(file)[0] == 0
    out = StringIO()
    call_command("rotate_credential_key", f"--retire={old}", stdout=out)
    assert out.getvalue().splitlines()[:2] == [f"{old} is withdrawn.", f"{new}  signs"]
    assert "a key that is believed no longer" in run(file)[1]


def test_the_key_that_signs_is_withdrawn_with_another_in_its_place(file):
    (old,) = SigningKey.objects.values_list("kid", flat=True)
    call_command("rotate_credential_key", f"--retire={old}", stdout=StringIO())
    assert SigningKey.objects.get(replaced_at__isnull=True).kid != old
    for kid, why in ((old, "withdrawn already"), ("nothing", "no key nothing")):
        with pytest.raises(CommandError, match=why):
            call_command("rotate_credential_key", f"--retire={kid}", stdout=StringIO())
    assert SigningKey.objects.count() == 2
