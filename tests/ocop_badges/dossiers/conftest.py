import pytest

from catalog.models import Commune

from .files import People, make_commune, people_of


@pytest.fixture(autouse=True)
def evidence_root(settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture
def commune(db) -> Commune:
    return make_commune()


@pytest.fixture
def people(commune: Commune) -> People:
    return people_of(commune)
