"""Keys as the product makes them, wherever they stand: loaded by detect-secrets."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class OurSecrets(RegexBasedDetector):
    """A Fernet key (FIELD_ENCRYPTION_KEYS), and a secret that webhooks are signed with."""

    secret_type = "A key of this product"
    denylist = [re.compile(r"(?<![\w/+=-])([\w-]{43}=)(?![\w=])"), re.compile(r"\b(whsec_[\w/+-]{32,}=*)")]
