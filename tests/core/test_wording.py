"""The wording lint: what it refuses, and the fair sentences that it must leave alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent.core.notice import Category, Controller, Notice, Service, Tracker
from consent.core.wording import (
    IMPLIED,
    INCENTIVE,
    LABELS,
    SHAMING,
    VAGUE,
    Finding,
    lint_label,
    lint_notice,
    lint_text,
)

SEED = (
    "Este sitio web utiliza cookies para que usted tenga la mejor experiencia de usuario. Si "
    "continúa navegando está dando su consentimiento para la aceptación de las mencionadas cookies "
    "y la aceptación de nuestra política de cookies, pinche el enlace para mayor información."
)

IMPLYING = {
    "en": """
By continuing to browse this site, you agree to our use of cookies.
If you continue to use this website, you accept all cookies.
Your continued use of this site constitutes consent to our cookie policy.
By using our website you consent to the placement of cookies.
By closing this banner, scrolling this page or clicking a link, you agree to the use of cookies.
If you continue without changing your settings, we'll assume that you are happy with cookies.
We assume that you are OK with this if you stay on the page.
Continuing to browse means that you have accepted our cookies.
If you continue browsing, which is not required, you accept cookies.
Unless you object, you are deemed to have accepted the use of cookies.
Scrolling down this page is taken as your consent.
Visitors who keep browsing give us their permission to store cookies.
Keep browsing and you accept our cookies.
You accept our cookies by merely visiting these pages.
If you do not change your settings, you consent to cookies.
Still browsing? Then you agree to our cookies.
Your consent is implied by your use of this site.
By clicking anywhere on this page you consent to tracking.
You must accept cookies in order to continue browsing.
You cannot use this site unless you accept cookies.
Use of this website implies acceptance of cookies.
By not leaving you do nothing wrong, but by staying here you agree to tracking.
By continuing to use this website you are giving consent to cookies being used.
By using this site, you acknowledge that you have read our Cookie Policy and accept it.
If you carry on using our site we'll take it that you agree to our cookies.
By accessing our site you agree with our cookie policy.
We use cookies to give you the best experience. If you do nothing we'll assume that it's ok.
If you continue to use this site we will assume that you are happy with it.
Your use of our website indicates your acceptance of these terms.
By remaining on the site you consent.
Further use of the site will be considered as consent.
Using this site means you accept cookies.
Clicking on any link on this page means you are giving your consent for us to set cookies.
Closing this message indicates agreement.
By clicking or navigating the site, you agree to allow our collection of information.
Please continue to the site only if you agree, as by browsing you accept cookies.
""",
    "es": """
Si continúa navegando, acepta el uso de cookies.
Si sigues navegando, consideramos que aceptas su uso.
Al navegar por este sitio usted acepta nuestras cookies.
El uso de este sitio web implica la aceptación de las cookies.
Si continúa utilizando nuestra página, entendemos que está de acuerdo con ello.
Al continuar en esta web, das tu consentimiento para instalar cookies.
Seguir navegando supone que consiente el uso de cookies.
Continuar navegando equivale a aceptar las cookies.
Si no cambia la configuración, acepta todas las cookies.
Al cerrar este aviso, usted autoriza el uso de cookies.
El usuario que siga navegando presta su consentimiento.
Navegando por nuestra web aceptas la política de cookies.
Mediante el uso de este portal usted está aceptando las cookies.
Si continúa navegando, lo cual no es obligatorio, acepta las cookies.
Al hacer scroll otorgas tu consentimiento.
Debe aceptar las cookies para navegar por esta web.
Entenderemos que acepta la instalación de cookies.
¿Sigues navegando? Entonces aceptas nuestras cookies.
Utilizamos cookies propias y de terceros. Si continúa navegando, consideramos que acepta su uso.
Si sigues utilizando este sitio asumiremos que estás de acuerdo.
Al permanecer en esta página, se entiende que acepta las cookies.
La continuación de la navegación supone la aceptación de su uso.
Su permanencia en la web se considerará como consentimiento.
El mero hecho de visitar esta web implica su conformidad.
De seguir navegando, se entenderá que presta su consentimiento.
Con el uso de nuestros servicios nos permites el uso de cookies.
Al utilizar nuestros servicios, aceptas el uso que hacemos de las cookies.
Solicitamos su permiso. Si continua navegando, entendemos que nos autoriza.
Quien continúe navegando acepta.
Tanto si navegas como si cierras este aviso, aceptas las cookies.
""",
    "ca": """
