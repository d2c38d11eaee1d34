"""System checks with ids that fail fast: a wrong setting is told at start, not at the first request."""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def field_encryption_keys_are_fernet_keys(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: every key of FIELD_ENCRYPTION_KEYS must be 32 bytes in URL-safe base64."""
    hint = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    if not settings.FIELD_ENCRYPTION_KEYS:
        return [Error("FIELD_ENCRYPTION_KEYS is empty.", hint=hint, id="saude.E001")]
    for key in settings.FIELD_ENCRYPTION_KEYS:
        try:
            Fernet(key)
        except ValueError:
            return [Error("FIELD_ENCRYPTION_KEYS holds what is not a Fernet key.", hint=hint, id="saude.E001")]
    return []


@register()
def secret_key_is_long(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E002: SECRET_KEY signs every token, so it has at least 32 characters."""
    if len(settings.SECRET_KEY) >= 32:
        return []
    return [Error("SECRET_KEY has fewer than 32 characters.", hint="openssl rand -base64 48", id="saude.E002")]


@register()
def blind_index_keys_are_their_own(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E004: the keys of blind indexes have 32 characters or more and are no other secret."""
    hint = "openssl rand -base64 48"
    keys, others = settings.BLIND_INDEX_KEYS, {settings.SECRET_KEY, *settings.FIELD_ENCRYPTION_KEYS}
    if not keys or min(map(len, keys)) < 32:
        return [Error("BLIND_INDEX_KEYS is empty, or holds a short key.", hint=hint, id="saude.E004")]
    if others & set(keys):
        return [Error("BLIND_INDEX_KEYS holds another setting's secret.", hint=hint, id="saude.E004")]
    return []


@register()
def region_url_names_the_region(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: LIBRELINKUP_REGION_URL must contain {region}, or every region would be the same host."""
    if "{region}" in settings.LIBRELINKUP_REGION_URL:
        return []
    return [Error("LIBRELINKUP_REGION_URL does not contain {region}.", id="saude.E003")]
