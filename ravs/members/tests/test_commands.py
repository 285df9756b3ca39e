"""What operators run: ``ravs users …``. Status 0, or one line and another status."""

import json
from pathlib import Path
from typing import Any

import pytest

from ravs import cli
from ravs.accounts.models import Identity, Session
from ravs.accounts.sessions import SessionStore
from ravs.audit.models import Event
from ravs.members.models import AllowedEmailDomain, Membership, Status
from ravs.members.services import cancel_invitation
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, Leeds, member, organisation, stranger

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]

MIA = {
    "--ods": "RR8",
    "--email": "mia.ross@nhs.net",
    "--first-name": "Mia",
    "--last-name": "Ross",
    "--level": "lead-administrator",
}


def add(*flags: str, **changes: str) -> int:
    options = MIA | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    parts = [part for pair in options.items() for part in pair]
    return cli.run(["users", "add", *parts, *flags])


def users(*arguments: str) -> int:
    return cli.run(["users", *arguments])


def told(capsys: Any) -> str:
    """The one line on standard error, and nothing anywhere else."""
    shown = capsys.readouterr()
    assert shown.out == ""
    [line] = shown.err.strip().splitlines()
    return str(line)


def mia() -> Membership:
    return Membership.objects.select_related("account").get(account__email_key="mia.ross@nhs.net")


