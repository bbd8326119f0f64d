"""Settings of the Django project in which django-helpdesk is measured; its own Python reads them, never ours.

As somebody would run it who wants it fast and durable: no debugging, connections kept for ten minutes, templates
cached (Django's default), mail composed and thrown away. What is left out by a setting is what needs yet another
package (teams). The knowledge base stays on: 2.6.1 does not start without it (NameError in its urls.py).
"""

import os

DEBUG = False
SECRET_KEY = "bench-of-synthetic-tickets-" * 2
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "site_urls"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin", "django.contrib.humanize",
    "rest_framework", "helpdesk"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware"]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600,
    "NAME": os.environ["PEER_DATABASE"], "USER": os.environ["PEER_USER"],
    "PASSWORD": os.environ["PEER_PASSWORD"], "HOST": os.environ["PEER_HOST"], "PORT": os.environ["PEER_PORT"]}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "bench@mau.example"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SITE_ID = 1
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_SUBMIT_A_TICKET_PUBLIC = True
