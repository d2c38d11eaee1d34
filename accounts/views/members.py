"""`members/`: who belongs to the clinic, and inviting others. For administrators."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import invitations, members
from accounts.authentication import caller_of
from accounts.idempotency import idempotent
from accounts.roles import Act
from accounts.selectors import answer_of, member_answer, visible_member, visible_members
from accounts.serializers import InvitationSerializer, MemberChangeSerializer, MemberSerializer
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, IDEMPOTENCY_KEY, page_schema


class MemberList(APIView):
    """The clinic's members."""

    @extend_schema(operation_id="members_list", parameters=CURSOR_PARAMETERS, responses=page_schema(MemberSerializer))
    def get(self, request: Request) -> Response:
        """A page of members, oldest first: those who are invited or deactivated too."""
        asked = requested_page(request, "members", [UUID])
        rows = visible_members(caller_of(request)).order_by("-user_id" if asked.cursor.backwards else "user_id")
        if asked.cursor.key:
            side = "user_id__lt" if asked.cursor.backwards else "user_id__gt"
            rows = rows.filter(**{side: asked.cursor.key[0]})
        page = page_of(list(rows[: asked.size + 1]), asked, lambda row: (row.user_id,))
        return Response(page_answer(request, page, [answer_of(row) for row in page.rows]))

    @extend_schema(
        operation_id="members_invite",
        parameters=[IDEMPOTENCY_KEY],
        request=InvitationSerializer,
        responses={201: MemberSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Invite somebody by e-mail.

        The mail brings a link that works once, and by which they set their name and password. Their user name is the
        address. An address that somebody has, in whatever clinic, is a conflict.
        """
        caller = caller_of(request)
        caller.require(Act.MANAGE_MEMBERS)
        body = InvitationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        member = invitations.invite(caller, **body.validated_data)
        return Response(member_answer(caller, member.user_id), status=201)


class MemberDetail(APIView):
    """One member."""

    @extend_schema(operation_id="members_read", responses=MemberSerializer)
    def get(self, request: Request, member_id: UUID) -> Response:
        """Who they are, and whether they may sign in."""
        return Response(member_answer(caller_of(request), member_id))

    @extend_schema(operation_id="members_change", request=MemberChangeSerializer, responses=MemberSerializer)
    def patch(self, request: Request, member_id: UUID) -> Response:
        """Change name or role, deactivate or activate again.

        Nobody changes their own role or activity, and a clinic keeps one active administrator: both are conflicts.
        """
        caller = caller_of(request)
        visible_member(caller, member_id)
        body = MemberChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        members.change_member(caller, member_id, **body.validated_data)
        return Response(member_answer(caller, member_id))

    @extend_schema(operation_id="members_delete", responses={204: None})
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Deactivate a member, or revoke an invitation that was not accepted yet."""
        members.remove_member(caller_of(request), member_id)
        return Response(status=204)


class MemberInvitation(APIView):
    """The invitation of somebody who has not accepted it yet."""

    @extend_schema(operation_id="members_invite_again", request=None, responses={202: MemberSerializer})
    def post(self, request: Request, member_id: UUID) -> Response:
        """Mail a new link; the one that was sent before is useless from then on."""
        caller = caller_of(request)
        invitations.invite_again(caller, member_id)
        return Response(member_answer(caller, member_id), status=202)


class MemberSecondFactor(APIView):
    """The second factor of somebody who lost it."""

    @extend_schema(operation_id="members_forget_second_factor", responses={204: None})
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Forget their authenticator app, passkeys and recovery codes.

        They sign in by password alone, and set up another where the clinic requires one.
        """
        members.forget_second_factor(caller_of(request), member_id)
        return Response(status=204)
