"""docs/configuration.md says what the models say."""

from flows.plan.reference import PAGE, reference


def test_the_configuration_page_is_the_one_the_models_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "renew it: .venv/bin/python -m flows.plan.reference"