Si continua navegant, accepta l'ús de galetes.
Si continueu navegant, considerem que n'accepteu l'ús.
En navegar per aquest web, vostè accepta les nostres galetes.
L'ús d'aquest lloc web implica l'acceptació de les galetes.
Si segueixes navegant, entenem que hi estàs d'acord.
Seguir navegant suposa que consents l'ús de galetes.
Continuar navegant equival a acceptar les galetes.
Si no canvia la configuració, accepta totes les galetes.
En tancar aquest avís, autoritza l'ús de galetes.
L'usuari que continuï navegant dona el seu consentiment.
Navegant per la nostra pàgina acceptes la política de galetes.
Si continua navegant, cosa que no és obligatòria, accepta les galetes.
Ha d'acceptar les galetes per continuar navegant.
Si continua navegant considerem que n'accepta la instal·lació.
L'ús continuat del lloc es considerarà consentiment.
En continuar navegant per la web s'entén que accepteu l'ús de galetes.
Utilitzant els nostres serveis, acceptes l'ús de galetes.
""",
    "pt": """
Ao continuar a navegar, aceita a utilização de cookies.
Se continuar navegando, você concorda com o uso de cookies.
Ao utilizar este site, está a consentir a utilização de cookies.
A utilização deste site implica a aceitação dos cookies.
Se prosseguir a navegação, consideramos que aceita os cookies.
Continuar a navegar significa que concorda com a nossa política.
Ao fechar este aviso, você autoriza o uso de cookies.
O utilizador que continue a navegar dá o seu consentimento.
Navegando neste site, você aceita nossos cookies.
Se não alterar as definições, aceita todos os cookies.
Se continuar a navegar, o que não é obrigatório, aceita os cookies.
Assumimos que concorda com isto.
Deve aceitar os cookies para continuar a navegar.
Ao continuar a navegar neste site está a concordar com a utilização de cookies.
Se continuar a usar este site, assumiremos que está satisfeito com ele.
A continuação da navegação implica a aceitação.
Ao usar nosso site, você concorda com o uso de cookies.
Ao navegar no nosso site, concorda com a nossa política de cookies.
Continuando a navegar, está a aceitar.
""",
    "fr": """
En poursuivant votre navigation sur ce site, vous acceptez l'utilisation de cookies.
Si vous continuez à naviguer, vous consentez au dépôt de cookies.
En utilisant notre site, vous acceptez nos cookies.
La poursuite de la navigation vaut acceptation des cookies.
L'utilisation de ce site implique votre consentement aux cookies.
Si tu continues à naviguer, tu acceptes nos cookies.
En fermant ce bandeau, vous donnez votre accord au dépôt de cookies.
Nous considérons que vous acceptez l'usage des cookies.
Sans action de votre part, vous acceptez les cookies.
Si vous ne modifiez pas vos réglages, vous acceptez tous les cookies.
L'internaute qui poursuit sa navigation est réputé y avoir consenti : il accepte les cookies.
Si vous continuez, ce qui n'est pas obligatoire, vous acceptez les cookies.
Continuer à naviguer signifie que vous êtes d'accord.
Vous devez accepter les cookies pour continuer votre navigation.
Si vous continuez à utiliser ce site, nous supposerons que vous en êtes satisfait.
En continuant à utiliser ce site, vous consentez à l'utilisation de cookies.
En naviguant sur notre site, vous acceptez l'utilisation de cookies.
La poursuite de votre navigation sur ce site implique l'acceptation de cookies.
En restant sur ce site, vous donnez votre consentement.
Toute poursuite de la navigation sera considérée comme un accord.
Votre navigation vaut consentement.
""",
    "de": """
Mit der weiteren Nutzung unserer Website stimmen Sie der Verwendung von Cookies zu.
Durch die Nutzung unserer Website erklären Sie sich mit Cookies einverstanden.
Wenn Sie weitersurfen, akzeptieren Sie unsere Cookies.
Wenn du weiter auf dieser Seite surfst, stimmst du dem Einsatz von Cookies zu.
Indem Sie diesen Hinweis schließen, willigen Sie in die Verwendung von Cookies ein.
Die weitere Nutzung dieser Website gilt als Einwilligung.
Wenn Sie diese Website weiterhin nutzen, gehen wir davon aus, dass Sie damit einverstanden sind.
Weitersurfen bedeutet, dass Sie Cookies akzeptieren.
Durch Scrollen erteilen Sie uns Ihre Zustimmung.
Wer weitersurft, stimmt der Speicherung von Cookies zu.
Sofern Sie nicht widersprechen, stimmen Sie der Nutzung von Cookies zu.
Surfen Sie weiter, geben Sie uns Ihr Einverständnis.
Wenn Sie weitersurfen, was nicht nötig ist, akzeptieren Sie Cookies.
Bei fortgesetzter Nutzung sind Sie mit unseren Cookies einverstanden.
Sie müssen Cookies akzeptieren, um die Seite zu nutzen.
Durch die weitere Nutzung der Webseite stimmen Sie der Verwendung von Cookies zu.
Mit der Nutzung unserer Dienste erklären Sie sich damit einverstanden, dass wir Cookies verwenden.
Wenn Sie die Website weiter nutzen, gehen wir von Ihrem Einverständnis aus.
Indem Sie auf unserer Seite bleiben, akzeptieren Sie Cookies.
Wenn Sie fortfahren, nehmen wir an, dass Sie mit der Verwendung von Cookies einverstanden sind.
Mit dem Besuch unserer Website willigen Sie in Cookies ein.
Wenn Sie auf der Seite weitersurfen, stimmen Sie der Cookie-Nutzung zu.
Durch Weitersurfen erklären Sie sich einverstanden.
Die Nutzung der Website gilt als Zustimmung zu Cookies.
Sie stimmen durch die Nutzung der Seite der Verwendung von Cookies zu.
""",
    "it": """
