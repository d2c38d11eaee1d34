"""What there is to choose from about a patient."""

from typing import Final

from django.db import models

from patients.units import GlucoseUnit


class Sex(models.TextChoices):
    """Sex as the clinic records it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class DiabetesType(models.TextChoices):
    """Type of diabetes."""

    TYPE_1 = "type1"
    TYPE_2 = "type2"
    GESTATIONAL = "gestational"
    LADA = "lada"
    MODY = "mody"
    OTHER = "other"
    UNKNOWN = "unknown"


class Unit(models.TextChoices):
    """The unit the patient's glucose is shown in."""

    MG_DL = GlucoseUnit.MG_DL.value
    MMOL_L = GlucoseUnit.MMOL_L.value


class TargetSet(models.TextChoices):
    """Which consensus targets apply (Battelino 2019, doi:10.2337/dci19-0028), or the patient's own."""

    T1_T2 = "t1_t2"
    OLDER_HIGH_RISK = "older_high_risk"
    PREGNANCY_T1 = "pregnancy_t1"
    CUSTOM = "custom"


CONSENSUS_SETS: Final = [choice for choice in TargetSet.choices if choice[0] != TargetSet.CUSTOM]


class Status(models.TextChoices):
    """Whether the clinic follows the patient at present."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISCHARGED = "discharged"
