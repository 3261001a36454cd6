"""Carts, stock held and reserved, checkout, orders of many producers, and what follows them."""
