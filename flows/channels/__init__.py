"""The ways out: each channel takes a finished message and one recipient."""
