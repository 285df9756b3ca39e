"""The twin by hand: ``python -m tests.okta``, then type ``put mo.khan@nhs.net SUSPENDED``.

Commands, one a line: ``people``, ``mails``, ``hold ADDRESS STATE``, ``put ADDRESS STATE``,
``activate ADDRESS``, ``down``, ``up``. The end of input ends it.
"""

import sys

from tests.okta.org import STATES
from tests.okta.twin import API_TOKEN, Mood, Twin, okta
from tests.okta.world import APP_ID


def obey(twin: Twin, words: list[str]) -> str:
    match words:
        case ["people"]:
            return "\n".join(f"{p.profile['login']} {p.status}" for p in twin.org.people.values())
        case ["mails"]:
            return "\n".join(f"{address} {number}" for address, number in twin.org.mails.items())
        case ["hold", address, state] if state in STATES:
            twin.org.hold(address, state)
        case ["put", address, state] if state in STATES:
            twin.org.put(address, state)
        case ["activate", address]:
            twin.org.follow_activation(address)
        case ["down"]:
            twin.be(Mood(status=503))
        case ["up"]:
            twin.be_kind()
        case _:
            return __doc__ or ""
    return "done"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    with okta() as twin:
        say(f"OKTA_ORG_URL={twin.url} OKTA_API_TOKEN={API_TOKEN} OKTA_APP_ID={APP_ID}")
        for line in sys.stdin:
            say(obey(twin, line.split()))


if __name__ == "__main__":
    main()