Proseguendo la navigazione, acconsenti all'uso dei cookie.
Se continua a navigare, accetta l'utilizzo dei cookie.
Continuando a navigare su questo sito, accetti la nostra politica sui cookie.
Chi prosegue la navigazione ne accetta l'uso.
L'uso di questo sito implica l'accettazione dei cookie.
Chiudendo questo banner, scorrendo questa pagina o cliccando un link, acconsenti all'uso dei cookie.
La prosecuzione della navigazione comporta il consenso ai cookie.
Se continui a utilizzare questo sito, assumiamo che tu sia d'accordo.
L'utente che prosegue presta il proprio consenso.
Se non modifica le impostazioni, accetta tutti i cookie.
Utilizzando il nostro sito, l'utente dà il consenso ai cookie.
Se continua a navigare, cosa non obbligatoria, accetta i cookie.
Continuare a navigare significa accettare i cookie.
Deve accettare i cookie per continuare la navigazione.
Se continui a navigare su questo sito acconsenti all'uso dei cookie.
Cliccando su un link o proseguendo la navigazione in altra maniera, acconsenti all'uso dei cookie.
Continuando la navigazione si accetta l'utilizzo dei cookie.
Se continui ad utilizzare questo sito noi assumiamo che tu ne sia felice.
Accedendo a un qualunque elemento sottostante il banner acconsenti all'uso dei cookie.
La navigazione sul sito equivale ad accettazione.
Navigando il sito accetti i cookie.
""",
    "nl": """
Als u verder surft, gaat u akkoord met cookies.
Door verder te gaan op deze website, accepteert u onze cookies.
Door deze website te gebruiken, stemt u in met het gebruik van cookies.
Verder surfen betekent dat u akkoord gaat.
Als je doorgaat, geef je ons toestemming.
Wij gaan ervan uit dat u akkoord gaat.
Door gebruik te maken van deze website gaat u akkoord met cookies.
Als u doorgaat met het gebruik van deze site gaan we ervan uit dat u instemt.
Door op deze site te blijven geeft u toestemming.
Bij verder gebruik van deze website gaat u akkoord.
""",
}

FAIR = {
    "en": """
Nothing optional loads before you choose.
If you continue without choosing, nothing optional loads.
Browsing on does not count as consent.
Closing refuses.
You can keep using the site without consenting.
Continuing to browse doesn't mean that you accept anything.
If you continue browsing, we will ask for your consent again next time.
If you continue browsing, only the services that were allowed load; you can accept later.
We do not treat continued browsing as consent.
Neither scrolling nor continuing to browse means consent.
If you keep browsing, we never assume that you agree.
By continuing to browse you accept nothing.
You do not have to accept cookies to use this site.
We use cookies and similar storage; you decide which, before anything optional is stored.
By choosing "Accept all" you agree to the purposes listed above.
Your consent is not required to use this site.
If you accept, you can continue browsing and withdraw at any time.
You can withdraw your consent on every page, as easily as you gave it.
This applies to this browser only.
We measure your use of this site only if you agree.
To watch this video, allow YouTube.
We do not rely on implied consent.
Your choice is stored in this browser; if you continue without choosing, the banner stays.
Press Close and reject to refuse everything optional.
If you close this banner, nothing optional is loaded, and you can change your mind later.
Videos from YouTube load only after you allow them. Until then you see a picture of ours.
The privacy cookie remembers what you chose about this notice.
You have accepted everything. Withdraw at any time.
You have allowed some services.
Accept all also overrides the signal of your browser.
We record your choice. Legal basis: Article 7(1) GDPR, to be able to demonstrate consent.
The proof of your consent is kept for three years.
Whoever operates this site: Clinic Ltd. Contact us at privacy@example.com.
If you visit this page again, we ask again only when something material has changed.
If you accept statistics, Matomo counts which pages you visit.
Always allow YouTube means that you consent to YouTube on this browser.
Keeps you signed in while you use the site.
Using this site requires no consent.
You can browse the whole site without accepting anything.
Each visitor decides; browsing on changes nothing.
When you visit a page with a video, you are asked whether you allow YouTube.
By pressing "Always allow", you consent to YouTube loading on this site.
Once you accept, the video loads as you scroll.
Data is shared with Google Ireland Ltd. if you consent to marketing.
You continue to see this banner until you choose.
Session cookie: needed so that the site knows that you are logged in while you browse.
Remembers that you accepted the terms while using the shop.
""",
    "es": """
