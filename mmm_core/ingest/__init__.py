"""From a client's file to a typed table. The modules in the order of their use; read them from the top down.

Bytes to a grid of texts
    `sandbox` (the way in: workbooks and Parquet go through a process of their own, `child`, `transfer`) -> `readers`
    (which format it is) -> `encoding` (`code_pages` with `accented_words`, `twice_encoded`), `delimited` for text;
    `preflight`, `cell_reach`, `workbook`, `hidden` for Excel; `columnar` for Parquet; all give a `grid`. `file_form` is
    what people said about a file's form. `plain_cells` reads workbooks whose form is our own.
Grid to a table of texts
    `layout` -> `header` (where the data begin), `totals` (rows that sum up others) -> `table.RawTable`.
What a file seems to be
    `guess` -> `guess_media`, `guess_report` (by `presets`), `guess_shapes`, `guess_sides`, with `guess_columns`,
    `guess_form`, `profile` and `vocabulary`; `written_forms` says how decimals and dates are written.
What people decided
    `readings` (`reading_form`): which column plays which role, kept with the source.
Table and reading to typed rows
    `typed` -> `media` (long and wide), `media_by_row` (flat and periods), `side_tables`, with `shapes`, `line_items`,
    `regions`, `columns`; `media_findings` says what was noticed.
How single cells are read
    `numbers` (`number_grammar`, `conventions`), `dates` (`date_grammar`, `day_grammar`, `month_names`, `time_zones`,
    `granularity`), `currencies`, `unconverted` (figures that no rate is applied to), `outcome_unit`.
After reading
    `spreading` (months over days, on request), `corrections` (what people had put right, row by row), `rates` (one
    currency), `source_difference` (a newer file).

Nothing is imported here, so that the child process starts fast.
"""
