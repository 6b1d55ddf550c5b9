"""The blueprint on which every area of the console registers its views."""

from flask import Blueprint

from app.web.addresses import STAFF_PREFIX

staff = Blueprint("staff", __name__, url_prefix=STAFF_PREFIX)