Seguir navegando no es aceptar.
Si continúa sin elegir, no se carga nada opcional.
Nada opcional se carga antes de que usted elija.
Navegar por este sitio no significa que acepte las cookies.
Puede seguir navegando sin aceptar.
Cerrar este aviso equivale a rechazar.
Si sigue navegando, no entenderemos que acepta.
El uso de este sitio no implica consentimiento.
Si acepta, puede retirar su consentimiento en cualquier momento.
Usted decide qué acepta y qué rechaza.
No tiene que aceptar nada para usar esta web.
Al pulsar «Aceptar todo», usted acepta las finalidades indicadas.
Utilizamos cookies. Usted decide qué se carga: rechace todo, acepte todo o elija.
Si cierra este aviso, se rechaza todo lo opcional.
Al pulsar "Permitir siempre", acepta que YouTube se cargue en este sitio.
Puede retirar su consentimiento en cualquier página con la misma facilidad con que lo dio.
Si acepta las estadísticas, Matomo cuenta las páginas que visita.
Ha aceptado todo. Puede cambiar de opinión cuando quiera.
Esta elección se aplica solo a este navegador.
Guardamos prueba de su consentimiento durante tres años.
Si continúa navegando, seguiremos preguntando hasta que acepte o rechace.
Mientras no acepte, no se carga nada opcional aunque siga navegando.
Se muestran vídeos de YouTube cuando usted lo permite.
La clínica usa cookies para recordar el idioma que eligió mientras navega.
""",
    "ca": """
Continuar navegant no és acceptar.
Si continua sense triar, no es carrega res opcional.
Res opcional no es carrega abans que triï.
Navegar per aquest web no significa que accepti les galetes.
Pot continuar navegant sense acceptar.
Tancar aquest avís equival a rebutjar.
L'ús d'aquest lloc no implica consentiment.
Si accepta, pot retirar el consentiment en qualsevol moment.
Si tanca aquest avís, es rebutja tot.
Pot retirar el seu consentiment quan vulgui.
""",
    "pt": """
Continuar a navegar não é aceitar.
Se continuar sem escolher, nada opcional é carregado.
Nada opcional é carregado antes da sua escolha.
Navegar neste site não significa que aceita cookies.
Pode continuar a navegar sem aceitar.
Fechar este aviso equivale a recusar.
O uso deste site não implica consentimento.
Se aceitar, pode retirar o seu consentimento a qualquer momento.
Se fechar este aviso, recusa tudo.
Pode navegar no site sem dar o seu consentimento.
""",
    "fr": """
Continuer à naviguer ne vaut pas consentement.
Si vous continuez sans choisir, rien de facultatif n'est chargé.
Rien de facultatif ne se charge avant votre choix.
Naviguer sur ce site ne signifie pas que vous acceptez les cookies.
Vous pouvez poursuivre votre navigation sans accepter.
Fermer ce bandeau revient à refuser.
Si vous continuez à naviguer, vous n'acceptez rien.
Si vous acceptez, vous pouvez retirer votre consentement à tout moment.
En cliquant sur « Tout accepter », vous acceptez les finalités ci-dessus.
Continuer sans accepter.
Nous conservons la preuve de votre consentement pendant trois ans.
Vous pouvez naviguer sur ce site sans donner votre consentement.
Si vous fermez ce bandeau, vous refusez tout.
Tant que vous n'avez pas accepté, aucune vidéo n'est chargée.
Si vous autorisez YouTube, la vidéo se charge pendant que vous naviguez.
""",
    "de": """
