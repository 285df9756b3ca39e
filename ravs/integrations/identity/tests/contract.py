"""The laws that every directory keeps, whichever provider it speaks to.

``test_contract.py`` runs this one class against each of them.
"""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from ravs.core.ids import new_id
from ravs.integrations.identity.port import (
    ActivationState,
    Ensured,
    Found,
    IdentityDirectory,
    Resent,
)
from ravs.integrations.identity.tests.worlds import World

MO = "Mo.Khan@leeds.nhs.uk"
AWKWARD = [
    "siobhán@leeds.nhs.uk",
    "o'brien@leeds.nhs.uk",
    'o"brien@leeds.nhs.uk',
    'x" or userName pr or userName eq "x@leeds.nhs.uk',
    "back\\slash@leeds.nhs.uk",
    "trailing\\",
    "a+b&c=d%20#e@leeds.nhs.uk",
    "line\nend@leeds.nhs.uk",
    "",
]


def ensure_mo(directory: IdentityDirectory, external_id: UUID, email: str = MO) -> Ensured:
    return directory.ensure_account(
        email=email, first_name="Mohammed", last_name="Khan", external_id=external_id
    )


class DirectoryContract:
    """Mo Khan is added; now and then somebody else had the same idea."""

    def test_somebody_unknown_is_new(self, world: World) -> None:
        assert ensure_mo(world.directory(), new_id()).found == world.new

    def test_an_account_bears_the_persons_public_id_and_names(self, world: World) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id)
        if not world.directory().makes_accounts:
            assert world.kept(MO) == []
            return
        [record] = world.kept(MO)
        assert record.external_id == str(public_id)
        assert (record.first_name, record.last_name, record.active) == ("Mohammed", "Khan", True)

    def test_it_changes_nothing_to_look_somebody_up(self, world: World) -> None:
        state = world.directory().status(email=MO).state
        made = world.directory().makes_accounts
        assert state == (ActivationState.MISSING if made else ActivationState.UNKNOWN)
        assert world.kept(MO) == []

    def test_it_may_be_repeated(self, world: World) -> None:
        public_id = new_id()
        first = ensure_mo(world.directory(), public_id)
        again = ensure_mo(world.directory(), public_id)
        assert again.found == first.found == world.new
        assert len(world.kept(MO)) == world.directory().makes_accounts

    def test_it_knows_an_address_in_any_case(self, world: World) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id)
        ensure_mo(world.directory(), public_id, email=MO.upper())
        ensure_mo(world.directory(), public_id, email=MO.lower())
        assert len(world.kept(MO)) == world.directory().makes_accounts

    def test_an_account_made_by_another_hand_is_not_new(self, world: World) -> None:
        world.make_elsewhere(MO)
        assert ensure_mo(world.directory(), new_id()).found == world.found_elsewhere
        assert len(world.kept(MO)) == world.directory().makes_accounts

    def test_an_account_made_by_another_hand_is_left_as_it_is(self, world: World) -> None:
        world.make_elsewhere(MO)
        before = world.kept(MO)
        ensure_mo(world.directory(), new_id())
        assert world.kept(MO) == before

    def test_activation_is_told_as_far_as_the_provider_tells(self, world: World) -> None:
        public_id = new_id()
        waiting = ensure_mo(world.directory(), public_id)
        if not world.tells_activation:
            assert waiting.activation_expires_at is None
            return
        status = world.directory().status(email=MO)
        assert status.state == ActivationState.PENDING
        assert waiting.activation_expires_at is not None
        assert status.activation_expires_at == waiting.activation_expires_at
        world.activate(MO)
        assert world.directory().status(email=MO).state == ActivationState.ACTIVE
        assert ensure_mo(world.directory(), public_id) == Ensured(Found.EXISTING)

    def test_an_activation_is_sent_again_on_demand(self, world: World) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id)
        sent = world.activation_letters(MO)
        resent = world.directory().resend_activation(email=MO, external_id=public_id)
        assert resent == world.resent
        assert world.activation_letters(MO) == sent + (world.resent == Resent.SENT)

    def test_no_activation_is_sent_to_somebody_active(self, world: World) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id)
        world.activate(MO)
        sent = world.activation_letters(MO)
        resent = world.directory().resend_activation(email=MO, external_id=public_id)
        assert resent == (Resent.NOT_NEEDED if world.tells_activation else Resent.UNSUPPORTED)
        assert world.activation_letters(MO) == sent

    def test_an_account_of_ours_is_switched_on_again(self, world: World) -> None:
        if not world.directory().makes_accounts:
            assert ensure_mo(world.directory(), new_id()).found == Found.EXISTING
            return
        public_id = new_id()
        ensure_mo(world.directory(), public_id)
        world.switch_off(MO)
        assert world.directory().status(email=MO).state == ActivationState.UNKNOWN
        assert ensure_mo(world.directory(), public_id).found == Found.NEW
        assert [record.active for record in world.kept(MO)] == [True]

    def test_two_workers_make_one_account(self, world: World) -> None:
        public_id = new_id()
        directories = [world.directory() for _ in range(8)]
        with ThreadPoolExecutor(len(directories)) as pool:
            answers = list(pool.map(lambda each: ensure_mo(each, public_id), directories))
        assert {answer.found for answer in answers} == {world.new}
        assert len(world.kept(MO)) == world.directory().makes_accounts

    @pytest.mark.parametrize("address", AWKWARD)
    def test_an_awkward_address_finds_nobody_else(self, world: World, address: str) -> None:
        ensure_mo(world.directory(), new_id())
        made = world.directory().makes_accounts
        state = world.directory().status(email=address).state
        assert state == (ActivationState.MISSING if made else ActivationState.UNKNOWN)
