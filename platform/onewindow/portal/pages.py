"""Every page of the portal."""

from onewindow.portal import (
    applications,
    catalogue,
    corrections,
    filling,
    guide,
    papers,
    public,
)

routes = [
    *catalogue.routes,
    *guide.routes,
    *applications.routes,
    *filling.routes,
    *corrections.routes,
    *papers.routes,
    *public.routes,
]
