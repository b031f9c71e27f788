"""Where matters are configured: lists and versions, the studio's pages, and the API under both."""

from admin.configure import (
    blocks,
    comparing,
    confirming,
    drafts,
    forms,
    home,
    matters,
    migrations,
    play,
    previews,
    process,
    publication,
    running,
    settings,
    studio,
)

routes = [
    *matters.routes,
    *home.routes,
    *publication.routes,
    *comparing.routes,
    *confirming.routes,
    *studio.routes,
    *process.routes,
    *drafts.routes,
    *migrations.routes,
    *running.routes,
    *settings.routes,
    *previews.routes,
    *play.routes,
    *blocks.routes,
    *forms.routes,
]
