"""SCIM 2.0, spoken by a kept client library over a real port."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import ListResponse, PatchOp, PatchOperation, SCIMException

from ravs_identity import services
from ravs_identity.models import Person
from ravs_identity.tests.conftest import PASSWORD, letters, newest_link, sign_in, who_is

ACTIVATION = "urn:ravs:params:scim:schemas:extension:activation:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
NOW = datetime(2026, 3, 26, 14, 5, tzinfo=UTC)


@pytest.fixture
def door(address: str, settings: Settings) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {settings.SCIM_TOKEN}"}
    base = f"{address}/scim/v2"
    with httpx2.Client(base_url=base, headers=headers, trust_env=False) as http:
        yield http


@pytest.fixture
def scim(door: httpx2.Client) -> SyncSCIMClient:
    """A client that knows nothing but what the provider tells about itself."""
    client = SyncSCIMClient(door)
    client.discover()
    return client


def person(scim: SyncSCIMClient, email: str = "Jo.Li@Trust.nhs.uk", **more: object) -> object:
    user = scim.get_resource_model("User")
    assert user is not None
    return user(
        user_name=email,
        external_id=str(more.get("external_id", uuid4())),
        name={"givenName": "Jo", "familyName": "Li"},
    )


def patch(scim: SyncSCIMClient, resource: object, path: str, value: object) -> object:
    user = scim.get_resource_model("User")
    assert user is not None
    operation = PatchOperation[user](op=PatchOperation.Op.replace_, path=path, value=value)  # type: ignore[valid-type]
    return scim.modify(user, resource.id, PatchOp[user](operations=[operation]))  # type: ignore[attr-defined,valid-type]


def found(scim: SyncSCIMClient, filter_: str) -> list[str]:
    user = scim.get_resource_model("User")
    answer = scim.query(user, query_parameters={"filter": filter_})
    assert isinstance(answer, ListResponse)
    return [resource.user_name for resource in answer.resources or []]


def test_discovery_tells_the_truth(scim: SyncSCIMClient) -> None:
    config = scim.provider.config
    assert config
    assert config.patch.supported
    assert config.filter.supported
    assert not config.bulk.supported
    assert not config.sort.supported
    assert not config.change_password.supported
    user = scim.get_resource_model("User")
    assert user is not None
    assert {"user_name", "name", "active", "emails"} <= set(user.model_fields)
    assert "password" not in user.model_fields
    assert [resource_type.name for resource_type in scim.provider.resource_types] == ["User"]


def test_a_new_person_is_told_of_and_mailed(scim: SyncSCIMClient) -> None:
    with time_machine.travel(NOW, tick=False):
        made = scim.create(person(scim, external_id="0198-jo"))
    assert made.user_name == "jo.li@trust.nhs.uk"
    assert made.external_id == "0198-jo"
    assert made.active is True
    assert made.emails[0].value == "jo.li@trust.nhs.uk"
    extension = made.model_dump()[ACTIVATION]
    assert extension == {"state": "pending", "expires": "2026-04-02T14:05:00Z"}
    row = Person.objects.get(pk=made.id)
    assert row.get_full_name() == "Jo Li"
    [letter] = letters(row)
    assert letter.to == "jo.li@trust.nhs.uk"
    again = scim.query(scim.get_resource_model("User"), made.id)
    assert again.model_dump() == made.model_dump()


def test_an_address_is_taken_once_in_any_spelling(scim: SyncSCIMClient) -> None:
    scim.create(person(scim))
    for spelling in ("jo.li@trust.nhs.uk", "JO.LI@TRUST.NHS.UK", "jo.li@\u200ctrust.nhs.uk"):
        with pytest.raises(SCIMException) as refusal:
            scim.create(person(scim, spelling))
        assert refusal.value.scim_type == "uniqueness"
        assert refusal.value.source.status_code == 409
    assert Person.objects.count() == 1
    assert len(letters(Person.objects.get())) == 1


def test_people_are_found_by_name_external_id_and_id(scim: SyncSCIMClient) -> None:
    jo = scim.create(person(scim, external_id="0198-jo"))
    scim.create(person(scim, "ben@trust.nhs.uk", external_id="0198-ben"))
    name = "jo.li@trust.nhs.uk"
    assert found(scim, 'userName eq "jo.li@trust.nhs.uk"') == [name]
    assert found(scim, 'USERNAME EQ "Jo.Li@Trust.NHS.uk"') == [name]
    assert found(scim, f'{CORE}:userName eq "jo.li@trust.nhs.uk"') == [name]
    assert found(scim, 'externalId eq "0198-jo"') == [name]
    assert found(scim, 'externalId eq "0198-JO"') == []
    assert found(scim, 'externalId eq ""') == []
    assert found(scim, f'id eq "{jo.id}"') == [name]
    assert found(scim, 'userName eq "nobody@trust.nhs.uk"') == []
    assert found(scim, 'userName eq "%"') == []
    assert found(scim, f'id eq "{uuid4()}"') == []
    assert found(scim, 'id eq "1"') == []


@pytest.mark.parametrize(
    "filter_",
    [
        'userName sw "jo"',
        'userName co "@"',
        'userName ne "x"',
        "userName pr",
        'name.givenName eq "Jo"',
        "active eq true",
        'not (userName eq "x@y.nhs.uk")',
        'userName eq "a@b.nhs.uk" or userName eq "c@d.nhs.uk"',
        f'{ACTIVATION}:state eq "pending"',
        "userName eq null",
        "meta.created gt 1",
        "((",
    ],
)
def test_no_other_search_is_answered(door: httpx2.Client, filter_: str) -> None:
    response = door.get("/Users", params={"filter": filter_})
    assert response.status_code == 400
    assert response.json()["scimType"] == "invalidFilter"


def test_a_page_far_beyond_the_last_is_empty(door: httpx2.Client) -> None:
    response = door.get("/Users", params={"startIndex": 10**23})
    assert response.status_code == 200
    assert response.json().get("Resources", []) == []


def test_a_search_for_a_control_character_is_refused(door: httpx2.Client) -> None:
    response = door.get("/Users", params={"filter": 'externalId eq "\\u0000"'})
    assert response.status_code == 400


def test_lists_come_in_pages(door: httpx2.Client) -> None:
    for n in range(5):
        services.create_person(email=f"person{n}@trust.nhs.uk")
    page = door.get("/Users", params={"startIndex": 2, "count": 2}).json()
    assert page["totalResults"] == 5
    assert [row["userName"] for row in page["Resources"]] == [
        "person1@trust.nhs.uk",
        "person2@trust.nhs.uk",
    ]


def test_the_activation_mail_is_sent_again_on_request(scim: SyncSCIMClient) -> None:
    made = scim.create(person(scim))
    row = Person.objects.get(pk=made.id)
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        patch(scim, made, f"{ACTIVATION}:resend", True)
    first, second = letters(row)
    assert first.text != second.text
    answer = scim.query(scim.get_resource_model("User"), made.id).model_dump()
    assert answer[ACTIVATION] == {"state": "pending", "expires": "2030-01-08T00:00:00Z"}
    assert answer["meta"]["version"] != made.meta.version


def test_it_is_not_sent_again_to_somebody_activated(scim: SyncSCIMClient, client: Client) -> None:
    made = scim.create(person(scim))
    row = Person.objects.get(pk=made.id)
    token = newest_link(row).rsplit("/", 1)[1]
    services.activate(token=token, password=PASSWORD)
    patch(scim, made, f"{ACTIVATION}:resend", True)
    assert len(letters(row)) == 1
    answer = scim.query(scim.get_resource_model("User"), made.id).model_dump()
    assert answer[ACTIVATION] == {"state": "active"}


def test_a_false_wish_to_resend_is_no_wish(door: httpx2.Client, scim: SyncSCIMClient) -> None:
    made = scim.create(person(scim))
    patch(scim, made, f"{ACTIVATION}:resend", False)
    assert len(letters(Person.objects.get(pk=made.id))) == 1


def test_deactivation_shuts_the_door_and_reactivation_opens_it(
    scim: SyncSCIMClient, client: Client, settings: Settings, ben: Person
) -> None:
    host = settings.PUBLIC_URL.removeprefix("http://")
    client.defaults["HTTP_HOST"] = host
    sign_in(client, ben.email)
    resource = scim.query(scim.get_resource_model("User"), str(ben.pk))
    patch(scim, resource, "active", False)
    assert who_is(client) == ""
    sign_in(client, ben.email)
    assert who_is(client) == ""
    patch(scim, resource, "active", True)
    sign_in(client, ben.email)
    assert who_is(client)


def test_names_are_changed_by_patch_and_by_put(scim: SyncSCIMClient) -> None:
    made = scim.create(person(scim))
    patch(scim, made, "name.familyName", "Zhang")
    assert Person.objects.get().get_full_name() == "Jo Zhang"
    resource = scim.query(scim.get_resource_model("User"), made.id)
    resource.name.given_name = "Joanna"
    scim.replace(resource)
    row = Person.objects.get()
    assert row.get_full_name() == "Joanna Zhang"
    assert row.external_id == made.external_id


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("userName", "other@trust.nhs.uk"),
        (f"{ACTIVATION}:state", "active"),
        (f"{ACTIVATION}:expires", "2099-01-01T00:00:00Z"),
        ("id", "1"),
    ],
)
def test_what_is_not_theirs_to_change_stays(
    door: httpx2.Client, scim: SyncSCIMClient, path: str, value: str
) -> None:
    made = scim.create(person(scim))
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}],
    }
    response = door.patch(f"/Users/{made.id}", json=body)
    assert response.status_code == 400, response.text
    row = Person.objects.get()
    assert (row.email, row.is_activated) == ("jo.li@trust.nhs.uk", False)


def test_a_password_sent_along_is_not_taken(door: httpx2.Client) -> None:
    body = {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "password": PASSWORD, "nick": 1}
    assert door.post("/Users", json=body).status_code == 201
    assert not Person.objects.get().has_usable_password()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schemas": [CORE]},
        {"schemas": [CORE], "userName": ""},
        {"schemas": [CORE], "userName": "jo"},
        {"schemas": [CORE], "userName": "jo@trust.nhs.uk\r\nBcc: x@evil.example"},
        {"schemas": [CORE], "userName": ["jo@trust.nhs.uk"]},
        {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "active": "yes please"},
        {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "name": {"givenName": "x" * 101}},
        {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "name": {"givenName": "a\nb"}},
        {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "externalId": "x" * 201},
        [],
        "text",
    ],
)
def test_nonsense_makes_nobody(door: httpx2.Client, body: object) -> None:
    response = door.post("/Users", json=body)
    assert response.status_code == 400, response.text
    assert response.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert not Person.objects.exists()


def test_too_much_is_refused(door: httpx2.Client) -> None:
    body = {"schemas": [CORE], "userName": "jo@trust.nhs.uk", "junk": "x" * 70_000}
    assert door.post("/Users", json=body).status_code == 413
    assert not Person.objects.exists()


def test_people_are_not_deleted(door: httpx2.Client, asha: Person) -> None:
    assert door.delete(f"/Users/{asha.pk}").status_code == 501
    assert Person.objects.filter(pk=asha.pk).exists()


def test_nobody_unknown_is_found_or_changed(door: httpx2.Client) -> None:
    for key in (uuid4(), "1", "%00", "%0d%0aX-Evil:1", "%E2%80%8C"):
        assert door.get(f"/Users/{key}").status_code == 404, key


def test_an_older_version_is_not_written_over(door: httpx2.Client, asha: Person) -> None:
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "name.givenName", "value": "Aisha"}],
    }
    old = door.get(f"/Users/{asha.pk}").headers["etag"]
    assert door.patch(f"/Users/{asha.pk}", json=body, headers={"If-Match": old}).is_success
    body["Operations"][0]["value"] = "Ash"  # type: ignore[index]
    refused = door.patch(f"/Users/{asha.pk}", json=body, headers={"If-Match": old})
    assert refused.status_code == 412
    assert Person.objects.get().first_name == "Aisha"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic scim-token-of-the-suite-0123456789",
        "scim-token-of-the-suite-0123456789",
        "Bearer scim-token-of-the-suite-012345678",
        "Bearer scim-token-of-the-suite-0123456789x",
        "Bearer \u00e9",
    ],
)
def test_the_door_opens_to_the_token_only(client: Client, db: None, header: str | None) -> None:
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    for method in ("get", "post"):
        answer = getattr(client, method)("/scim/v2/Users", **headers)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/scim/v2/Schemas", **headers).status_code == 401
    assert not Person.objects.exists()


def test_without_a_token_set_nobody_comes_in(client: Client, settings: Settings, db: None) -> None:
    settings.SCIM_TOKEN = ""
    for header in ("Bearer ", "Bearer", "Bearer  "):
        assert client.get("/scim/v2/Users", HTTP_AUTHORIZATION=header).status_code == 401


def test_addresses_in_answers_are_the_provider_s_own(
    client: Client, settings: Settings, asha: Person
) -> None:
    answer = client.get(
        f"/scim/v2/Users/{asha.pk}",
        HTTP_AUTHORIZATION=f"Bearer {settings.SCIM_TOKEN}",
        HTTP_X_FORWARDED_HOST="evil.example",
    )
    location = f"http://localhost:8001/scim/v2/Users/{asha.pk}"
    assert answer.json()["meta"]["location"] == location
    assert answer["Content-Type"] == "application/scim+json"
