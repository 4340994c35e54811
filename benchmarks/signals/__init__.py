"""How often the tests of change and the chart rules are wrong, and how often they find a step: make bench-signals."""
