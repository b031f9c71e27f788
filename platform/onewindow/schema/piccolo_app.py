"""All tables, and the one migration history they share."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from onewindow.audit.tables import AuditEntry
from onewindow.cases.tables import (
    Case,
    CaseAnswer,
    CaseEvent,
    CaseMaterial,
    CaseRun,
    Correction,
    Counter,
    Refusal,
    SavedView,
    Task,
)
from onewindow.delivery.tables import Certificate, Paper
from onewindow.matters.tables import Matter, MatterVersion
from onewindow.papers.tables import PaperText
from onewindow.people.tables import Person, Post, PostHolder, Session, SignInAttempt
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
    CalendarDay,
    Matter,
    MatterVersion,
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
