"""How tests run: property tests take the same cases every time, and many more of them under make soak."""

import os

import hypothesis
import pytest

hypothesis.settings.register_profile("test", derandomize=True, deadline=None)
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("soak" if os.environ.get("PANELBRIEF_SOAK") else "test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every property test as part of the soak; it runs in make test too, on few cases."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.soak)
