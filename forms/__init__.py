"""A form definition in, a verdict on answers out.

    form = forms.compile(definition, feel)
    verdict = form.verdict(answers, given=stored, access={"*": "read", "opinion": "edit"})

Definitions are form-js JSON of the components in `vocabulary`. The browser judges by js/, the same
sources run here in V8, and forms that need no engine are judged in Python (`Form.exact`).
"""

from forms.form import Field, Form, Question, compile
from forms.lint import check
from forms.names import Name, names
from forms.problems import BadForm, FieldError, Problem, Verdict
from forms.render import Section, value_text
from forms.sampling import sample
from forms.sheet import Access, in_language
from forms.upright import upright

__all__ = [
    "Access",
    "BadForm",
    "Field",
    "FieldError",
    "Form",
    "Name",
    "Problem",
    "Question",
    "Section",
    "Verdict",
    "check",
    "compile",
    "in_language",
    "names",
    "sample",
    "upright",
    "value_text",
]
