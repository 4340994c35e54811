"""The floor of checking a file: every record of a gzipped CSV read once, and nothing done with it.

python -m benchmarks.plain_reading FILE
"""

from __future__ import annotations

import csv
import gzip
import sys

if __name__ == "__main__":
    with gzip.open(sys.argv[1], "rt", encoding="utf-8-sig", newline="") as stream:
        rows = sum(1 for _ in csv.reader(stream))
    print(rows)
