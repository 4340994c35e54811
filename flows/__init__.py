"""panelbrief: the map.

    extracts -> extract -> stage -> validate -> measure -> flag -> brief -> deliver -> panel

Seven words, used everywhere: the stage's name is the module in `stages/`, the folder in `sql/` and the tables' prefix.

- `briefing.py` is the flow that calls the seven; `cli.py` is the command; `job.py` says what every stage is told.
- `plan/` is what the panel agreed, as data; `calendar.py` its cycle; `doctor.py` names its faults.
- `extraction.py` and `store.py` fetch and keep files; `sources/` and `staging.py` read them; `suites.py`,
  `validation.py` and `checking.py` check them.
- `warehouse.py` makes tables from `sql/`; `wording/` puts rows into words; `render/` draws pages, papers and emails.
- `stats/` are the tests of change, on arrays. `unusual.py` asks them of anybody's series and `spc.py` charts these;
  both read them through `series_files.py`.
- `editions.py`, `ledger.py` and `channels/` finish, remember and deliver; `tracing.py` goes the way back.

Nothing reads leftwards: flag never words, brief never calculates, deliver never opens the warehouse.
"""
