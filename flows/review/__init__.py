"""What officers see and decide of failed checks: the rows at fault, the review page, the decisions, who is told.

failing.py finds the files and rows behind a failed check; gather.py puts all that was received and found into one
model (model.py), page.py draws it as a page with CSV files beside it; deciding.py records a decision on it in the
ledger; holding.py keeps a held briefing's page and tells the officers.
"""
