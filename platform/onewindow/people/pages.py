"""All pages about people: coming and going, one's own account, other people's accounts."""

from onewindow.people import (
    account_pages,
    identity_pages,
    keeper_pages,
    sign_in_pages,
    token_pages,
)

routes = [
    *sign_in_pages.routes,
    *identity_pages.routes,
    *account_pages.routes,
    *keeper_pages.routes,
    *token_pages.routes,
]
