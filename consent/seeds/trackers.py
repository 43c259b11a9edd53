"""The cookies that Django and this app set, as the project's settings have them."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.module_loading import import_string

from consent.conf import conf
from consent.core.notice import Text, Tracker
from consent.seeds.texts import NONE, both

DAY = 86400


def trackers() -> Iterator[Tracker]:
    """Yield the cookies that Django and this app set with the project's settings."""
    if _uses(SessionMiddleware):
        yield _session()
    if _uses(CsrfViewMiddleware) and not settings.CSRF_USE_SESSIONS:
        yield _csrf()
    if _uses(LocaleMiddleware):
        yield _language()
    if _uses(MessageMiddleware) and not _keeps_messages_in_session():
        yield _messages()
    yield _choice()
    yield _pending()


def _session() -> Tracker:
    return _tracker(
        settings.SESSION_COOKIE_NAME,
        both(
            "Carries a random number by which the server recognizes a session, for example after "
            "signing in.",
            "Lleva un número aleatorio por el que el servidor reconoce una sesión, por ejemplo "
            "tras identificarse.",
        ),
        both(
            "You cannot sign in or fill in a form of several steps without it.",
            "Sin ella no es posible identificarse ni rellenar un formulario de varios pasos.",
        ),
        domain=settings.SESSION_COOKIE_DOMAIN,
        path=settings.SESSION_COOKIE_PATH,
        lifetime=0 if settings.SESSION_EXPIRE_AT_BROWSER_CLOSE else settings.SESSION_COOKIE_AGE,
    )


def _csrf() -> Tracker:
    return _tracker(
        settings.CSRF_COOKIE_NAME,
        both(
            "Shows that a form you send was really opened on this site.",
            "Demuestra que un formulario que envía se abrió realmente en este sitio.",
        ),
        both(
            "It protects the form you asked for: without it, other sites could send it in your "
            "name.",
            "Protege el formulario que solicitó: sin ella, otros sitios podrían enviarlo en su "
            "nombre.",
        ),
        domain=settings.CSRF_COOKIE_DOMAIN,
        path=settings.CSRF_COOKIE_PATH,
        lifetime=settings.CSRF_COOKIE_AGE or 0,
    )


def _language() -> Tracker:
    return _tracker(
        settings.LANGUAGE_COOKIE_NAME,
        both("Remembers the language you chose.", "Recuerda el idioma que eligió."),
        both(
            "Set when you choose a language, so that the next page keeps it.",
            "Se instala cuando elige un idioma, para que la página siguiente lo mantenga.",
        ),
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        path=settings.LANGUAGE_COOKIE_PATH,
        lifetime=settings.LANGUAGE_COOKIE_AGE or 0,
    )


def _messages() -> Tracker:
    return _tracker(
        "messages",
        both(
            "Carries a message, such as “Your form was sent”, to the next page.",
            "Lleva un mensaje, como «Su formulario se ha enviado», a la página siguiente.",
        ),
        both(
            "It holds the answer to something you just did, and is deleted once shown.",
            "Contiene la respuesta a algo que acaba de hacer, y se borra una vez mostrada.",
        ),
        domain=settings.SESSION_COOKIE_DOMAIN,
    )


def _choice() -> Tracker:
    return _tracker(
        conf.cookie_name,
        both(
            "Remembers your privacy choice, so that you are not asked on every page.",
            "Recuerda su opción de privacidad, para no preguntarle en cada página.",
        ),
        both(
            "Set when you choose; without it your choice could not be respected.",
            "Se instala cuando elige; sin ella no se podría respetar su opción.",
        ),
        domain=conf.cookie_domain,
        lifetime=max(conf.grant_days, conf.refusal_days) * DAY,
    )


def _pending() -> Tracker:
    return _tracker(
        conf.pending_key,
        both(
            "Holds a withdrawal that could not be delivered because there was no connection, and "
            "is deleted once it is.",
            "Guarda una retirada que no se pudo entregar por falta de conexión, y se borra en "
            "cuanto se entrega.",
        ),
        both(
            "Written only when you withdraw without a connection, so that the withdrawal still "
            "arrives.",
            "Se escribe solo si retira un permiso sin conexión, para que la retirada llegue.",
        ),
        kind="local",
        lifetime=None,
    )


def _tracker(
    name: str,
    purpose: Text,
    reason: Text,
    *,
    domain: str | None = None,
    path: str = "/",
    lifetime: int | None = 0,
    kind: str = "cookie",
) -> Tracker:
    return Tracker(
        name=name,
        kind=kind,
        domain=domain or "",
        path=path,
        lifetime=lifetime,
        provider=NONE,
        purpose=purpose,
        third_party=False,
        criterion="B",
        reason=reason,
    )


def _uses(middleware: type) -> bool:
    """Whether the project has this middleware, or one derived from it."""
    found = (import_string(path) for path in settings.MIDDLEWARE)
    return any(isinstance(each, type) and issubclass(each, middleware) for each in found)


def _keeps_messages_in_session() -> bool:
    return issubclass(import_string(settings.MESSAGE_STORAGE), SessionStorage)
