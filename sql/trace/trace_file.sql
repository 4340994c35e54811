-- One row per extract that the run may use.
select
    extract_id,
    source,
    name,
    sha256,
    received
from extract_file