Weitersurfen ist keine Einwilligung.
Wenn Sie weitersurfen, ohne zu wählen, wird nichts Optionales geladen.
Nichts Optionales wird geladen, bevor Sie wählen.
Die weitere Nutzung bedeutet nicht, dass Sie zustimmen.
Sie können die Website ohne Einwilligung weiter nutzen.
Schließen heißt ablehnen.
Wenn Sie weitersurfen, stimmen Sie nicht zu.
Wenn Sie zustimmen, können Sie Ihre Einwilligung jederzeit widerrufen.
Wir werten Weitersurfen nicht als Zustimmung.
Mit einem Klick auf „Alle akzeptieren“ willigen Sie in die genannten Zwecke ein.
Wir bewahren den Nachweis Ihrer Einwilligung drei Jahre auf.
Wenn Sie dieses Fenster schließen, lehnen Sie alles ab.
Solange Sie nicht zustimmen, werden keine Videos geladen, auch wenn Sie weitersurfen.
Die Nutzung der Website ist auch ohne Einwilligung möglich.
Wenn Sie YouTube erlauben, wird das Video geladen, sobald Sie die Seite besuchen.
""",
    "it": """
Continuare a navigare non significa accettare.
Se continua senza scegliere, non viene caricato nulla di facoltativo.
Nulla di facoltativo viene caricato prima della scelta.
La prosecuzione della navigazione non vale come consenso.
Può continuare a navigare senza accettare.
Chiudere questo avviso significa rifiutare.
L'uso di questo sito non implica il consenso.
Se accetta, può revocare il consenso in qualsiasi momento.
Se chiude questo avviso, rifiuta tutto.
Può navigare nel sito senza dare il consenso.
Se acconsente alle statistiche, Matomo conta le pagine che visita.
""",
    "nl": """
