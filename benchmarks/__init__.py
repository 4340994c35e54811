"""Speed and memory as ratios against a floor, measured on the machine at hand: make bench."""
