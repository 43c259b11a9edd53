"""What Catalan says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

CATALAN = Phrases(
    no="no mai ni res sense cap tampoc ningu",
    link=(
        "es son ser significa impliquen implica suposa constitueix equival a com que es el la de "
        "del per un una seu teu aixo considera considerem entenem vol dir compta hi ha altres "
        "altra fa servir utilitza s hagi donat tractem interpretem entendrem considerarem "
        "assumirem interpretarem considera enten"
    ),
    when="si quan on nomes qui el_que els_que les_que",
    act=(
        "(si|en|al|quan|mentre|qui|amb|per|mitjancant|despres de|que|pel) ((voste|vostes|tu|el|"
        "la|els|l|usuari|visitant|no|fet|simple|de|d|seva|teva|es|decideix) ){0,5}(continu*|"
        "segueix*|segui*|prosseg*|naveg*|visit*|roman*|desplac*|ignor*|tanc*|mantin*|fer scroll|"
        "(us*|utilit*|acced*|entr*|explor*|fa servir|fer servir) @4 (web|lloc|pagina|pagines|"
        "portal|servei*|aplicacio|app|botiga|blog|plataforma))( (navegant|usant|utilitzant|amb "
        "la navegacio))?( (per|en|a|al|pel) @2 (web|lloc|pagina|portal))?|(si|mentre|qui|que) "
        "((voste|tu|usuari) ){0,2}no ((s|es|hi|la) ){0,2}(canvi*|modific*|oposa*|rebutja*)|"
        "(segueix|segueixes|continua|continues) (navegant|usant|utilitzant)|(navegant|continuant|"
        "seguint|utilitzant) (per|amb|la|el|els|les|aquest*|pel|nostr*)"
    ),
    use=(
        "(us|utilitzacio|acces|navegacio|visita|lectura|permanencia|desplacament)( (continuad* "
        ")?(a|de|d|del|per|en) @3 (lloc|web|pagina|portal|servei))?|(seguir|continuar) (navegant|"
        "usant|utilitzant|visitant|amb)|navegar|tancar|silenci|inaccio|desplacar se"
    ),
    you=(
        "((voste|vostes|tu|usuari|usuaris|visitant|ja|tambe|automaticament|expressament|"
        "tacitament|implicitament|aixi|es|s) ){0,3}((esta|estas|estan|estara|haura|hauras|ha|has|"
        "declara) ){0,2}(accepta|acceptes|accepten|accepteu|acceptara|acceptant|acceptat|consent|"
        "consents|consentint|autoritza|autoritzes|autoritzant|permet|permets|aprova|d acord amb|"
        "conforme amb|(dona|dones|donant|presta|prestant|atorga|atorgues|atorgant|manifesta|"
        "expressa|mostra|donara|donat) @4 (consentiment|conformitat|acceptacio|autoritzacio|"
        "permis|acord))"
    ),
    claim=(
        "(significa*|implica*|suposa*|constitueix*|equival* a|comporta*|representa*|indica*|"
        "expressa*|demostra*|compta com|considera*( com)?|s enten*|interpreta* com|vol dir|"
        "manifesta*|confirma*) @7 (accept*|consent*|conform*|autorit*|acord|permis)|(es|son|com) "
        "((el|la|seu|seva|teu|un|una|tacit) ){0,3}(consentiment|acceptacio|acceptar|consentir)"
    ),
    alone=(
        "(considera|considerem|considerarem|entenem|entendrem|enten|assumim|assumirem|suposem|"
        "interpretem|interpretarem|donem per|pressuposem) @8 (accepta|acceptes|accepteu|accepten|"
        "acceptat|acceptada|acceptacio|consent|consents|consentiment|acord|autoritza|conforme|"
        "conformitat)|consentiment (tacit|implicit)|(ha de|ha d|has de|has d|cal|es necessari|es "
        "obligatori) (acceptar|consentir) @5 (per|abans de) @2 (naveg*|continu*|segu*|(us*|"
        "utilit*|acced*|entrar) @4 (web|lloc|pagina|portal))|no (pot|podra|pots|podras|es pot) "
        "(naveg*|continuar|seguir|usar|utilitzar|accedir) ((navegant|per|en|a|al|el|la|aquest|"
        "web|lloc|pagina) ){0,5}(sense acceptar|sense consentir|si no accept*)"
    ),
    vague=(
        "(millor*|optimitz*|personalitz*|enriqu*|perfecciona*) ((la|el|els|les|seva|seu|teva|teu|"
        "vostra|nostr*|qualitat|de|del|d) ){0,5}(experiencia|servei*|navegacio|visita|lloc|web|"
        "pagina|oferta|productes|continguts|usuari)|millor ((possible|i|una) ){0,2}(experiencia|"
        "servei|navegacio|atencio)|(altr*|divers*|vari*|diferents|certes|determinad*) (fins|"
        "finalitat*|usos|proposits|motius|objectius)|entre altres|etc|etcetera|i (molt )?mes"
    ),
    shaming=(
        "no (m|em|me) (importa|interessa|preocupa|agrada|agraden) ((la|meva|les|els|en|gens) "
        "){0,4}(privacitat|privadesa|seguretat|ofertes|descomptes|estalviar|millor)|(prefereixo|"
        "m agrada|m agraden|vull|em conformo amb) ((una|un|la|els|les|veure|rebre|experiencia|"
        "anuncis|publicitat|web) ){0,4}(pitjor|avorrid*|irrellevant*|dolent*|limitada|molest*)|"
        "no vull (estalviar|millorar|una millor|descomptes|ofertes)|(alguna cosa|res) (que|a) "
        "amagar|egoist*"
    ),
    accept="accept*|consent*|autoritz*|permet*",
    gift=(
        "descompte*|cupo*|regal*|gratis|gratuit*|premi*|recompens*|sorteig|(gaud*|accedir|"
        "accedeix|aprofit*|desbloque*|utilitzar|veure) ((a|de|del|al|la|les|el|els) ){0,3}(tot*|"
        "complet*|web complet|lloc complet|millor*)|contingut exclusiu|avantatges exclusi*|"
        "desbloque*"
    ),
)
