"""Where a person follows an application, and whether it is still theirs to write."""

from forms.messages import Lang
from onewindow.cases.files import OPEN_FOR_FILES
from onewindow.cases.queries import CaseView
from onewindow.cases.rules import State
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_, language


def address_of(case: CaseView) -> str:
    """What names an application in addresses: its receipt number, before that its uid."""
    return str(case.receipt_number or case.uid)


def home_of(person: Actor, case: CaseView) -> str:
    """Where a person follows a case: staff on the case page, applicants on their own."""
    on_case_page = person.is_staff and case.state != State.DRAFT
    return f"/{'cases' if on_case_page else 'applications'}/{address_of(case)}"


def done_at(person: Actor, case: CaseView, what: str) -> str:
    """Home again after something was done, where it is said: `what` is a key of `DONE`, and of the
    case page's own."""
    return f"{home_of(person, case)}?done={what}"


DONE = {
    "answered": N_("补正已提交，窗口会尽快答复。"),
    "withdrawal": N_("申请已撤回。"),
}


def may_write(person: Actor, case: CaseView) -> bool:
    """Whether form and materials are open, and this person is the one to change them."""
    if State(case.state) not in OPEN_FOR_FILES:
        return False
    writes_it = person.id in (case.applicant, case.filed_by)
    return writes_it or (case.state == State.CORRECTING and person.tenant == case.filed_at)


def form_language() -> Lang:
    """The language in which forms are asked to speak."""
    return "en" if language() == "en" else "zh"