class TestAdding:
    def test_it_invites(self, leeds: Leeds, capsys: Any) -> None:
        with left_behind() as left:
            assert add("--vaccinator") == 0
        assert capsys.readouterr().out == (
            "Mia Ross at Leeds Teaching Hospitals (RR8) is invited.\n"
        )
        row = mia()
        assert (row.level, row.vaccinator, row.status) == (LEAD, True, Status.INVITED)
        assert left.events == ["account.created", "member.invited"]
        assert left.calls == ["ensure"]
        assert Event.objects.get(type="member.invited").actor is None
        assert_whole()

    def test_it_adds_the_first_lead_of_a_new_organisation(self, db: None) -> None:
        organisation(status="invited")
        assert add() == 0
        assert mia().vaccinator is False

    @pytest.mark.parametrize(
        "changes", [{}, {"email": "MIA.Ross@NHS.net"}, {"ods": "rr8"}, {"first_name": " Mia "}]
    )
    def test_the_same_values_again_change_nothing(
        self, leeds: Leeds, capsys: Any, changes: dict[str, str]
    ) -> None:
        add()
        before = Membership.objects.values().get(pk=mia().pk)
        with left_behind() as left:
            assert add(**changes) == 0
        assert left.nothing
        assert Membership.objects.values().get(pk=mia().pk) == before
        assert capsys.readouterr().out.splitlines()[-1].endswith("is invited.")

    @pytest.mark.parametrize(
        ("changes", "flags"),
        [
            ({"level": "recorder"}, ()),
            ({"first_name": "Maria"}, ()),
            ({"last_name": "Rose"}, ()),
            ({}, ("--vaccinator",)),
        ],
    )
    def test_other_values_are_refused_and_change_nothing(
        self, leeds: Leeds, capsys: Any, changes: dict[str, str], flags: tuple[str, ...]
    ) -> None:
        add()
        capsys.readouterr()
        before = Membership.objects.values().get(pk=mia().pk)
        with left_behind() as left:
            assert add(*flags, **changes) == 1
        assert "with other details" in told(capsys)
        assert left.nothing
        assert Membership.objects.values().get(pk=mia().pk) == before

    def test_a_name_known_elsewhere_is_no_difference(self, leeds: Leeds) -> None:
        sam = stranger()
        options = {"email": sam.account.email, "first_name": "Samuel", "last_name": "West"}
        assert add(**options) == 0
        assert add(**options) == 0
        assert fresh(sam).account.first_name == "Sam"

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"email": "mia@evilnhs.net"}, "allowed domain"),
            ({"email": "mia"}, "correct format"),
            ({"email": ""}, "correct format"),
            ({"first_name": "M1a"}, "First name"),
            ({"last_name": " "}, "Last name"),
            ({"last_name": "x" * 101}, "100 characters"),
            ({"level": "boss"}, "boss"),
            ({"ods": "ZZ9"}, "no open organisation"),
            ({"ods": "R*"}, "ODS code"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_line(
        self, leeds: Leeds, capsys: Any, changes: dict[str, str], said: str
    ) -> None:
        with left_behind() as left:
            assert add(**changes) != 0
        assert said in told(capsys)
        assert left.nothing

    @pytest.mark.parametrize("status", ["deactivated", "closed"])
    def test_an_organisation_that_is_not_open_is_refused(
        self, db: None, capsys: Any, status: str
    ) -> None:
        organisation(status=status)
        assert add() == 1
        told(capsys)
        assert not Membership.objects.exists()


class TestBringingBack:
    def back(self, who: Membership | str, ods: str = "RR8") -> int:
        email = who if isinstance(who, str) else who.account.email
        return users("reactivate", "--ods", ods, "--email", email)

    def test_it_brings_back_a_sole_lead_who_lapsed(self, db: None, capsys: Any) -> None:
        at = organisation()
        priya = member(at, "Priya Shah", LEAD, status="deactivated", reason="inactivity")
        with left_behind() as left:
            assert self.back(priya) == 0
        assert fresh(priya).is_active
        assert fresh(priya).level == LEAD
        assert left.events == ["member.reactivated"]
        assert left.letters == [("reactivated", "priya.shah@nhs.net")]
        assert capsys.readouterr().out == (
            "Priya Shah at Leeds Teaching Hospitals (RR8) is active.\n"
        )
        assert Event.objects.get(type="member.reactivated").data["how"] == "command"
        assert_whole()

    @pytest.mark.parametrize("who", ["rosa", "ingrid"])
    def test_somebody_who_is_here_changes_nothing(self, leeds: Leeds, who: str) -> None:
        with left_behind() as left:
            assert self.back(leeds.people[who]) == 0
        assert left.nothing

    def test_any_spelling_of_the_address_will_do(self, leeds: Leeds) -> None:
        assert self.back("DEV.patel@nhs.NET", ods="rr8") == 0
        assert fresh(leeds.dev).is_active

    @pytest.mark.parametrize("who", ["nobody@nhs.net", "sam.west@nhs.net", "not an address"])
    def test_nobody_is_refused(self, leeds: Leeds, capsys: Any, who: str) -> None:
        stranger()
        assert self.back(who) == 1
        told(capsys)

    def test_an_ended_invitation_is_sent_again_as_it_was(self, leeds: Leeds) -> None:
        cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
        with left_behind() as left:
            assert self.back(leeds.ingrid) == 0
        assert fresh(leeds.ingrid).is_invited
        assert fresh(leeds.ingrid).level == leeds.ingrid.level
        assert left.events == ["member.renewed"]
        assert left.calls == ["resend"]


class TestForgettingAnIdentity:
    def test_it_unbinds_and_ends_the_sessions(self, leeds: Leeds, capsys: Any) -> None:
        rosa = leeds.rosa.account
        Identity.objects.create(account=rosa, issuer="https://okta.test", subject="rosa")
        SessionStore().sign_in(rosa)
        assert users("unbind-identity", "--email", "Rosa.Keane@nhs.net") == 0
        assert "1 identity of Rosa Keane unbound" in capsys.readouterr().out
        assert not Identity.objects.exists()
        assert not Session.objects.exists()
        assert users("unbind-identity", "--email", "rosa.keane@nhs.net") == 0
        assert "0 identities" in capsys.readouterr().out

    def test_nobody_is_refused(self, db: None, capsys: Any) -> None:
        assert users("unbind-identity", "--email", "nobody@nhs.net") == 1
        assert "nobody@nhs.net" in told(capsys)


class TestLoadingDomains:
    def file(self, tmp_path: Path) -> str:
        rules = [
            {"domain": "care.org.uk", "include_subdomains": True, "consumer_mail": False},
            {"domain": "hos\u200bpice.org", "include_subdomains": False, "consumer_mail": False},
            {"domain": "gmail.com", "include_subdomains": False, "consumer_mail": True},
        ]
        path = tmp_path / "domains.json"
        path.write_text(json.dumps({"source": "generated", "rules": rules}), encoding="utf-8")
        return str(path)

    def test_it_loads_and_the_same_file_again_changes_nothing(
        self, leeds: Leeds, tmp_path: Path, capsys: Any
    ) -> None:
        assert users("import-domains", self.file(tmp_path)) == 0
        assert capsys.readouterr().out == (
            "2 domains written, 0 unchanged, 1 left out as consumer mail.\n"
        )
        before = list(AllowedEmailDomain.objects.values().order_by("pk"))
        with left_behind() as left:
            assert users("import-domains", self.file(tmp_path)) == 0
        assert left.nothing
        assert list(AllowedEmailDomain.objects.values().order_by("pk")) == before
        assert add(email="mia@hospice.org") == 0
        assert add(email="mia@ward.care.org.uk") == 0
        assert add(email="mia@gmail.com") == 1

    def test_consumer_mail_only_when_told(self, leeds: Leeds, tmp_path: Path) -> None:
        assert users("import-domains", self.file(tmp_path), "--consumer-mail") == 0
        assert add(email="mia@gmail.com") == 0

    def test_a_bad_file_is_one_line_and_nothing_loaded(
        self, db: None, tmp_path: Path, capsys: Any
    ) -> None:
        path = tmp_path / "bad.json"
        path.write_text('{"rules": [{"domain": "care.org.uk"}, {"domain": "no domain"}]}')
        assert users("import-domains", str(path)) == 1
        told(capsys)
        assert AllowedEmailDomain.objects.count() == 2
        assert users("import-domains", str(tmp_path / "none.json")) == 2
        told(capsys)


@pytest.mark.parametrize("command", ["add", "reactivate", "unbind-identity", "import-domains"])
def test_every_command_explains_itself(command: str, capsys: Any) -> None:
    assert users(command, "--help") == 0
    assert "Usage: ravs users" in capsys.readouterr().out


@pytest.mark.parametrize("who", ["dev", "lena", "ingrid"])
def test_a_list_that_is_run_again_undoes_no_decision(leeds: Leeds, capsys: Any, who: str) -> None:
    row = leeds.people[who]
    if row.is_invited:
        cancel_invitation(actor=leeds.priya.account, membership=row)
    first, _, last = row.account.full_name.partition(" ")
    with left_behind() as left:
        again = add(email=row.account.email, first_name=first, last_name=last, level="recorder")
    assert again == 1
    assert "users reactivate" in told(capsys)
    assert left.nothing


def test_history_is_whole_after_everything(leeds: Leeds, capsys: Any) -> None:
    add()
    users("reactivate", "--ods", "RR8", "--email", leeds.dev.account.email)
    cli.run(["nightly"])
    assert cli.run(["audit", "verify"]) == 0
    assert cli.run(["audit", "verify", "--ods", "RR8"]) == 0
