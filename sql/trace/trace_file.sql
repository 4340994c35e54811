-- One row per extract that the run may use.
select * from extract_file
