"""`librelinkup/accounts/{id}/people/` and `unlinked/`: whom an account follows, and who of them is which patient."""

from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from glucose.selectors import accounts as selectors
from glucose.serializers.people import LinkSerializer, VendorPatientSerializer, vendor_patient_answer
from glucose.services import links

PEOPLE = inline_serializer("VendorPatients", {"results": VendorPatientSerializer(many=True)})


class PeopleList(APIView):
    """Everybody of an account."""

    @extend_schema(operation_id="librelinkup_people_list", responses=PEOPLE)
    def get(self, request: Request, account_id: UUID) -> Response:
        """Everybody whom the account shows or showed, each with what stops their sync."""
        people = selectors.people_of(caller_of(request), account_id)
        return Response({"results": [vendor_patient_answer(person) for person in people]})


class UnlinkedList(APIView):
    """People whom nobody accepted yet."""

    @extend_schema(
        operation_id="librelinkup_unlinked_list",
        responses=PEOPLE,
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """The people of the account who wait for somebody to link or ignore them."""
        people = selectors.unlinked_people(caller_of(request), account_id)
        return Response({"results": [vendor_patient_answer(person) for person in people]})


class Link(APIView):
    """The explicit act that makes a vendor's person a patient."""

    @extend_schema(operation_id="librelinkup_link", request=LinkSerializer, responses={201: VendorPatientSerializer})
    def post(self, request: Request, account_id: UUID, vendor_id: str) -> Response:
        """Link to an existing patient, or to a new one."""
        caller = caller_of(request)
        selectors.visible_account(caller, account_id)
        body = LinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        patient_id = fields.pop("patient", None)
        if patient_id is not None:
            person = links.link(caller, account_id, vendor_id, patient_id)
        else:
            person = links.create_and_link(caller, account_id, vendor_id, **fields)
        return Response(vendor_patient_answer(person), status=201)


class Unlink(APIView):
    """The explicit act that ends a link."""

    @extend_schema(operation_id="librelinkup_unlink", request=None, responses=VendorPatientSerializer)
    def post(self, request: Request, account_id: UUID, vendor_id: str) -> Response:
        """Sync this person no more; the patient keeps what is stored."""
        return Response(vendor_patient_answer(links.unlink(caller_of(request), account_id, vendor_id)))


class Ignore(APIView):
    """The explicit act that sets a vendor's person aside."""

    @extend_schema(operation_id="librelinkup_ignore", request=None, responses=VendorPatientSerializer)
    def post(self, request: Request, account_id: UUID, vendor_id: str) -> Response:
        """Do not ask about this person again."""
        return Response(vendor_patient_answer(links.ignore(caller_of(request), account_id, vendor_id)))
