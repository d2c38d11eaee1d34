"""Numbers of the navigation."""

from typing import Final

from django import template

MOST: Final = 99

register = template.Library()


@register.filter
def few(count: int) -> str:
    """The count while it has two digits, as `counts.js` writes it."""
    return f"{MOST}+" if count > MOST else str(count)
