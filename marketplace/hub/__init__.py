"""Where gift boxes are packed: goods come in from each producer, one box goes out."""
