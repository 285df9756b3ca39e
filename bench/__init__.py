"""How long things take, beside a reference that was measured in the same run.

    make bench                     all of it, with five million vaccinations in place
    make bench SIZE=20000000       with twenty million
    .venv/bin/python -m bench --size 20000 record_save home_growth      some of it, with few

It runs on a PostgreSQL of its own under ``var/bench``, which keeps what was generated for the
next run; generating that was interrupted goes on where it was. Nothing here passes or fails.
``docs/performance.md`` says what each figure means.
"""
