"""One written form per address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravs_identity.addresses import BadAddress, normalise


@pytest.mark.parametrize(
    "spelling",
    [
        "asha.patel@trust.nhs.uk",
        "Asha.Patel@TRUST.nhs.uk",
        "  asha.patel@trust.nhs.uk ",
        "asha.patel@\u200ctrust.nhs.uk",
        "\uff41sha.patel@trust.nhs.uk",
        "asha.patel@trust\u3002nhs.uk",
    ],
)
def test_it_knows_one_mailbox_in_every_spelling(spelling: str) -> None:
    assert normalise(spelling) == "asha.patel@trust.nhs.uk"


def test_it_writes_a_foreign_domain_as_dns_does() -> None:
    assert normalise("jo@Bücher.example") == "jo@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asha",
        "@trust.nhs.uk",
        "asha@",
        "a b@trust.nhs.uk",
        "a@b@c",
        "asha@trust..uk",
        "asha@trust.nhs.uk\nBcc: x@evil.example",
        f"{'a' * 250}@trust.nhs.uk",
    ],
)
def test_it_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAddress):
        normalise(text)


@given(st.text(max_size=60))
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    for candidate in (text, f"{text}@trust.nhs.uk"):
        try:
            once = normalise(candidate)
        except BadAddress:
            continue
        assert normalise(once) == once
