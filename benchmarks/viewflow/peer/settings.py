"""A Django project as lean as an honest one can be: sessions, CSRF, sign-in, one flow, no debug."""

import os

SECRET_KEY = "for measuring and nothing else, and long enough for Django"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "peer.api"
LOGGING_CONFIG = None
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "viewflow",
    "viewflow.workflow",
    "peer",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_DATABASE"],
        "USER": os.environ["PEER_USER"],
        "HOST": os.environ["PEER_HOST"],
        # Connections are kept, as ours are.
        "CONN_MAX_AGE": None,
    }
}
# viewflow's own pages need templates to be there; none is drawn here.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["admin.E404"]
