"""Numbers and findings put into words: from the `brief_` selections and people's records to the `BriefingModel`."""