Verder surfen is geen toestemming.
Als u verder surft zonder te kiezen, wordt niets optioneels geladen.
U kunt de website gebruiken zonder toestemming te geven.
Als u akkoord gaat, kunt u uw toestemming altijd intrekken.
Als u dit venster sluit, weigert u alles.
""",
}

VAGUE_PURPOSES = """
To improve your experience.
For the best possible experience.
We use this to offer you a better service.
Statistics and other purposes.
Used for various purposes.
To personalise your experience.
Enhances our services.
Videos, maps and so on.
Para mejorar su experiencia de usuario.
Para ofrecerle un mejor servicio.
Estadísticas y otros fines.
Per millorar la vostra experiència.
Per oferir un millor servei.
Para melhorar a sua experiência.
Para outros fins.
Afin d'améliorer votre expérience.
Pour une meilleure navigation.
À d'autres fins.
Um Ihr Nutzererlebnis zu verbessern.
Für verschiedene Zwecke.
Per migliorare la tua esperienza.
Per altre finalità.
Om uw ervaring te verbeteren.
"""

CLEAR_PURPOSES = """
Counts how often each page is opened, so that we know which ones are read.
Plays videos that are hosted by YouTube.
Used for no other purpose.
The counts are not used for any other purposes.
Remembers the language that you chose.
Cuenta cuántas veces se abre cada página.
No se usan para otros fines.
Mantiene abierta su sesión.
Compte le nombre de pages ouvertes.
Zählt, wie oft eine Seite geöffnet wird.
Riproduce i video ospitati da YouTube.
"""

SHAMING_LABELS = """
No, I don't care about my privacy
I prefer worse content
No thanks, I like boring ads
No, I don't want to save money
No me importa mi privacidad
Prefiero una experiencia peor
No m'importa la meva privacitat
Não me importo com a minha privacidade
Je préfère une expérience moins bonne
Je me moque de ma vie privée
Mein Datenschutz ist mir egal
Ich bevorzuge langweilige Werbung
Non mi interessa la mia privacy
Preferisco annunci noiosi
"""

INCENTIVES = """
Accept all cookies and get a 10 % discount.
To enjoy the full site, accept.
Accept to unlock premium content.
Acepte y reciba un descuento.
Acepte las cookies para disfrutar de todas las funciones.
Accepti i obtingui un descompte.
Aceite e ganhe um desconto.
Acceptez et recevez un bon d'achat.
Pour profiter de toutes les fonctionnalités, acceptez les cookies.
Akzeptieren Sie und erhalten Sie einen Rabatt.
Accetta e ricevi uno sconto.
"""

FAIR_LABELS = """
Reject all
Accept all
OK, accept all
Choose
Close and reject
Save my choices
Withdraw my consent
Load once
Always allow YouTube
No, thanks
Rechazar todo
Aceptar todo
Cerrar y rechazar
Continuar sin aceptar
Rebutja-ho tot
Rejeitar tudo
Tout refuser
Continuer sans accepter
D'accord
Alle ablehnen
Alle akzeptieren
Rifiuta tutto
Accetta tutto
Alles weigeren
"""

ACKNOWLEDGEMENTS = """
OK
OK, got it!
Got it
I understand
Continue
Entendido
Vale, entendido
Entesos
Entendi
J'ai compris
Alles klar
Verstanden
Ho capito
Begrepen
"""


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


IMPLYING_ALL = [SEED, *(line for table in IMPLYING.values() for line in lines(table))]
FAIR_ALL = [line for table in FAIR.values() for line in lines(table)]


def codes(text: str, *, purpose: bool = False) -> set[str]:
    found = lint_text(text, where="x", language="en", purpose=purpose)
    return {finding.code for finding in found}


@pytest.mark.parametrize("text", IMPLYING_ALL)
def test_implied_consent_is_found_in_a_text_of_any_declared_language(text: str) -> None:
    """U6: the language that is declared makes no difference."""
    (first, *_) = lint_text(text, where="media.purpose", language="ja")
    assert (first.code, first.requirement, first.language) == (IMPLIED, "U6", "ja")
    assert first.excerpt in text


@pytest.mark.parametrize("text", FAIR_ALL)
def test_a_fair_sentence_passes(text: str) -> None:
    """U6, U11: saying that browsing on is no consent is no fault, nor is asking for consent."""
    assert lint_text(text, where="x", language="en") == []


@pytest.mark.parametrize("language", IMPLYING)
def test_every_language_has_enough_examples(language: str) -> None:
    wanted = (6, 4) if language == "nl" else (12, 8)
    assert len(lines(IMPLYING[language])) >= wanted[0]
    assert len(lines(FAIR[language])) >= wanted[1]


@pytest.mark.parametrize("text", lines(VAGUE_PURPOSES))
def test_a_vague_purpose_is_found_in_purposes_only(text: str) -> None:
    """U9: nothing vague."""
    (finding, *_) = lint_text(text, where="x", language="en", purpose=True)
    assert (finding.code, finding.requirement) == (VAGUE, "U9")
    assert codes(text) == set()


@pytest.mark.parametrize("text", lines(CLEAR_PURPOSES))
def test_a_clear_purpose_passes(text: str) -> None:
    """U9: what is said plainly passes, also that there is no other purpose."""
    assert codes(text, purpose=True) == set()


@pytest.mark.parametrize("text", lines(SHAMING_LABELS))
def test_shaming_is_found(text: str) -> None:
    """U11: no shaming."""
    found = lint_label(text, where="x", language="en")
    assert [(finding.code, finding.requirement) for finding in found] == [(SHAMING, "U11")]


@pytest.mark.parametrize("text", lines(INCENTIVES))
def test_an_incentive_is_found(text: str) -> None:
    """U11: no incentives."""
    (finding,) = lint_text(text, where="x", language="en")
    assert (finding.code, finding.requirement) == (INCENTIVE, "U11")


@pytest.mark.parametrize(
    "text",
    [
        "No discount depends on whether you accept.",
        "You can use the full site without accepting.",
        "Every feature is free of charge, whether you accept or not.",
    ],
)
def test_saying_that_there_is_no_incentive_passes(text: str) -> None:
    """U11: the opposite of an incentive is none."""
    assert codes(text) == set()


@pytest.mark.parametrize("text", lines(FAIR_LABELS))
def test_a_fair_label_passes(text: str) -> None:
    """U6, U11: the words that visitors know."""
    assert lint_label(text, where="x", language="en") == []


@pytest.mark.parametrize("text", lines(ACKNOWLEDGEMENTS))
def test_a_label_that_acknowledges_does_not_ask(text: str) -> None:
    """U6: acknowledging is not consenting; the same words in a sentence are no fault."""
    (finding,) = lint_label(text, where="accept", language="en")
    assert (finding.code, finding.requirement, finding.excerpt) == (IMPLIED, "U6", text)
    assert codes(text) == set()


def test_the_excerpt_holds_the_offending_words_as_they_stand() -> None:
    """U6: an editor finds the words again."""
    (finding,) = lint_text(f"Hola. {SEED}", where="x", language="es")
    assert finding.excerpt == "Si continúa navegando está dando su consentimiento"


def test_each_offending_sentence_is_reported() -> None:
    text = "By browsing on you accept cookies. Hello there. By scrolling, you agree to more."
    found = lint_text(text, where="x", language="en")
    assert [f.excerpt for f in found] == [
        "By browsing on you accept",
        "By scrolling, you agree",
    ]


def test_everything_but_implied_consent_can_be_overridden() -> None:
    """U6, U9, U11: a reason can be stored for all but implied consent."""
    found = [Finding(code, "U0", "x", "en", "y") for code in (IMPLIED, VAGUE, SHAMING, INCENTIVE)]
    assert [finding.overridable for finding in found] == [False, True, True, True]


def test_a_finding_reads_as_one_line_with_its_requirement() -> None:
    finding = Finding(IMPLIED, "U6", "media.purpose", "es", "al\nnavegar")
    assert str(finding) == 'media.purpose (es): implied-consent, U6: "al navegar"'


@pytest.mark.parametrize(
    "text",
    [
        "By con\u00adtinuing to bro\u200bwse, you acc\u2060ept cookies.",
        "By\u00a0continuing\u202fto\u2003browse\u00a0you\u3000accept cookies.",
        "Ｂｙ ｃｏｎｔｉｎｕｉｎｇ to browse you ａｃｃｅｐｔ cookies.",
        "By “continuing” to browse — you ‘accept’ cookies.",
        "By continuing\nto browse\r\nyou accept cookies.",
        "By continuing to browse... you accept cookies.",
        "By continuing to browse… you accept cookies.",
        "By <b>continuing</b> to browse, <em>you</em> <strong>accept</strong> cookies.",
        "By continuing to browse example.com, you accept cookies.",
        "By continuing to browse the site of Foo Inc. you accept cookies.",
        "By c\u0302ontinuing to browse you ac\u0327cept cookies.",
        "By \u0441\u043entinuing to browse you \u0430\u0441\u0441ept cookies.",  # Cyrillic letters
        "BY CONTINUING TO BROWSE YOU ACCEPT COOKIES",
        "Mit der weiteren NUTZUNG unserer Website STIMMEN SIE der Speicherung ZU",
    ],
)
def test_typography_hides_nothing(text: str) -> None:
    """U6: invisible characters, width, quotes, markup and lookalikes do not matter."""
    assert IMPLIED in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you do not want this, leave; if you continue browsing you accept cookies.",
        "By continuing you do not only visit us, you also accept cookies.",
        "No worries: by continuing to browse you accept cookies.",
        "If you continue browsing and do not change your settings you accept cookies.",
        "By continuing, without exception, you accept cookies.",
        "You accept without limitation our cookies by continuing to browse.",
        "Si continúa navegando y no se opone acepta las cookies.",
        "Si vous continuez sans modifier vos réglages vous acceptez les cookies.",
        "Wenn Sie nichts ändern und weitersurfen, akzeptieren Sie Cookies.",
    ],
)
def test_a_negation_elsewhere_is_no_way_round(text: str) -> None:
    """U6: only what negates the consent itself counts."""
    assert IMPLIED in codes(text)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
@example("\ud800 by continuing")
@example("İ ŉ ﷺ ½ % %")
def test_no_text_raises(text: str) -> None:
    for finding in lint_label(text, where="x", language="") + lint_text(
        text, where="x", language="", purpose=True
    ):
        assert finding.excerpt in text


@settings(max_examples=300, deadline=None)
@given(
    st.text(),
    st.sampled_from(IMPLYING_ALL),
    st.text(),
    st.sampled_from([". ", "! ", ".\n", "... ", "\n\n", "\r\n\r\n"]),
)
def test_surroundings_hide_nothing(before: str, bad: str, after: str, end: str) -> None:
    """U6: wherever the sentence stands."""
    assert IMPLIED in codes(f"{before}{end}{bad}{end}{after}")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FAIR_ALL), st.sampled_from(IMPLYING_ALL), st.sampled_from(FAIR_ALL))
def test_fair_sentences_around_it_hide_nothing(before: str, bad: str, after: str) -> None:
    """U6: fair words nearby, with all their negations, do not help."""
    assert IMPLIED in codes(f"{before} {bad} {after}")


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(IMPLYING_ALL))
def test_case_accents_and_spaces_hide_nothing(data: st.DataObject, bad: str) -> None:
    """U6: neither does an accent more or less."""
    flips = data.draw(st.lists(st.integers(0, 5), min_size=len(bad), max_size=len(bad)))
    assert IMPLIED in codes("".join(map(disguised, bad, flips)))


def disguised(character: str, how: int) -> str:
    if character == " ":
        return (" ", "  ", "\u00a0", " \u200b ", "\t", "\n")[how]
    if how == 1:
        return character.upper()
    if how == 2:
        return unicodedata.normalize("NFD", character)[0]
    return character + ("", "", "", "\u0301", "\u00ad", "\u200b")[how]


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        ",",
        ".",
        "\n",
        "\r\t ",
        "\u0301\u0327",
        "if you ",
        "you accept ",
        "by continuing to browse ",
        "we assume that ",
        "si continua ",
        "wenn sie weiter auf der website ",
        "sie der verwendung von cookies ",
        "means means ",
        "not that you ",
        "en poursuivant votre ",
        "improve your our the ",
    ],
)
def test_very_long_texts_are_read_to_their_end(unit: str) -> None:
    """U6: a hundred kilobytes of bait neither stall the lint nor hide what follows."""
    bait = unit * (100_000 // len(unit))
    assert IMPLIED in codes(f"{bait}\n\nBy browsing on you accept cookies.", purpose=True)


def text_in_two(english: str, spanish: str = "Texto") -> dict[str, str]:
    return {"en": english, "es": spanish}


def clean_notice() -> Notice:
    fair = text_in_two("Text")
    tracker = Tracker(
        name="vid",
        kind="cookie",
        domain="",
        path="/",
        lifetime=0,
        provider=fair,
        purpose=fair,
        third_party=True,
        criterion="",
        reason=fair,
    )
    service = Service(
        key="youtube",
        name=fair,
        provider=fair,
        purpose=fair,
        role="separate",
        recipients=fair,
        country="US",
        transfer=fair,
        data_types=fair,
        retention=fair,
        policy_url=fair,
        hosts=(),
        page_addresses=True,
        trackers=(tracker,),
    )
    category = Category(
        key="media",
        required=False,
        name=fair,
        purpose=fair,
        services=(service,),
        trackers=(replace(tracker, name="own"),),
    )
    controller = Controller(
        name=fair,
        address=fair,
        contact=fair,
        dpo=fair,
        authority=fair,
        jurisdiction=fair,
        policy_url=fair,
    )
    wording = {"en": {"accept": "Accept all", "title": "Your choice"}, "es": {"accept": "Aceptar"}}
    return Notice(
        site="clinic",
        number=1,
        oldest_valid=1,
        languages=("en", "es"),
        controller=controller,
        categories=(category,),
        wording=wording,
    )


def test_a_clean_notice_has_no_findings() -> None:
    """U6, U9, U11: what is fair can be published."""
    assert lint_notice(clean_notice()) == []


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every text of a notice's document."""
    if isinstance(value, dict) and "en" in value and isinstance(value["en"], str):
        return [path]
    items: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [found for key, item in items for found in paths(item, (*path, key))]


