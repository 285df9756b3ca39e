"""Runs the web process of ``ravs serve`` anew for each line it reads, as fast as it can be done.

The application is loaded once; each run is a fork of this process, which a test may kill. Says
the group of processes that answers now, before anybody can connect to it.
"""

import os
import signal
import sys
import time

import django


def main(port: int) -> None:
    django.setup()
    from django.urls import get_resolver

    from ravs.core import serving

    _ = get_resolver().url_patterns
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        while is_taken(serving, port):
            time.sleep(0.01)
        process = os.fork()
        if process == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serving.serve(host="127.0.0.1", port=port, workers=1, threads=8)
            os._exit(1)
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()


def is_taken(serving: "object", port: int) -> bool:
    try:
        serving.refuse_taken("127.0.0.1", port)  # type: ignore[attr-defined]
    except serving.NowhereToListen:  # type: ignore[attr-defined]
        return True
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]))
