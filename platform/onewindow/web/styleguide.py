"""The living style guide: every macro with sample data, served in development only."""

from litestar import get
from litestar.response import Template

from onewindow.web.templates import page


@get("/styleguide", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def styleguide() -> Template:
    return page("styleguide/index.html")


routes = [styleguide]
