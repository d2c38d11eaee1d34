"""Vendors' accounts as clients see them."""

from typing import Any

from rest_framework import serializers

from api.bodies import StrictSerializer
from glucose.account_states import ACTION_NEEDED, CHOICES, AccountState
from glucose.models import AccountEvent, SetAside, SourceAccount, SourceKind
from glucose.selectors.accounts import Linked
from glucose.services.accounts import REGIONS_OF

REGIONS = sorted({region for regions in REGIONS_OF.values() for region in regions})
REGION_HELP = "LibreLinkUp tells it where none is given; of Dexcom Share it is us, ous or jp, and has to be given."


class NewAccountSerializer(StrictSerializer):
    """An account to follow patients from."""

    email = serializers.EmailField(max_length=254, help_text="What it signs in with.")
    password = serializers.CharField(max_length=256, write_only=True, trim_whitespace=False)
    region = serializers.ChoiceField(choices=REGIONS, required=False, help_text=REGION_HELP)
    kind = serializers.ChoiceField(choices=SourceKind.choices, required=False, help_text="librelinkup where not said.")


class AccountChangeSerializer(StrictSerializer):
    """What may change; a disabled account is active again when its state is set so."""

    password = serializers.CharField(max_length=256, write_only=True, required=False, trim_whitespace=False)
    region = serializers.ChoiceField(choices=REGIONS, required=False, help_text=REGION_HELP)
    state = serializers.ChoiceField(choices=[AccountState.ACTIVE, AccountState.DISABLED], required=False)


class AccountSerializer(serializers.Serializer[Any]):
    """An account; its password is never answered."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    region = serializers.CharField()
    state = serializers.ChoiceField(choices=CHOICES)
    state_detail = serializers.CharField()
    action_needed = serializers.CharField(allow_null=True, help_text="What a person must do; null where nothing.")
    last_success_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="Not before; null for the next round.")
    patients = serializers.ListField(child=serializers.UUIDField())
    kind = serializers.ChoiceField(choices=SourceKind.choices, help_text="Whose account it is.")
    failures = serializers.IntegerField(help_text="Refusals in a row.")
    pending_step = serializers.CharField(
        allow_null=True, help_text="What the vendor wants a person to accept, such as tou or pp."
    )
    set_aside = serializers.IntegerField(help_text="How often something came that could not become a reading.")
    stopped = serializers.IntegerField(help_text="How many of the patients are not synced for a problem of the person.")
    vendor_rests = serializers.CharField(
        allow_null=True, help_text="That no visit is made because the vendor answers nobody, and until when."
    )


class TaskIdSerializer(serializers.Serializer[Any]):
    """The task that was started."""

    task = serializers.UUIDField()


class UserOfEventSerializer(serializers.Serializer[Any]):
    """Who did it."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class AccountEventSerializer(serializers.Serializer[Any]):
    """A change of an account's state, or what a person did about it."""

    time = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=CHOICES)
    detail = serializers.CharField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    user = UserOfEventSerializer(allow_null=True, help_text="Null where nobody did it.")


class SetAsideSerializer(serializers.Serializer[Any]):
    """Something that the vendor sent and that could not become a reading."""

    reason = serializers.CharField()
    content = serializers.CharField(help_text="JSON as text, cut where it is long.")
    times = serializers.IntegerField()
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


def account_answer(account: SourceAccount, linked: Linked, rests: str | None = None) -> dict[str, Any]:
    """An account, ready for JSON; ``rests`` is what there is to say of its vendor."""
    return {
        "id": account.id,
        "email": account.email,
        "region": account.region,
        "state": account.state,
        "state_detail": account.state_detail,
        "action_needed": ACTION_NEEDED.get(AccountState(account.state)),
        "last_success_at": account.last_success_at,
        "next_attempt_at": account.next_attempt_at,
        "patients": linked.patients,
        "kind": account.kind,
        "failures": account.failures,
        "pending_step": account.pending_step or None,
        "set_aside": account.quarantined,
        "stopped": linked.stopped,
        "vendor_rests": rests,
    }


def event_answer(event: AccountEvent) -> dict[str, Any]:
    """A line of an account's history, ready for JSON."""
    return {
        "time": event.at,
        "state": event.state,
        "detail": event.detail,
        "next_attempt_at": event.next_attempt_at,
        "user": {"id": event.user.id, "username": event.user.username} if event.user else None,
    }


def set_aside_answer(row: SetAside) -> dict[str, Any]:
    """What could not become a reading, ready for JSON."""
    return {
        "reason": row.reason,
        "content": row.content,
        "times": row.times,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
    }
