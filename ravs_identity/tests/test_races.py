"""What happens when many come at once. Rows are locked for real on PostgreSQL only."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client

from ravs.mail.models import Message
from ravs_identity import services
from ravs_identity.models import LinkRequest, OneTimeLink, Person, Purpose
from ravs_identity.tests.conftest import HOST, NEW_PASSWORD, PASSWORD, newest_link

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CROWD = 100
AT_ONCE = 20


def together(times: int, act: Callable[[int], str]) -> Counter[str]:
    """Do it ``times`` times, twenty at once, and count what came out."""
    outcomes: list[str] = []
    numbers = iter(range(times))
    lock = threading.Lock()
    start = threading.Barrier(AT_ONCE)

    def work() -> None:
        start.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            outcomes.append(act(number))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def token_for(person: Person) -> str:
    return newest_link(person).rsplit("/", 1)[1]


def test_a_hundred_uses_of_one_activation_link_are_one(asha: Person) -> None:
    token = token_for(asha)

    def use(number: int) -> str:
        try:
            services.activate(token=token, password=f"Quiet-Harbour-{number}")
        except services.LinkSpent as spent:
            return str(spent.state)
        return "activated"

    assert together(CROWD, use) == {"activated": 1, "used": CROWD - 1}
    asha.refresh_from_db()
    assert asha.past_passwords.count() == 1
    assert asha.is_activated


def test_a_hundred_posts_of_one_reset_link_are_one(ben: Person) -> None:
    services.send_reset(person=ben)
    path = newest_link(ben)

    def post(number: int) -> str:
        client = Client(HTTP_HOST=HOST, REMOTE_ADDR=f"192.0.2.{number}")
        response = client.post(path, {"password": f"{NEW_PASSWORD}-{number}"})
        return f"{response.status_code} {response.headers.get('Location', '')}".strip()

    assert together(CROWD, post) == {"302 /password-changed": 1, "410": CROWD - 1}
    assert ben.past_passwords.count() == 2


def test_one_address_asked_for_in_many_spellings_is_one_person(db: None) -> None:
    spellings = ("jo.li@trust.nhs.uk", "Jo.Li@Trust.NHS.uk", " jo.li@trust.nhs.uk\u200b")

    def add(number: int) -> str:
        try:
            services.create_person(email=spellings[number % 3])
        except services.AddressTaken:
            return "taken"
        return "made"

    assert together(50, add) == {"made": 1, "taken": 49}
    assert Person.objects.count() == 1
    assert Message.objects.count() == 1


def test_sending_again_at_once_leaves_one_link_that_works(asha: Person) -> None:
    def send(_number: int) -> str:
        return "sent" if services.send_activation(person=asha) else "not sent"

    assert together(CROWD, send) == {"sent": CROWD}
    open_links = OneTimeLink.objects.filter(used_at=None, replaced_at=None)
    assert open_links.filter(purpose=Purpose.ACTIVATION).count() == 1


def test_using_a_link_while_it_is_replaced_ends_one_way(asha: Person) -> None:
    """Either the person is activated, or a newer link works; never neither."""
    token = token_for(asha)

    def either(number: int) -> str:
        if number % 2:
            return "sent" if services.send_activation(person=asha) else "not needed"
        try:
            services.activate(token=token, password=PASSWORD)
        except services.LinkSpent as spent:
            return str(spent.state)
        return "activated"

    outcomes = together(40, either)
    asha.refresh_from_db()
    live = asha.links.filter(used_at=None, replaced_at=None).count()
    assert (outcomes["activated"], asha.is_activated) in {(1, True), (0, False)}
    assert asha.is_activated or live == 1


def test_several_postmen_answer_each_wish_once(ben: Person) -> None:
    for _ in range(30):
        services.ask_for_link(address=ben.email)

    def answer(_number: int) -> str:
        return str(services.answer_link_requests(1))

    outcomes = together(CROWD, answer)
    assert outcomes == {"1": 30, "0": CROWD - 30}
    assert not LinkRequest.objects.exists()
    assert Message.objects.filter(about=ben.pk).count() == 30


def test_guesses_made_together_are_counted_together(ben: Person) -> None:
    def guess(number: int) -> str:
        client = Client(HTTP_HOST=HOST, REMOTE_ADDR=f"192.0.2.{number}")
        data = {"login": ben.email, "password": "Wrong-Password-1"}
        return str(client.post("/sign-in", data).status_code)

    outcomes = together(CROWD, guess)
    assert outcomes["200"] <= 5
    assert outcomes["200"] + outcomes["429"] == CROWD
