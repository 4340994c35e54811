"""The one `BriefingModel` and its renderings. Nothing here calculates: numbers arrive worded, charts as points."""
