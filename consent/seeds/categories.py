"""The five categories of a fresh installation, and the consent log."""

from __future__ import annotations

from consent.conf import conf
from consent.core.notice import Category, Service, Text, Tracker
from consent.seeds.texts import NONE, both
from consent.seeds.trackers import trackers


def categories() -> tuple[Category, ...]:
    """Return the five categories; all but the first are optional, and off until granted."""
    necessary = _category(
        "necessary",
        both("Necessary", "Necesarias"),
        both(
            "Signs you in, protects forms against forgery, remembers the language and the privacy "
            "choice you made, and shows the messages that answer what you did.",
            "Inicia su sesión, protege los formularios contra falsificaciones, recuerda el idioma "
            "y la opción de privacidad que eligió, y muestra los mensajes que responden a lo que "
            "hizo.",
        ),
        services=(consent_log(),),
        trackers=tuple(trackers()),
    )
    return (
        necessary,
        _category(
            "preferences",
            both("Preferences", "Preferencias"),
            both(
                "Remembers settings that you change on this site, such as text size or the layout "
                "of a list, until your next visit.",
                "Recuerda los ajustes que cambia en este sitio, como el tamaño del texto o la "
                "disposición de una lista, hasta su próxima visita.",
            ),
        ),
        _category(
            "statistics",
            both("Statistics", "Estadísticas"),
            both(
                "Counts visits and which pages are opened, in what order and for how long, so "
                "that we see which pages are read and which are not.",
                "Cuenta las visitas y qué páginas se abren, en qué orden y durante cuánto tiempo, "
                "para saber qué páginas se leen y cuáles no.",
            ),
        ),
        _category(
            "marketing",
            both("Marketing", "Publicidad"),
            both(
                "Recognizes your browser on other sites in order to show you advertisements about "
                "what you looked at here, and measures whether they were clicked.",
                "Reconoce su navegador en otros sitios para mostrarle anuncios sobre lo que vio "
                "aquí, y mide si se hizo clic en ellos.",
            ),
        ),
        _category(
            "media",
            both("External media", "Contenido externo"),
            both(
                "Loads videos, maps and posts from other companies into our pages. Those "
                "companies then receive your IP address and can set cookies.",
                "Carga en nuestras páginas vídeos, mapas y publicaciones de otras empresas. Esas "
                "empresas reciben entonces su dirección IP y pueden instalar cookies.",
            ),
        ),
    )


def consent_log() -> Service:
    """Return the declaration of the consent log itself: contents, basis, retention, rights."""
    grants, refusals = conf.grant_retention_days, conf.refusal_retention_days
    return Service(
        key="consent-log",
        name=both("Record of privacy choices", "Registro de las opciones de privacidad"),
        provider=NONE,
        purpose=both(
            "Proves what was asked and what was answered, as Articles 5(2) and 7(1) GDPR require. "
            "With the receipt number that comes with a permission you can see and download its "
            "record here, and ask us to erase it.",
            "Prueba qué se preguntó y qué se respondió, como exigen los artículos 5.2 y 7.1 del "
            "RGPD. Con el número de recibo que acompaña a un permiso puede ver y descargar aquí "
            "su registro, y pedirnos que lo suprimamos.",
        ),
        role="own",
        recipients=NONE,
        country="",
        transfer=NONE,
        data_types=both(
            "The site, the notice and its language, the control that was used, the answer for "
            "every purpose and service, date and time, and a random receipt number for "
            "permissions. No IP address, no browser details, no page address, no account.",
            "El sitio, el aviso y su idioma, el control que se usó, la respuesta para cada "
            "finalidad y servicio, la fecha y la hora, y un número de recibo aleatorio para los "
            "permisos. Sin dirección IP, sin datos del navegador, sin dirección de la página, sin "
            "cuenta de usuario.",
        ),
        retention=both(
            f"Permissions and their withdrawal: {grants} days after the permission ends. "
            f"Refusals, which carry no number: {refusals} days, then only daily counts.",
            f"Permisos y su retirada: {grants} días desde que termina el permiso. Rechazos, que "
            f"no llevan número: {refusals} días; después, solo recuentos diarios.",
        ),
        policy_url=NONE,
        hosts=(),
        page_addresses=False,
        trackers=(),
    )


def _category(
    key: str,
    name: Text,
    purpose: Text,
    *,
    services: tuple[Service, ...] = (),
    trackers: tuple[Tracker, ...] = (),
) -> Category:
    return Category(
        key=key,
        required=key == "necessary",
        name=name,
        purpose=purpose,
        services=services,
        trackers=trackers,
    )
