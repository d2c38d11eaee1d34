"""Settings: the only reader of the environment. A secret has no default; see the README's table."""

import os
from datetime import timedelta
from pathlib import Path

import environ

from accounts import session_reset

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

# --- the process -------------------------------------------------------------------------------
# A secret that was written to a file with a line end is the same secret.
SECRET_KEY = env.str("SECRET_KEY").strip()
FIELD_ENCRYPTION_KEYS = [key.strip() for key in env.list("FIELD_ENCRYPTION_KEYS")]
BLIND_INDEX_KEYS = [key.strip() for key in env.list("BLIND_INDEX_KEYS")]
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# A process for operators has their pages and not the API: docs/adr/0049.
ADMIN_ENABLED = env.bool("ADMIN_ENABLED", default=False)
ADMIN_PATH = env.str("ADMIN_PATH", default="operator/")
ADMIN_FRESH_MINUTES = env.int("ADMIN_FRESH_MINUTES", default=15)
ROOT_URLCONF = "project.operator_urls" if ADMIN_ENABLED else "project.urls"
APPEND_SLASH = False  # a redirect would lose the body of a POST; the 404 says what to do
WSGI_APPLICATION = "project.wsgi.application"
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
SAUDE_VERSION = env.str("SAUDE_VERSION", default="dev")
# Where the process tells Prometheus, as host:port; nowhere without one. Processes that share a folder tell of all.
METRICS_ADDRESS = env.str("METRICS_ADDRESS", default="")
METRICS_FOLDER = env.str("METRICS_FOLDER", default="")
METRICS_SERVER = "project.metrics.server.serve"
if METRICS_FOLDER:
    # prometheus_client reads the environment when it is imported, which is after this.
    os.environ |= {"PROMETHEUS_MULTIPROC_DIR": METRICS_FOLDER}
# What the exporter looks at beside database and Redis: the volumes in a folder, the TLS server whose certificate ends.
METRICS_VOLUMES = env.str("METRICS_VOLUMES", default="")
METRICS_TLS = env.str("METRICS_TLS", default="")
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
# Traces: whither, by OTLP over HTTP, with which headers, and what share of them; none without an endpoint.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="").strip()
OTEL_EXPORTER_OTLP_HEADERS = env.str("OTEL_EXPORTER_OTLP_HEADERS", default="").strip()
OTEL_TRACES_SAMPLER_ARG = env.float("OTEL_TRACES_SAMPLER_ARG", default=1.0)
# Errors: to which project of Sentry, and what this installation is called there; none without a DSN.
SENTRY_DSN = env.str("SENTRY_DSN", default="").strip()
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")

INSTALLED_APPS = [
    "project.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "timescale",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "project.apps.ProjectConfig",
    "work",
    "accounts",
    "patients",
    "glucose",
    "analytics",
    "dashboard",
    # Below accounts, whose templates are found first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "project.middleware.RequestIdMiddleware",
    "project.metrics.requests.MetricsMiddleware",
    "project.request_lines.RequestLinesMiddleware",
    "project.edge.EdgeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "project.middleware.RateLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.middleware.UrlLimitMiddleware",
    "project.content.ContentDigestMiddleware",
    "project.content.GzipMiddleware",
    "project.middleware.BodyLimitMiddleware",
    "project.middleware.DeadlineMiddleware",
    "project.middleware.TransactionProblemMiddleware",
    "project.middleware.ReplicaMiddleware",
    "django.middleware.common.CommonMiddleware",
    # For the pages; the API has no session, no cookie and one language.
    "accounts.middleware.SignedSessionMiddleware",
    "accounts.middleware.PageLocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PageMiddleware",
]
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(1, "project.spans.TraceMiddleware")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database ----------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL").strip())}
DATABASES["default"] |= {
    "ENGINE": "timescale.db.backends.postgresql",
    # A pool and persistent connections exclude each other; the pool opens after the fork.
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,
    # An identity lasts as long as its transaction: see accounts/identity.py.
    "ATOMIC_REQUESTS": True,
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        # Only what asks for it is prepared: the lookups of sql/ that say so.
        "prepare_threshold": 10**9,
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=4),
            "timeout": env.int("DATABASE_POOL_TIMEOUT_SECONDS", default=10),
            # Then a request tries anew: the pool's own pauses double, up to as long as the database was away.
            "reconnect_timeout": 2,
            "reset": session_reset.forget,
        },
    },
}
# Behind PgBouncer in transaction mode a connection is another session with each transaction: docs/adr/0091.
DATABASE_BEHIND_PGBOUNCER = env.bool("DATABASE_BEHIND_PGBOUNCER", default=False)
if DATABASE_BEHIND_PGBOUNCER:
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    # PgBouncer forgets in its place (server_reset_query): what is sent here would reach anybody's session.
    DATABASES["default"]["OPTIONS"]["pool"]["reset"] = None
