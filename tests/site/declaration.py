"""What the clinic uses, as its registry declares it; every company in it is invented.

A text is a pair: English, which is the registry's own language, and Spanish.
"""

from __future__ import annotations

from typing import Any

Text = tuple[str, str]

YEAR = 365 * 24 * 60 * 60
THIRD_PARTY_HOST = "localhost"

CONTROLLER: dict[str, Text] = {
    "name": ("Clínica Lindero (demonstration)", "Clínica Lindero (demostración)"),
    "address": (
        "Calle del Ejemplo 12 (invented), 28099 Madrid, Spain",
        "Calle del Ejemplo 12 (inventada), 28099 Madrid, España",
    ),
    "contact": ("privacy@clinica-lindero.example", "privacidad@clinica-lindero.example"),
    "dpo": ("dpo@clinica-lindero.example", "dpd@clinica-lindero.example"),
    "authority": (
        "Agencia Española de Protección de Datos (AEPD), Spain",
        "Agencia Española de Protección de Datos (AEPD)",
    ),
    "jurisdiction": ("Spain", "España"),
    "policy_url": ("/en/policy/", "/es/policy/"),
}

CATEGORIES: dict[str, dict[str, Text]] = {
    "statistics": {
        "name": ("Statistics", "Estadísticas"),
        "description": (
            "To count visits and see which pages are read and which are not found.",
            "Para contar las visitas y ver qué páginas se leen y cuáles no se encuentran.",
        ),
    },
    "marketing": {
        "name": ("Marketing", "Marketing"),
        "description": (
            "To show our advertisements on other sites and count who comes here because of them.",
            "Para mostrar nuestros anuncios en otros sitios y contar quién llega por ellos.",
        ),
    },
    "media": {
        "name": ("Media", "Contenido externo"),
        "description": (
            "To load videos and maps from the companies that host them.",
            "Para cargar vídeos y mapas de las empresas que los alojan.",
        ),
    },
}

