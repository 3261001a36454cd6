"""What it costs to send a parcel, how long it takes, and the carriers that take it."""