@pytest.mark.parametrize("path", paths(clean_notice().document()))
def test_every_text_of_a_notice_is_read_in_every_language(path: tuple[str | int, ...]) -> None:
    """U6: no field is overlooked, a Spanish sentence on the English side included."""
    for language in ("en", "es"):
        document = clean_notice().document()
        owner = document
        for key in path:
            owner = owner[key]
        owner[language] = SEED
        found = lint_notice(Notice.from_document(document))
        implied = [finding for finding in found if finding.code == IMPLIED]
        assert [finding.language for finding in implied] == [language]
        assert implied[0].where.endswith(f".{path[-1]}")


def test_the_place_of_a_finding_is_readable() -> None:
    bad = text_in_two("By scrolling you accept.")
    notice = clean_notice()
    (category,) = notice.categories
    (service,) = category.services
    (tracker,) = service.trackers
    service = replace(service, purpose=bad, trackers=(replace(tracker, reason=bad),))
    category = replace(category, name=bad, services=(service,))
    found = lint_notice(replace(notice, categories=(category,)))
    assert [finding.where for finding in found] == [
        "media.name",
        "media:youtube.purpose",
        "media:youtube/vid.reason",
    ]


def test_only_names_and_purposes_are_held_to_clarity() -> None:
    """U9: purposes of categories, services and trackers, and categories' names."""
    vague = text_in_two("To improve your experience")
    document = clean_notice().document()
    category = document["categories"][0]
    category["name"] = category["purpose"] = vague
    service = category["services"][0]
    service |= {"purpose": vague, "retention": vague}
    service["trackers"][0] |= {"purpose": vague, "reason": vague}
    found = lint_notice(Notice.from_document(document))
    assert [(finding.where, finding.code) for finding in found] == [
        ("media.name", VAGUE),
        ("media.purpose", VAGUE),
        ("media:youtube.purpose", VAGUE),
        ("media:youtube/vid.purpose", VAGUE),
    ]


@pytest.mark.parametrize("key", sorted(LABELS))
def test_labels_of_a_notice_are_read_as_labels(key: str) -> None:
    """U6: "Got it" is no label of a choice; elsewhere it may stand."""
    notice = replace(clean_notice(), wording={"en": {key: "Got it", "title": "Got it"}})
    assert [(f.where, f.code) for f in lint_notice(notice)] == [(f"wording.{key}", IMPLIED)]


def test_findings_are_values() -> None:
    finding = Finding(IMPLIED, "U6", "x", "en", "y")
    assert finding == Finding(**asdict(finding))
