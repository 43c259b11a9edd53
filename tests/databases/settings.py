"""The demonstration site's settings, on the database that ``TEST_DATABASE`` describes."""

from __future__ import annotations

import json
import os

import pymysql

from tests.site import settings
from tests.site.settings import *  # noqa: F403 - all of them

# Django speaks to MariaDB through mysqlclient, which has to be compiled; this needs no compiler.
pymysql.install_as_MySQLdb()

_described = json.loads(os.environ["TEST_DATABASE"])
_usual = {} if "ENGINE" in _described else settings.DATABASES["default"]
DATABASES = {"default": {**_usual, **_described}}
