"""How orders are paid: cash on delivery, bank transfer by VietQR, cards by Stripe; and paid back."""