# A streaming replica that answers the reads of accounts/replica.py; none where empty.
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", default="").strip()
REPLICA_MAX_LAG_SECONDS = env.float("REPLICA_MAX_LAG_SECONDS", default=10.0)
if DATABASE_REPLICA_URL:
    _replica = env.db_url_config(DATABASE_REPLICA_URL)
    _options = DATABASES["default"]["OPTIONS"] | _replica.get("OPTIONS", {})
    # Whoever waits for it could have been answered by the primary.
    _options |= {"connect_timeout": 2, "tcp_user_timeout": 2_000, "pool": _options["pool"] | {"timeout": 1}}
    DATABASES["replica"] = DATABASES["default"] | _replica | {"ATOMIC_REQUESTS": False, "OPTIONS": _options}
    DATABASES["replica"]["ENGINE"] = DATABASES["default"]["ENGINE"]
# For requests only (project/wsgi.py): work in the background and migrations may take longer. 0 is no limit.
STATEMENT_TIMEOUT_SECONDS = env.float("STATEMENT_TIMEOUT_SECONDS", default=30.0)
REQUEST_TIMEOUT_SECONDS = env.float("REQUEST_TIMEOUT_SECONDS", default=55.0)
# For migrations only: how long one waits for a lock, and how often it comes back for it.
MIGRATION_LOCK_SECONDS = env.float("MIGRATION_LOCK_SECONDS", default=5.0)
MIGRATION_TRIES = env.int("MIGRATION_TRIES", default=20)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- redis and background work -----------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL").strip()
ACTORS = "project.actors.import_actors"
# What stands around each message besides the middleware of work/broker.py.
MESSAGE_MIDDLEWARE = ["project.spans.MessageTraces"] if OTEL_EXPORTER_OTLP_ENDPOINT else []
if SENTRY_DSN:
    MESSAGE_MIDDLEWARE.append("project.error_reports.FailedTasks")
SCHEDULER_LEASE_SECONDS = env.int("SCHEDULER_LEASE_SECONDS", default=12)
WORKER_SILENT_SECONDS = env.int("WORKER_SILENT_SECONDS", default=45)
# When a task's worker is taken for gone, and when its message is taken for lost.
TASK_LEASE_SECONDS = env.int("TASK_LEASE_SECONDS", default=60)
TASK_LOST_AFTER_SECONDS = env.int("TASK_LOST_AFTER_SECONDS", default=120)
TASKS_KEPT_DAYS = env.int("TASKS_KEPT_DAYS", default=90)
NOTIFICATIONS_KEPT_DAYS = env.int("NOTIFICATIONS_KEPT_DAYS", default=90)

# --- accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", default=30)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("REFRESH_TOKEN_DAYS", default=7)),
    "UPDATE_LAST_LOGIN": False,
}

