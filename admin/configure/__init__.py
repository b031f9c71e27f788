"""Where matters are configured: lists and versions, the studio's pages, and the API under both."""

from admin.configure import drafts, matters, migrations, previews, process, settings, studio

routes = [
    *matters.routes,
    *studio.routes,
    *process.routes,
    *drafts.routes,
    *migrations.routes,
    *settings.routes,
    *previews.routes,
]
