"""Settings: the only reader of the environment. A secret has no default; see the README's table."""

from datetime import timedelta
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

# --- the process -------------------------------------------------------------------------------
# A secret that was written to a file with a line end is the same secret.
SECRET_KEY = env.str("SECRET_KEY").strip()
FIELD_ENCRYPTION_KEYS = [key.strip() for key in env.list("FIELD_ENCRYPTION_KEYS")]
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ROOT_URLCONF = "project.urls"
APPEND_SLASH = False  # a redirect would lose the body of a POST; the 404 says what to do
WSGI_APPLICATION = "project.wsgi.application"
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "timescale",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "project.apps.ProjectConfig",
    "work",
    "accounts",
    "patients",
    "glucose",
    "analytics",
]

MIDDLEWARE = [
    "project.middleware.RequestIdMiddleware",
    "project.middleware.RateLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.middleware.UrlLimitMiddleware",
    "project.content.ContentDigestMiddleware",
    "project.content.GzipMiddleware",
    "project.middleware.BodyLimitMiddleware",
    "project.middleware.DeadlineMiddleware",
    "django.middleware.common.CommonMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# --- database ----------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL").strip())}
DATABASES["default"] |= {
    "ENGINE": "timescale.db.backends.postgresql",
    # A pool and persistent connections exclude each other; the pool opens after the fork.
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        # Only what asks for it is prepared: the lookups of sql/ that say so.
        "prepare_threshold": 10**9,
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=4),
            "timeout": env.int("DATABASE_POOL_TIMEOUT_SECONDS", default=10),
        },
    },
}
# For requests only (project/wsgi.py): work in the background and migrations may take longer. 0 is no limit.
STATEMENT_TIMEOUT_SECONDS = env.float("STATEMENT_TIMEOUT_SECONDS", default=30.0)
REQUEST_TIMEOUT_SECONDS = env.float("REQUEST_TIMEOUT_SECONDS", default=55.0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- redis and background work -----------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL").strip()
ACTORS = "project.actors.import_actors"
SCHEDULER_LEASE_SECONDS = env.int("SCHEDULER_LEASE_SECONDS", default=12)
WORKER_SILENT_SECONDS = env.int("WORKER_SILENT_SECONDS", default=45)

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
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "UPDATE_LAST_LOGIN": False,
}

# --- the API -----------------------------------------------------------------------------------
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=4_000_000)
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
STREAMS_PER_USER = env.int("STREAMS_PER_USER", default=4)
LOGIN_FAILURES_PER_ACCOUNT = env.int("LOGIN_FAILURES_PER_ACCOUNT", default=10)
LOGIN_FAILURES_PER_ADDRESS = env.int("LOGIN_FAILURES_PER_ADDRESS", default=100)
LOGIN_FAILURES_PER_ACCOUNT_A_DAY = env.int("LOGIN_FAILURES_PER_ACCOUNT_A_DAY", default=1_000)
LOGIN_WINDOW_MINUTES = env.int("LOGIN_WINDOW_MINUTES", default=15)
LOGIN_ADDRESS_KNOWN_DAYS = env.int("LOGIN_ADDRESS_KNOWN_DAYS", default=90)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.IsMember"],
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

# --- time, language, static files, edge --------------------------------------------------------
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
# Where collectstatic gathers; without one, the apps' own folders are served.
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
USE_X_FORWARDED_HOST = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
