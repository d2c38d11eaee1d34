"""What each member has chosen for their pages."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7


class Preference(models.Model):
    """A choice of one member by name, as ``appearance`` or ``today``; the value is the page's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.TextField()
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_preference_a_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"
