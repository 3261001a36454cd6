"""What shoppers see of the trade: cart, checkout and orders, as pages and for programs."""
