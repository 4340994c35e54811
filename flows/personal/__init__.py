"""Personal data: what stops a file before anything but its hash is kept.

The job wants counts. `words.yml` holds what columns of personal data are called, `values.py` what such values
look like, `columns.py` judges a column by its header and its values, `looking.py` goes through everything in a file.
"""

from __future__ import annotations

from .looking import refuse_personal_data

__all__ = ["refuse_personal_data"]
