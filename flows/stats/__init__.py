"""Statistics as pure functions on arrays: no input, no output, no clock, no randomness.

`question.py` is what is asked of a series, and `change.py` answers: is the average of a span of periods outside what
its baseline leads us to expect? `season.py` and `covariance.py` are the models of `forecast.py`; `rare.py` is the exact
test for small numbers. `paper.py` asks them as the paper does, and `funnel.py` sets forces side by side.
"""
