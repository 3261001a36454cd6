"""Reads lists of products and certificates into the catalogue."""
