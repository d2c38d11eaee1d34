"""Bodies of `webhooks/`."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.addresses import LONGEST_URL, AddressRefused, endpoint
from accounts.events import Event
from accounts.models import Webhook
from api.bodies import StrictSerializer
from work.models import OutboxEntry

# What a webhook can want; a test is sent to it alone.
WANTED = [event.value for event in Event if event is not Event.TEST]
STANDINGS = ("new", "delivering", "failing", "off")


class NewWebhookSerializer(StrictSerializer):
    """A webhook to make."""

    url = serializers.CharField(max_length=LONGEST_URL, help_text="Begins with https://; a public address.")
    events = serializers.ListField(child=serializers.ChoiceField(choices=WANTED), allow_empty=False, max_length=100)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate_url(self, value: str) -> str:
        """One that may be sent to, as far as it shows before the name is resolved."""
        try:
            endpoint(value, anywhere=settings.WEBHOOKS_ANYWHERE)
        except AddressRefused as refusal:
            raise serializers.ValidationError(str(refusal)) from None
        return value


class WebhookChangeSerializer(NewWebhookSerializer):
    """What may change of a webhook."""

    active = serializers.BooleanField(required=False, help_text="Whether anything is sent.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, partial=True, **kwargs)


class WebhookSerializer(serializers.Serializer[Webhook]):
    """A webhook without its secret."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=WANTED))
    active = serializers.BooleanField()
    standing = serializers.SerializerMethodField()
    standing_detail = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    last_success_at = serializers.DateTimeField(allow_null=True)
    last_failure_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True, help_text="Since when nothing was delivered.")
    old_secret_until = serializers.DateTimeField(
        source="old_until", allow_null=True, help_text="Until when the secret before the last rotation signs too."
    )

    def get_standing(self, webhook: Webhook) -> str:
        """How it goes: new, delivering, failing or off."""
        if not webhook.active:
            return "off"
        if webhook.failing_since is not None:
            return "failing"
        return "new" if webhook.last_success_at is None else "delivering"

    def get_standing_detail(self, webhook: Webhook) -> str:
        """The same in words; why, where it fails or was switched off."""
        if not webhook.active:
            return webhook.disabled_because or "An administrator switched it off."
        if webhook.failing_since is not None:
            return webhook.last_failure
        return "Nothing was sent yet." if webhook.last_success_at is None else "The last delivery was accepted."


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook with its secret, which is told this once."""

    secret = serializers.CharField(help_text="By which the receiver verifies signatures. It is not told again.")


class WebhookTestSerializer(serializers.Serializer[Any]):
    """An event that was put to be sent."""

    delivery = serializers.CharField(help_text="The `webhook-id` that it is sent by.")


class DeliverySerializer(serializers.Serializer[OutboxEntry]):
    """A delivery: what of, how it stands, and why not."""

    id = serializers.CharField(source="key", help_text="The `webhook-id` that it is sent by.")
    event = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=OutboxEntry.State.choices)
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="Why the last attempt failed; empty where none did.")
    created_at = serializers.DateTimeField(source="put_at")
    next_attempt_at = serializers.SerializerMethodField()
    settled_at = serializers.DateTimeField(allow_null=True, help_text="When it was delivered or given up.")

    def get_event(self, entry: OutboxEntry) -> str:
        """What it tells."""
        return str(entry.payload["event"])

    def get_next_attempt_at(self, entry: OutboxEntry) -> str | None:
        """When it is tried again, at the earliest; null where it is settled."""
        if entry.state != OutboxEntry.State.WAITING:
            return None
        return str(serializers.DateTimeField().to_representation(entry.next_attempt_at))


def webhook_answer(webhook: Webhook, secret: str | None = None) -> dict[str, Any]:
    """The fields of a webhook, ready for JSON, with the secret where it is new."""
    answer = dict(WebhookSerializer(webhook).data)
    return answer if secret is None else answer | {"secret": secret}
