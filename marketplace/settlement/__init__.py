"""Who is owed what: the ledger, commission, withheld tax, payouts to producers."""