# --- the pages of an account: django-allauth on sessions ----------------------------------------
# Rows, not Redis: a session must end for certain, and outlive what the queue's server loses.
SESSION_ENGINE = "accounts.page_sessions"
SESSION_SERIALIZER = "accounts.encryption.EncryptedJSONSerializer"
SESSION_COOKIE_AGE = 3_600 * env.int("SESSION_HOURS", default=12)
# A browser keeps secure cookies for https only; http://localhost counts as secure, http://127.0.0.1 does not.
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
# Lax: who comes from a link in a mail, or back from an identity provider, is still signed in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.error_pages.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"change_password": "accounts.forms.ChangePasswordForm"}
# Failed logins are counted by accounts/logins.py, for the API and the pages together.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.ConfirmSecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey that asks for finger, face or PIN is both factors.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Saúde-IA"
MFA_TOTP_TOLERANCE = 1

# --- an identity provider (OpenID Connect): none without OIDC_URL --------------------------------
OIDC_URL = env.str("OIDC_URL", default="")
# What else a sign-in passes on its way: a browser lets our form lead to no other origin (project/edge.py).
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=[])
# Whether the provider's own sign-in counts as a second factor.
OIDC_SECOND_FACTOR_TRUSTED = env.bool("OIDC_SECOND_FACTOR_TRUSTED", default=False)
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="").strip()
_OIDC = {
    "provider_id": "oidc",
    "name": env.str("OIDC_NAME", default="Single sign-on"),
    "client_id": env.str("OIDC_CLIENT_ID", default=""),
    "secret": OIDC_CLIENT_SECRET,
    "settings": {"server_url": OIDC_URL},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_OIDC] if OIDC_URL else []}}
SOCIALACCOUNT_ADAPTER = "accounts.adapters.IdentityProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False

# --- mail --------------------------------------------------------------------------------------
_mail = env.email_url_config(env.str("EMAIL_URL", default="smtp://localhost:25").strip())
EMAIL_BACKEND, EMAIL_FILE_PATH = _mail["EMAIL_BACKEND"], _mail["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Saúde-IA <saude-ia@localhost>")
# Where links of mails lead: a request's own Host could be anybody's.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000")
INVITATION_HOURS = env.int("INVITATION_HOURS", default=72)
PASSWORD_RESET_TIMEOUT = 60 * env.int("PASSWORD_RESET_MINUTES", default=60)
PASSWORD_RESETS_PER_ACCOUNT = env.int("PASSWORD_RESETS_PER_ACCOUNT", default=3)
PASSWORD_RESETS_PER_ADDRESS = env.int("PASSWORD_RESETS_PER_ADDRESS", default=60)

# --- webhooks ----------------------------------------------------------------------------------
# For development: whatever a clinic's administrator names is sent to, without https and in private networks too.
WEBHOOKS_ANYWHERE = env.bool("WEBHOOKS_ANYWHERE", default=False)

