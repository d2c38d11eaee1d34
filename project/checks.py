"""System checks with ids that fail fast: a wrong setting is told at start, not at the first request."""

import base64
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from accounts import identity
from api.redis_clients import WrongRedisUrl, sentinels_of
from project import weak_secrets


def refuse_wrong_settings() -> None:
    """ImproperlyConfigured, in one line, where a check of ours finds an error: for what starts without manage.py."""
    found = [message for message in run_checks() if message.is_serious() and str(message.id).startswith("saude.")]
    if found:
        raise ImproperlyConfigured(" ".join(f"{message.id}: {message.msg}" for message in found))


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


@register()
def keys_cannot_be_guessed(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E004: SECRET_KEY and FIELD_ENCRYPTION_KEYS are random, and none that stands in an example."""
    given = [("SECRET_KEY", settings.SECRET_KEY)]
    for key in settings.FIELD_ENCRYPTION_KEYS:
        try:
            given.append(("FIELD_ENCRYPTION_KEYS", base64.urlsafe_b64decode(key).decode("latin-1")))
        except ValueError:
            continue  # E001 says so
    return _errors([(name, weak_secrets.key(secret)) for name, secret in given], "saude.E004")


@register()
def passwords_of_servers_cannot_be_guessed(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E005: the servers that are not on this machine have passwords that are not weak."""
    names = {"default": "DATABASE_URL", "replica": "DATABASE_REPLICA_URL"}
    reasons: list[tuple[str, str | None]] = [
        (
            f"The password of {names[alias]}",
            weak_secrets.password(database["PASSWORD"], user=database["USER"], host=database["HOST"]),
        )
        for alias, database in settings.DATABASES.items()
    ]
    reasons += _redis_passwords(settings.REDIS_URL)
    if settings.EMAIL_HOST_USER:
        reason = weak_secrets.password(
            settings.EMAIL_HOST_PASSWORD, user=settings.EMAIL_HOST_USER, host=settings.EMAIL_HOST
        )
        reasons.append(("The password of EMAIL_URL", reason))
    if settings.OIDC_URL:
        reason = weak_secrets.password(settings.OIDC_CLIENT_SECRET, host=urlsplit(settings.OIDC_URL).hostname)
        reasons.append(("OIDC_CLIENT_SECRET", reason))
    return _errors(reasons, "saude.E005")


@register()
def operators_have_a_process_of_their_own(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E006: the admin is not where the public API is, and its path is no other page's."""
    if not settings.ADMIN_ENABLED:
        return []
    taken = settings.ADMIN_PATH.startswith(("account/", "health/", "static/"))
    if taken or not re.fullmatch(r"([a-z0-9-]+/)+", settings.ADMIN_PATH):
        return [Error("ADMIN_PATH is no free path like operator/.", id="saude.E006")]
    if settings.DATABASES["default"]["USER"] == identity.ROLE:
        return [Error(f"ADMIN_ENABLED needs the database role saude_operator, not {identity.ROLE}.", id="saude.E006")]
    return []


def _redis_passwords(url: str) -> list[tuple[str, str | None]]:
    """Of one server, or of the master behind sentinels; what the sentinels themselves want is not looked at."""
    try:
        found = sentinels_of(url)
    except WrongRedisUrl as error:
        return [("REDIS_URL", f"cannot be understood: {error}")]
    parts = urlsplit(url)
    password, user = parts.password or "", parts.username or ""
    hosts = [parts.hostname or ""] if found is None else [host for host, _ in found.addresses]
    reasons = [weak_secrets.password(unquote(password), user=user, host=host) for host in hosts]
    return [("The password of REDIS_URL", next(filter(None, reasons), None))]


def _errors(reasons: list[tuple[str, str | None]], number: str) -> list[CheckMessage]:
    hint = "docker/make-secrets.sh makes good ones; so does: openssl rand -base64 48"
    return [Error(f"{name} {reason}.", hint=hint, id=number) for name, reason in reasons if reason]
