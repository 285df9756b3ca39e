"""How long things take, as ratios: each is measured beside a reference in the same run.

    make bench                      all, on SQLite
    python -m tests.postgres run -- .venv/bin/python -m bench      the same on PostgreSQL

A bare time says more about a shared machine than about the service, so none is printed alone.
Nothing here passes or fails.
"""