# --- the API -----------------------------------------------------------------------------------
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=4_000_000)
# A file of readings: what it may weigh, how long sending it may take, and for how many days it is kept where nobody
# imports it; the lines that were refused are kept as long.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=250_000_000)
IMPORT_SECONDS = env.float("IMPORT_SECONDS", default=240.0)
IMPORT_FILE_DAYS = env.int("IMPORT_FILE_DAYS", default=30)
MAX_WINDOW_DAYS = env.int("MAX_WINDOW_DAYS", default=3_660)
STALE_AFTER_MINUTES = env.int("STALE_AFTER_MINUTES", default=15)
MAX_PAGE_SIZE = env.int("MAX_PAGE_SIZE", default=1_000)
MAX_JSON_DEPTH = env.int("MAX_JSON_DEPTH", default=32)
# Below the 8,190 of gunicorn, whose own refusal is no problem document.
MAX_URL_LENGTH = env.int("MAX_URL_LENGTH", default=8_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# Throttles, shared by all processes; 0 switches one off.
READS_PER_MINUTE = env.int("READS_PER_MINUTE", default=1_200)
WRITES_PER_MINUTE = env.int("WRITES_PER_MINUTE", default=300)
# Below the threads of one web process, which slow readers would hold.
STREAMS_PER_USER = env.int("STREAMS_PER_USER", default=2)
# Streams of new readings: for a user, and open at once in one process; how often each is asked anew for its right, and
# how often it says that it lives.
LIVE_STREAMS_PER_USER = env.int("LIVE_STREAMS_PER_USER", default=20)
LIVE_STREAMS = env.int("LIVE_STREAMS", default=2_000)
LIVE_CHECK_SECONDS = env.float("LIVE_CHECK_SECONDS", default=50.0)
LIVE_HEARTBEAT_SECONDS = env.float("LIVE_HEARTBEAT_SECONDS", default=15.0)
LOGIN_FAILURES_PER_ACCOUNT = env.int("LOGIN_FAILURES_PER_ACCOUNT", default=10)
LOGIN_FAILURES_PER_ADDRESS = env.int("LOGIN_FAILURES_PER_ADDRESS", default=100)
LOGIN_FAILURES_PER_ACCOUNT_A_DAY = env.int("LOGIN_FAILURES_PER_ACCOUNT_A_DAY", default=1_000)
LOGIN_WINDOW_MINUTES = env.int("LOGIN_WINDOW_MINUTES", default=15)
LOGIN_ADDRESS_KNOWN_DAYS = env.int("LOGIN_ADDRESS_KNOWN_DAYS", default=90)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "accounts.authentication.IsMember",
        "accounts.authentication.IsInScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttles.UserThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "project.schema.Schema",
    "EXCEPTION_HANDLER": "project.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Saúde-IA",
    "DESCRIPTION": "Continuous glucose monitoring for clinics: history, statistics and the latest reading.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PREPROCESSING_HOOKS": ["project.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": ["project.schema.add_problems"],
    "ENUM_NAME_OVERRIDES": {},
}

# --- LibreLinkUp -------------------------------------------------------------------------------
# {region} becomes the vendor's region code, or is left out for the global host.
LIBRELINKUP_GLOBAL_URL = env.str("LIBRELINKUP_GLOBAL_URL", default="https://api.libreview.io")
LIBRELINKUP_REGION_URL = env.str("LIBRELINKUP_REGION_URL", default="https://api-{region}.libreview.io")
LIBRELINKUP_VERSION = env.str("LIBRELINKUP_VERSION", default="4.16.0")
LIBRELINKUP_TIMEOUT_SECONDS = env.float("LIBRELINKUP_TIMEOUT_SECONDS", default=20.0)
LIBRELINKUP_POLL_JITTER_SECONDS = env.int("LIBRELINKUP_POLL_JITTER_SECONDS", default=60)
LIBRELINKUP_HISTORIES_PER_VISIT = env.int("LIBRELINKUP_HISTORIES_PER_VISIT", default=30)
DEXCOM_SHARE_URL = env.str("DEXCOM_SHARE_URL", default="")
DEXCOM_SHARE_TIMEOUT_SECONDS = env.float("DEXCOM_SHARE_TIMEOUT_SECONDS", default=20.0)

# --- time, language, static files, edge --------------------------------------------------------
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)"), ("es", "Español")]
STATIC_URL = "/static/"
# Where collectstatic gathers; without one, the apps' own folders are served.
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None
# Files of people (project/protected_files.py); nginx serves this very folder at our word.
MEDIA_ROOT = BASE_DIR / env.str("MEDIA_ROOT", default="var/media")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only where all is https, as the cookies are; sent on answers to https only.
_hsts = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_SECONDS = _hsts if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=True)
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # what terminates TLS in front redirects; here every request comes as plain HTTP
    "security.W021",  # a list in every browser, for the whole registered domain: not for one service to ask for
]
# Other origins whose scripts may ask the API, by bearer token: no cookie goes with them.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/(v1|schema)/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PATCH", "DELETE"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "Content-Digest",
    "Content-Disposition",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
USE_X_FORWARDED_HOST = False

LOGGING_CONFIG = "project.log_setup.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "project.log_lines.Line"},
        "json": {"()": "project.log_lines.Json"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django gives these two levels and handlers of their own; here all goes by the root's.
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET"},
        "django.server": {"handlers": [], "level": "NOTSET", "propagate": True},
    },
}
