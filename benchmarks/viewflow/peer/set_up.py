"""Tables, and three people with the rights of their groups: `python -m peer.set_up <password>`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer.settings")

import django

django.setup()

from django.contrib.auth.models import Group, Permission, User  # noqa: E402
from django.core.management import call_command  # noqa: E402

RIGHTS = {
    "clerk": ["add_process", "can_accept_process"],
    "reviewer": [f"can_review_{branch}_process" for branch in "abc"],
    "decider": ["can_decide_process"],
}

import peer.flows  # noqa: E402, F401 - declares the rights that `migrate` writes down

call_command("migrate", verbosity=0)
for name, rights in RIGHTS.items():
    group = Group.objects.create(name=name)
    group.permissions.set([Permission.objects.get(codename=right) for right in rights])
    User.objects.create_user(name, password=sys.argv[1]).groups.add(group)
