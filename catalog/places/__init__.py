"""Official lists of administrative units, each as of a day."""
