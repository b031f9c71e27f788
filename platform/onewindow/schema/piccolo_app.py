"""All tables, and the one migration history they share."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from onewindow.audit.tables import AuditEntry
from onewindow.cases.tables import (
    Case,
    CaseAnswer,
    CaseEvent,
    CaseMaterial,
    CaseMigration,
    CaseMigrationItem,
    CaseRun,
    Correction,
    Counter,
    Refusal,
    SavedView,
    Task,
)
from onewindow.delivery.tables import Certificate, Paper
from onewindow.matters.tables import (
    DraftEditor,
    FormBlock,
    Matter,
    MatterAdoption,
    MatterNotice,
    MatterReview,
    MatterVersion,
)
from onewindow.papers.tables import PaperText
from onewindow.people.tables import AccessToken, Person, Post, PostHolder, Session, SignInAttempt
from onewindow.tenants.tables import Department, Tenant
from onewindow.workdays.tables import CalendarDay

TABLES = [
    Tenant,
    Department,
    Person,
    Post,
    PostHolder,
    Session,
    SignInAttempt,
    AccessToken,
    CalendarDay,
    Matter,
    MatterVersion,
    MatterReview,
    MatterNotice,
    MatterAdoption,
    DraftEditor,
    FormBlock,
    Case,
    CaseRun,
    Task,
    CaseAnswer,
    CaseEvent,
    CaseMaterial,
    Correction,
    Refusal,
    Counter,
    SavedView,
    CaseMigration,
    CaseMigrationItem,
    PaperText,
    Paper,
    Certificate,
    AuditEntry,
]

APP_CONFIG = AppConfig(
    app_name="onewindow",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=TABLES,
    migration_dependencies=[],
    commands=[],
)
