"""What the panel agreed, as data with dates: frozen models, and the loader that reports every fault at once."""
