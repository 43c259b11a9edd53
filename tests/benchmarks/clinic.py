"""A clinic's page as a CMS renders it, of about 40 kB, with any number of third-party tags."""

from __future__ import annotations

import random

_TEXT = (
    "consulta cita médico salud paciente clínica horario equipo general familiar pediatría "
    "urgencias teléfono dirección historia servicio atención prueba análisis vacuna revisión"
)
_WORDS = _TEXT.split()
_ICON = (
    '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" '
    'xmlns="http://www.w3.org/2000/svg"><path d="M12 2C6.5 2 2 6.5 2 12s4.5 10 10 10 10-4.5 '
    '10-10S17.5 2 12 2zm0 18c-4.4 0-8-3.6-8-8s3.6-8 8-8 8 3.6 8 8-3.6 8-8 8z"/>'
    '<circle cx="12" cy="12" r="3"/></svg>'
)
_HEAD = """<!DOCTYPE html>
<html lang="es">
<head>
<meta charset="utf-8">
<title>Clínica Ejemplo — Servicios</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="Consultas, pruebas y atención familiar en el centro.">
<link rel="canonical" href="https://www.clinic.example/servicios/">
<link rel="icon" href="/static/favicon.ico">
<link rel="stylesheet" href="/static/css/site.3f2a9c.css">
<link rel="stylesheet" href="/static/css/theme.9b1d77.css" media="screen">
<style>
:root{--accent:#0a6;--gap:1.25rem}
.card{display:flex;gap:var(--gap);padding:12px 16px;border-radius:6px}
.card:hover{background:#f7faf9}
.hero{background:url("/static/img/hero.jpg") center/cover no-repeat}
@media (min-width: 48em){.card{padding:20px 24px}}
</style>
<script src="/static/js/site.77ad10.js" defer></script>
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "MedicalClinic", "name": "Clínica Ejemplo"}
</script>
</head>
<body class="page page--services">
"""
_SCRIPT = """<script>
// The menu opens on touch, too.
(function () {
  var menu = document.querySelector(".menu");
  if (menu && window.innerWidth < 768) { menu.classList.add("menu--closed"); }
  document.addEventListener("click", function (event) { // one listener for all
    var card = event.target.closest(".card");
    if (card) { card.classList.toggle("card--open"); }
  });
})();
</script>
"""
_THIRD_PARTIES = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-{n}"></script>\n',
    '<iframe width="560" height="315" src="https://www.youtube-nocookie.com/embed/{n}" '
    'title="Vídeo" allowfullscreen></iframe>\n',
    '<img src="https://www.facebook.com/tr?id={n}&amp;ev=PageView&amp;noscript=1" width="1" '
    'height="1" alt="">\n',
    '<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter:wght@{n}">\n',
    "<script>window.dataLayer = window.dataLayer || []; function gtag(){{dataLayer.push(arguments);"
    "}} gtag('config', 'G-{n}');</script>\n",
    '<div class="map" style="background-image: url(https://maps.googleapis.com/t/{n}.png)"></div>\n',
    '<noscript><img height="1" width="1" src="https://www.facebook.com/tr?id={n}"></noscript>\n',
    '<iframe src="https://www.google.com/maps/embed?pb={n}" loading="lazy"></iframe>\n',
    '<img srcset="https://i.ytimg.com/vi/{n}/1.jpg 1x, https://i.ytimg.com/vi/{n}/2.jpg 2x" '
    'src="https://i.ytimg.com/vi/{n}/1.jpg" alt="">\n',
    '<link rel="preconnect" href="https://connect.facebook.net" data-n="{n}">\n',
)
HELD = {
    "www.googletagmanager.com": "statistics:visits",
    "www.youtube-nocookie.com": "media:video",
    "www.facebook.com": "marketing:pixel",
    "connect.facebook.net": "marketing:pixel",
    "fonts.googleapis.com": "media:fonts",
    "maps.googleapis.com": "media:maps",
    "www.google.com": "media:maps",
    "i.ytimg.com": "media:video",
}
PATTERNS = (("gtag(", "statistics:visits"), ("fbq(", "marketing:pixel"))
PAGE = "https://www.clinic.example/servicios/"
OWN = frozenset({"www.clinic.example"})


def clinic_page(third_parties: int, *, size: int = 40_000, seed: int = 1) -> bytes:
    """Return a page of about ``size`` bytes with that many third-party elements among the rest."""
    chance = random.Random(seed)
    cards: list[str] = []
    length = len(_HEAD)
    while length < size:
        cards.append(_card(chance))
        length += len(cards[-1])
    for number in range(third_parties):
        tag = _THIRD_PARTIES[number % len(_THIRD_PARTIES)].format(n=chance.randrange(10**9))
        cards.insert(chance.randrange(len(cards) + 1), tag)
    return f"{_HEAD}{''.join(cards)}{_SCRIPT}</body>\n</html>\n".encode()


def _card(chance: random.Random) -> str:
    def words(count: int) -> str:
        return " ".join(chance.choices(_WORDS, k=count))

    slug = f"{chance.choice(_WORDS)}-{chance.randrange(1000)}"
    image = (
        f'<img class="card__image" src="/media/{slug}.jpg" width="320" height="200" '
        f'alt="{words(3)}" loading="lazy">'
        if chance.random() < 0.3
        else _ICON
    )
    items = "".join(
        f'<li class="list__item"><a class="link" href="/servicios/{chance.choice(_WORDS)}/" '
        f'title="{words(2)}">{words(3)}</a></li>'
        for _ in range(chance.randrange(5))
    )
    title = f'<h2 class="card__title">{words(4)}</h2>'
    link = f'<a href="https://www.clinic.example/{slug}/">{words(2)}</a>'
    return (
        f'<section class="section" id="{slug}">\n  <div class="container">\n    '
        f'<div class="card card--{chance.randrange(9)}" data-id="{chance.randrange(10**6)}">\n'
        f'      {image}\n      <div class="card__body">\n        {title}\n'
        f"        <p>{words(30)}, {link}. {words(20)}.</p>\n"
        f'        <ul class="list">{items}</ul>\n      </div>\n    </div>\n'
        f"  </div>\n</section>\n"
    )
