from .contents import DossierEvidence, SelfAssessedPoints, TickedItem
from .dossiers import Dossier, DossierKind, DossierState
from .examination import CommuneCheck, DepartmentTask, DossierReturn, ScoreSheet, SheetPoints
from .holidays import Holiday, HolidayKind
from .requirements import ChecklistItem, CriteriaPart, Criterion, EvaluationRound, FileTerms, Proof, RoundLevel

__all__ = [
    "ChecklistItem",
    "CommuneCheck",
    "CriteriaPart",
    "Criterion",
    "DepartmentTask",
    "Dossier",
    "DossierEvidence",
    "DossierKind",
    "DossierReturn",
    "DossierState",
    "EvaluationRound",
    "FileTerms",
    "Holiday",
    "HolidayKind",
    "Proof",
    "RoundLevel",
    "ScoreSheet",
    "SelfAssessedPoints",
    "SheetPoints",
    "TickedItem",
]
