"""Providers of e-invoices behind ``ports.InvoiceProvider``."""

from .file_export import FileExport

__all__ = ["FileExport"]
