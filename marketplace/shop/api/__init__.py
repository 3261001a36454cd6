"""The trade for programs: carts by their id, checkout with an ``Idempotency-Key``, orders by their token."""
