"""Two requests that are the first at once."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from ocop_badges.credentials import keys, status_lists
from ocop_badges.credentials.models import SigningKey, StatusPlace
from tests.factories import AT, certify, make_product

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def meet(patched: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two threads wait for each other within ``patched.name``: both have seen that nothing is there."""
    barrier, original = threading.Barrier(2), getattr(patched, name)

    def waiting(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):  # a second try, when the other is done
            barrier.wait(timeout=2)
        return result

    monkeypatch.setattr(patched, name, waiting)


def both(do: Callable[[], Any]) -> list[Any]:
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(do())
        except Exception as error:  # noqa: BLE001 - told to the test
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_first_key_is_made_once(monkeypatch):
    meet(keys.jws, "new_private_key", monkeypatch)
    kids = both(lambda: keys.load_signer(at=AT).kid)
    assert kids[0] == kids[1] == SigningKey.objects.get().kid


def test_a_credential_takes_one_place(monkeypatch):
    certificate = certify(make_product())
    meet(status_lists.secrets, "randbelow", monkeypatch)
    places = both(lambda: status_lists.place_of(certificate, at=AT).pk)
    assert places[0] == places[1] == StatusPlace.objects.get().pk


def test_two_credentials_never_share_a_place(monkeypatch):
    certificates = [certify(make_product()) for _ in range(2)]
    drawn = [7, 7, 9]
    monkeypatch.setattr(status_lists.secrets, "randbelow", lambda length: drawn.pop(0))
    meet(status_lists.secrets, "randbelow", monkeypatch)
    indexes = both(lambda: status_lists.place_of(certificates.pop(), at=AT).index)
    assert sorted(indexes) == [7, 9]


def test_two_rotations_at_once_leave_one_key_that_signs(monkeypatch):
    keys.load_signer(at=AT)
    meet(keys.jws, "new_private_key", monkeypatch)
    results = both(lambda: keys.rotate_key(at=AT))
    (refusal,) = [result for result in results if isinstance(result, Exception)]
    assert getattr(refusal, "code", "") == "rotated-meanwhile"
    assert SigningKey.objects.filter(replaced_at__isnull=True).count() == 1
