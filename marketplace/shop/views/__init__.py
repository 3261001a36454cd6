"""The pages of cart, checkout and orders."""
