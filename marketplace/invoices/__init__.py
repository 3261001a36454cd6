"""What each seller invoices: drawn up from orders, handed to a provider of e-invoices."""
