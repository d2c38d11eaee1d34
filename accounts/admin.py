"""What an operator sees and may change of clinics and users."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Clinic, Membership, User


@admin.register(Clinic)
class ClinicAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Clinics are made and set up here; one that has members or patients cannot be deleted."""

    list_display = ("name", "second_factor", "clinicians_see_all", "retention_days", "created_at")
    fields = ("id", *list_display)
    readonly_fields = ("id", "created_at")
    search_fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A clinic is not deleted by a click."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is what where; roles are given by the clinic's own administrators."""

    list_display = ("user", "sign_in_name", "clinic", "role")
    list_filter = ("role", "clinic")
    fields = ("user", "clinic", "role")
    search_fields = ("user__username",)
    search_help_text = "A part of a user name, or a whole e-mail address."
    list_select_related = ("user", "clinic")

    @admin.display(description="signs in by")
    def sign_in_name(self, member: Membership) -> str:
        """The user name, or the address where it is that."""
        return member.user.sign_in_name

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Membership], search_term: str) -> Any:
        """By the blind index too: what is encrypted is not compared."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(user__in=User.objects.with_email(search_term.strip())), doubled

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Members are invited."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only looked at."""
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Users can be switched off, which ends their sessions; nothing of their password is shown."""

    list_display = ("sign_in_name", "name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    fields = ("id", *list_display, "date_joined")
    readonly_fields = tuple(field for field in fields if field != "is_active")
    sortable_by = ("is_active", "is_staff", "last_login")
    search_fields = ("username",)
    search_help_text = "A part of a user name, or a whole e-mail address."

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[User], search_term: str) -> Any:
        """By the blind index too: what is encrypted is not compared."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        return found | queryset.filter(id__in=User.objects.with_email(search_term.strip())), doubled

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Nothing else: the database lets nobody write what somebody else signs in by."""
        obj.save(update_fields=["is_active"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Members are invited, operators made by create_operator."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are switched off."""
        return False
