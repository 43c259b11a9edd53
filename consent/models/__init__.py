"""The app's tables; DCC's are reached by string references."""

from consent.models.access import Access
from consent.models.appendonly import AppendOnlyError, AppendOnlyModel
from consent.models.controller import Controller
from consent.models.evidence import (
    Anchor,
    Exhibit,
    Leaf,
    Removal,
    RemovedRange,
    RemovedRow,
    Seal,
)
from consent.models.hold import Hold, Run
from consent.models.notice import Notice, Presentation
from consent.models.record import Action, By, Layer, Means, Record
from consent.models.seeded import Seeded
from consent.models.service import Role, Service
from consent.models.sighting import Seen, Sighting
from consent.models.subjectrequest import SubjectRequest
from consent.models.tally import AnswerTally, Tally
from consent.models.tracker import Criterion, Kind, TrackerDetails
from consent.models.translation import OWNERS, TRANSLATABLE, SameWording, Translation

__all__ = [
    "OWNERS",
    "TRANSLATABLE",
    "Access",
    "Action",
    "Anchor",
    "AnswerTally",
    "AppendOnlyError",
    "AppendOnlyModel",
    "By",
    "Controller",
    "Criterion",
    "Exhibit",
    "Hold",
    "Kind",
    "Layer",
    "Leaf",
    "Means",
    "Notice",
    "Presentation",
    "Record",
    "Removal",
    "RemovedRange",
    "RemovedRow",
    "Role",
    "Run",
    "SameWording",
    "Seal",
    "Seeded",
    "Seen",
    "Service",
    "Sighting",
    "SubjectRequest",
    "Tally",
    "TrackerDetails",
    "Translation",
]
