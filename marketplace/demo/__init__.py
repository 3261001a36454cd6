"""A shop to try: real products, and around them content that says of itself that it is made up."""
