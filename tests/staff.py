"""Who works in the admin: one of each group, and somebody without any."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.test import Client

from consent import seeds


def client_of(group: str = "", name: str = "ana") -> Client:
    """Return a client of a member of staff in a group such as "Consent editors", or in none."""
    seeds.ensure_groups()
    user = User.objects.create_user(name, password="x", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client
