"""The public pages, as a stranger's browser gets them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.page_quality import assert_page

PUBLIC = [
    ("core:home", "Record a vaccination service"),
    ("core:help", "Help and support"),
    ("core:user-guide", "User guide: manage users"),
    ("core:whats-new", "What’s new"),
    ("core:accessibility-statement", "Accessibility statement"),
    ("core:cookies", "Cookies"),
    ("core:terms", "Terms of use"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "heading"), PUBLIC)
def test_anyone_may_read_a_public_page(client: Client, name: str, heading: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert_page(response)
    assert f"{heading}</h1>" in " ".join(response.content.decode().split()).replace(
        " </h1>", "</h1>"
    )
