"""What a provider of e-invoices can do. The first one writes files that accountants read in."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from .models import Invoice


class ProviderUnavailable(Exception):
    """The provider cannot be reached, or its folder not be written: try again later. Nothing was taken."""


class InvoiceProvider(Protocol):
    """Each call may be repeated with the same invoices: one of a seller and number is issued once."""

    code: str

    def issue(self, invoices: Sequence[Invoice]) -> Mapping[int, str]:
        """Issue the invoices of one seller and batch; what the provider calls each, by its id.

        Raises ``ProviderUnavailable``.
        """
        ...
