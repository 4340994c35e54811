"""panelbrief."""
