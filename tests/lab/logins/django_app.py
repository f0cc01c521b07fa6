"""A Django application with its own login, and an API by Django REST framework and simplejwt.

Started by django.mjs: `python django_app.py PORT SETTINGS`, where SETTINGS is a JSON object of further settings.
The one account and its password are in WHY401_USER and WHY401_PASSWORD, a folder for its database in WHY401_DIRECTORY.
"""

import datetime
import json
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

import django
from django.conf import settings

PORT, MORE = int(sys.argv[1]), json.loads(sys.argv[2])
PASSWORD = os.environ["WHY401_PASSWORD"]

settings.configure(**{
    "DEBUG": False,
    "SECRET_KEY": PASSWORD * 4,
    "ALLOWED_HOSTS": ["*"],
    "ROOT_URLCONF": "__main__",
    "INSTALLED_APPS": ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "rest_framework"],
    "MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                   "django.contrib.auth.middleware.AuthenticationMiddleware"],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(os.environ["WHY401_DIRECTORY"], "db")}},
    "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates",
                   "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
                       "registration/login.html": "<!doctype html><title>Log in</title><link rel=icon href=data:,><form method=post>{% csrf_token %}"
                                                  "{{ form.as_p }}<button>Log in</button></form>"})]}}],
    "LOGIN_URL": "/login", "LOGIN_REDIRECT_URL": "/", "USE_TZ": True,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    **MORE,
})
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.decorators import login_required, permission_required  # noqa: E402
from django.contrib.auth.views import LoginView, LogoutView  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.authentication import SessionAuthentication  # noqa: E402
from rest_framework.decorators import api_view, authentication_classes, permission_classes  # noqa: E402
from rest_framework.permissions import IsAdminUser, IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt.authentication import JWTAuthentication  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken  # noqa: E402
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView  # noqa: E402


def page(text):
    return HttpResponse(f"<!doctype html><title>Home</title><link rel=icon href=data:,><p>{text}</p>")


def forget(_request):
    Session.objects.all().delete()
    return page("All sessions are gone.")


@api_view(["GET"])
@authentication_classes([JWTAuthentication])
@permission_classes([IsAuthenticated])
def me(request):
    return Response({"user": request.user.username})


@api_view(["GET"])
@authentication_classes([JWTAuthentication])
@permission_classes([IsAdminUser])
def admin(_request):
    return Response({})


@api_view(["GET", "POST"])
@authentication_classes([SessionAuthentication])
@permission_classes([IsAuthenticated])
def orders(_request):
    return Response([])


def tokens(_request):
    """Tokens in every state, for the case that asks for one."""
    user = get_user_model().objects.get(username=os.environ["WHY401_USER"])
    idle = get_user_model().objects.get(username="idle")
    expired = AccessToken.for_user(user)
    expired.set_exp(lifetime=-datetime.timedelta(minutes=5))
    return JsonResponse({"good": str(AccessToken.for_user(user)), "refresh": str(RefreshToken.for_user(user)), "expired": str(expired),
                         "idle": str(AccessToken.for_user(idle)), "forged": str(AccessToken.for_user(user))[:-4] + "AAAA"})


urlpatterns = [
    path("", login_required(lambda request: page(f"Hello {request.user.username}"))),
    path("open", lambda _request: page("Open to all")),
    path("login", LoginView.as_view()), path("logout", LogoutView.as_view()), path("forget", forget), path("tokens", tokens),
    path("reports", login_required(permission_required("auth.view_group", raise_exception=True)(lambda _request: page("Reports")))),
    path("api/me", me), path("api/admin", admin), path("api/orders", orders),
    path("api/token", TokenObtainPairView.as_view()), path("api/token/refresh", TokenRefreshView.as_view()),
]

call_command("migrate", verbosity=0)
get_user_model().objects.create_user(os.environ["WHY401_USER"], password=PASSWORD)
get_user_model().objects.create_user("idle", password=PASSWORD, is_active=False)


class Server(ThreadingMixIn, WSGIServer):
    """Browsers open connections beforehand, which would keep others waiting."""

    daemon_threads = True


make_server("127.0.0.1", PORT, get_wsgi_application(), server_class=Server).serve_forever()
