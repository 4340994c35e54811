"""Pure functions on arrays, no input or output: what SQL says badly (the tests of change, funnels)."""
