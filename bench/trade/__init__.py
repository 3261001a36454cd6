"""Checkout beside a bare insert of the same rows, and lists while people check out, on PostgreSQL."""
