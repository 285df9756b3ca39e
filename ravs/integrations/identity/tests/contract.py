"""The laws that every directory keeps, whichever provider it speaks to.

``test_contract.py`` runs this one class against each of them. Where providers differ by nature,
the world says how, and the law holds in each of its forms.
"""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from ravs.core.ids import new_id
from ravs.integrations.identity.port import (
    ACTIVATION,
    ActivationState,
    Condition,
    DirectoryError,
    Ensured,
    Found,
    IdentityDirectory,
    Resent,
)
from ravs.integrations.identity.tests.worlds import World

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


def ensure_mo(directory: IdentityDirectory, external_id: UUID, email: str) -> Ensured:
    return directory.ensure_account(
        email=email, first_name="Mohammed", last_name="Khan", external_id=external_id
    )


class DirectoryContract:
    """Mo Khan is added; now and then somebody else had the same idea.

    ``mo`` is his address, in each test another, as the peer may serve them all.
    """

    @pytest.fixture
    def mo(self) -> str:
        return f"Mo.Khan.{new_id().hex}@leeds.nhs.uk"

    def test_somebody_unknown_is_new(self, world: World, mo: str) -> None:
        assert ensure_mo(world.directory(), new_id(), mo).found == world.new

    def test_an_account_bears_the_persons_public_id_and_names(self, world: World, mo: str) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id, mo)
        if not world.directory().makes_accounts:
            assert world.kept(mo) == []
            return
        [record] = world.kept(mo)
        assert record.external_id == (str(public_id) if world.keeps_our_id else None)
        assert (record.first_name, record.last_name, record.active) == ("Mohammed", "Khan", True)

    def test_it_changes_nothing_to_look_somebody_up(self, world: World, mo: str) -> None:
        state = world.directory().status(email=mo).state
        made = world.directory().makes_accounts
        assert state == (ActivationState.MISSING if made else ActivationState.UNKNOWN)
        assert world.kept(mo) == []

    def test_it_may_be_repeated(self, world: World, mo: str) -> None:
        public_id = new_id()
        first = ensure_mo(world.directory(), public_id, mo)
        again = ensure_mo(world.directory(), public_id, mo)
        assert (first.found, again.found) == (world.new, world.again)
        assert len(world.kept(mo)) == world.directory().makes_accounts

    def test_it_knows_an_address_in_any_case(self, world: World, mo: str) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id, mo)
        ensure_mo(world.directory(), public_id, mo.upper())
        ensure_mo(world.directory(), public_id, mo.lower())
        assert len(world.kept(mo)) == world.directory().makes_accounts

    def test_an_account_made_by_another_hand_is_not_new(self, world: World, mo: str) -> None:
        world.make_elsewhere(mo)
        assert ensure_mo(world.directory(), new_id(), mo).found == world.found_elsewhere
        assert len(world.kept(mo)) == world.directory().makes_accounts

    def test_an_account_made_by_another_hand_is_left_as_it_is(self, world: World, mo: str) -> None:
        world.make_elsewhere(mo)
        before = world.kept(mo)
        ensure_mo(world.directory(), new_id(), mo)
        assert world.kept(mo) == before

    def test_activation_is_told_as_far_as_the_provider_tells(self, world: World, mo: str) -> None:
        public_id = new_id()
        waiting = ensure_mo(world.directory(), public_id, mo)
        if not world.tells_activation:
            assert waiting.activation_expires_at is None
            return
        status = world.directory().status(email=mo)
        assert status.state == ActivationState.PENDING
        assert waiting.activation_expires_at is not None
        assert status.activation_expires_at == waiting.activation_expires_at
        world.activate(mo)
        assert world.directory().status(email=mo).state == ActivationState.ACTIVE
        assert ensure_mo(world.directory(), public_id, mo) == Ensured(Found.EXISTING)

    def test_an_activation_is_sent_again_on_demand(self, world: World, mo: str) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id, mo)
        sent = world.activation_letters(mo)
        resent = world.directory().resend_activation(email=mo, external_id=public_id)
        assert resent == world.resent
        assert world.activation_letters(mo) == sent + (world.resent == Resent.SENT)

    def test_an_activation_just_sent_is_told(self, world: World, mo: str) -> None:
        """So that nobody gets two at once; a repeated call sends none, and says so."""
        public_id = new_id()
        first = ensure_mo(world.directory(), public_id, mo)
        sent = world.activation_letters(mo)
        assert first.just_sent is world.tells_activation
        assert sent == 1 or not world.tells_activation
        assert not ensure_mo(world.directory(), public_id, mo).just_sent
        assert world.activation_letters(mo) == sent

    def test_no_activation_is_sent_to_somebody_active(self, world: World, mo: str) -> None:
        public_id = new_id()
        ensure_mo(world.directory(), public_id, mo)
        world.activate(mo)
        sent = world.activation_letters(mo)
        resent = world.directory().resend_activation(email=mo, external_id=public_id)
        assert resent == (Resent.NOT_NEEDED if world.tells_activation else Resent.UNSUPPORTED)
        assert world.activation_letters(mo) == sent

    def test_an_account_of_ours_that_was_switched_off(self, world: World, mo: str) -> None:
        """It is switched on again, or the call fails for good and leaves it as it is."""
        if not world.directory().makes_accounts:
            assert ensure_mo(world.directory(), new_id(), mo).found == Found.EXISTING
            return
        public_id = new_id()
        ensure_mo(world.directory(), public_id, mo)
        world.activate(mo)
        world.switch_off(mo)
        assert world.directory().status(email=mo).state == ActivationState.UNKNOWN
        if world.gives_back:
            assert ensure_mo(world.directory(), public_id, mo).found in {Found.NEW, Found.EXISTING}
        else:
            with pytest.raises(DirectoryError) as caught:
                ensure_mo(world.directory(), public_id, mo)
            assert caught.value.permanent
        assert [record.active for record in world.kept(mo)] == [world.gives_back]

    def test_a_condition_agrees_with_the_state(self, world: World, mo: str) -> None:
        seen = [world.directory().status(email=mo)]
        ensure_mo(world.directory(), new_id(), mo)
        seen.append(world.directory().status(email=mo))
        world.activate(mo)
        seen.append(world.directory().status(email=mo))
        if world.directory().makes_accounts:
            world.switch_off(mo)
            seen.append(world.directory().status(email=mo))
        for status in seen:
            told = status.condition != Condition.UNTOLD
            assert status.state == ACTIVATION[status.condition] or not told
        assert world.tells_activation <= all(s.condition != Condition.UNTOLD for s in seen)

    def test_two_workers_make_one_account(self, world: World, mo: str) -> None:
        public_id = new_id()
        directories = [world.directory() for _ in range(8)]
        with ThreadPoolExecutor(len(directories)) as pool:
            answers = list(pool.map(lambda each: ensure_mo(each, public_id, mo), directories))
        assert world.new in {answer.found for answer in answers} <= {world.new, world.again}
        assert len(world.kept(mo)) == world.directory().makes_accounts

    @pytest.mark.parametrize("address", AWKWARD)
    def test_an_awkward_address_finds_nobody_else(
        self, world: World, mo: str, address: str
    ) -> None:
        ensure_mo(world.directory(), new_id(), mo)
        made = world.directory().makes_accounts
        state = world.directory().status(email=address).state
        assert state == (ActivationState.MISSING if made else ActivationState.UNKNOWN)