SERVICES: dict[str, dict[str, Any]] = {
    "statistics:visits": {
        "paths": ("/analytics.js", "/hit"),
        "role": "processor",
        "country": "DE",
        "page_addresses": True,
        "policy_url": ("https://visits.example/privacy", "https://visits.example/es/privacidad"),
        "name": ("Visits", "Visits"),
        "provider": ("Visits Analytics GmbH (invented)", "Visits Analytics GmbH (inventada)"),
        "purpose": (
            "Counts visits and which pages of this site are read, with a random number for each "
            "browser.",
            "Cuenta las visitas y qué páginas de este sitio se leen, con un número aleatorio por "
            "navegador.",
        ),
        "recipients": ("Visits Analytics GmbH", "Visits Analytics GmbH"),
        "data_types": (
            "Visitor number, addresses of the pages visited, time, IP address",
            "Número de visitante, direcciones de las páginas visitadas, hora, dirección IP",
        ),
        "retention": ("14 months", "14 meses"),
        "trackers": {
            "_visits": {
                "lifetime": YEAR,
                "description": (
                    "A random number that recognises the browser from visit to visit.",
                    "Un número aleatorio que reconoce el navegador de una visita a otra.",
                ),
            },
            "_visits_*": {
                "lifetime": YEAR,
                "description": (
                    "The time of the last page view, for telling one visit from the next.",
                    "La hora de la última página vista, para distinguir una visita de otra.",
                ),
            },
            "visits_queue": {
                "kind": "local",
                "lifetime": None,
                "description": (
                    "The last twenty pages viewed, until they have been counted.",
                    "Las últimas veinte páginas vistas, hasta que se han contado.",
                ),
            },
        },
    },
    "marketing:adnet": {
        "paths": ("/pixel.gif",),
        "role": "joint",
        "country": "US",
        "page_addresses": False,
        "policy_url": ("https://adnet.example/privacy", "https://adnet.example/es/privacidad"),
        "name": ("Adnet", "Adnet"),
        "provider": ("Adnet Inc. (invented)", "Adnet Inc. (inventada)"),
        "purpose": (
            "Recognises on other sites who has been here, to show them our advertisements.",
            "Reconoce en otros sitios a quien ha estado aquí, para mostrarle nuestros anuncios.",
        ),
        "recipients": (
            "Adnet Inc.\nAdvertising partners of Adnet",
            "Adnet Inc.\nSocios publicitarios de Adnet",
        ),
        "transfer": ("Standard contractual clauses", "Cláusulas contractuales tipo"),
        "data_types": (
            "Advertising number, the visit to this site, time, IP address",
            "Número publicitario, la visita a este sitio, hora, dirección IP",
        ),
        "retention": ("13 months", "13 meses"),
        "trackers": {
            "adnet_id": {
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": YEAR,
                "description": (
                    "A random number that recognises the browser on every site with Adnet's pixel.",
                    "Un número aleatorio que reconoce el navegador en todo sitio con el píxel de "
                    "Adnet.",
                ),
            },
            "pixel.gif": {
                "kind": "pixel",
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": 0,
                "description": (
                    "An invisible image; loading it tells Adnet that this site was visited.",
                    "Una imagen invisible; al cargarla, Adnet sabe que se ha visitado este sitio.",
                ),
            },
        },
    },
    "media:video": {
        "paths": ("/embed", "/thumb.png"),
        "role": "separate",
        "country": "US",
        "page_addresses": False,
        "policy_url": ("https://vitrina.example/privacy", "https://vitrina.example/es/privacidad"),
        "name": ("Vitrina video", "Vídeo de Vitrina"),
        "provider": ("Vitrina Video Inc. (invented)", "Vitrina Video Inc. (inventada)"),
        "purpose": (
            "Plays the video with the results of the treatment inside the page.",
            "Reproduce dentro de la página el vídeo con los resultados del tratamiento.",
        ),
        "recipients": (
            "Vitrina Video Inc.\nNorth Cloud Hosting",
            "Vitrina Video Inc.\nNorth Cloud Hosting",
        ),
        "transfer": ("Standard contractual clauses", "Cláusulas contractuales tipo"),
        "data_types": (
            "Player number, the video watched, position in it, this site's name, IP address",
            "Número del reproductor, vídeo visto, punto de reproducción, nombre de este sitio, "
            "dirección IP",
        ),
        "retention": ("12 months", "12 meses"),
        "trackers": {
            "player_id": {
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": YEAR,
                "description": (
                    "A random number that recognises the browser wherever a Vitrina video plays.",
                    "Un número aleatorio que reconoce el navegador allí donde se ve un vídeo de "
                    "Vitrina.",
                ),
            },
            "player_seen": {
                "kind": "local",
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": None,
                "description": (
                    "When the player was last shown.",
                    "Cuándo se mostró el reproductor por última vez.",
                ),
            },
        },
    },
    "media:maps": {
        "paths": ("/embed/map",),
        "role": "separate",
        "country": "NL",
        "page_addresses": False,
        "policy_url": ("https://plano.example/privacy", "https://plano.example/es/privacidad"),
        "name": ("Plano maps", "Mapas de Plano"),
        "provider": ("Plano Maps B.V. (invented)", "Plano Maps B.V. (inventada)"),
        "purpose": (
            "Shows on a map where the clinic is.",
            "Muestra en un mapa dónde está la clínica.",
        ),
        "recipients": ("Plano Maps B.V.", "Plano Maps B.V."),
        "data_types": (
            "Map number, the part of the map viewed, this site's name, IP address",
            "Número del mapa, zona del mapa vista, nombre de este sitio, dirección IP",
        ),
        "retention": ("6 months", "6 meses"),
        "trackers": {
            "map_id": {
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": YEAR,
                "description": (
                    "A random number that recognises the browser wherever a Plano map is shown.",
                    "Un número aleatorio que reconoce el navegador allí donde se ve un mapa de "
                    "Plano.",
                ),
            },
            "map_view": {
                "kind": "local",
                "domain": THIRD_PARTY_HOST,
                "third_party": True,
                "lifetime": None,
                "description": (
                    "The part of the map that was viewed last.",
                    "La zona del mapa que se vio por última vez.",
                ),
            },
        },
    },
}
