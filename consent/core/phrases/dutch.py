"""What Dutch says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

DUTCH = Phrases(
    no="niet geen nooit zonder niets noch",
    link=(
        "is zijn betekent betekenen geldt gelden als dat dit een uw je jouw de het van voor te "
        "op wordt worden beschouwd beschouwen wij we gezien impliceert enige manier andere "
        "gebruikt"
    ),
    when="als wanneer indien tenzij tot voordat of wat alleen zodra waar",
    act=(
        "(als|wanneer|door|indien|met|wie|zolang|bij|via) ((u|je|jij|de|het|uw|jouw|onze|deze|"
        "verder|verdere|gewoon|op|website|site|pagina|te|niet|bezoeker|gebruiker|banner|melding|"
        "van) ){0,8}(verder*|doorga*|doorgaat|blij*|surf*|brows*|scroll*|navig*|bezoek*|gebruik*|"
        "klik* @2 (buiten|ergens)|sluit*|negeer*|vervolg*|gaat|ga|doorsurf*|niet (wijzig*|"
        "weiger*))( @3 (website|site|pagina|gaan|surfen|gaat))?"
    ),
    use=(
        "(verder gebruik|verdere gebruik|gebruik|surfen|browsen|bezoek|scrollen|navigeren|"
        "doorsurfen|verdergaan|sluiten|stilzwijgen)( (van|op) @2 (website|site|pagina))?"
    ),
    you=(
        "(gaat|ga|gaan) @8 akkoord|(stemt|stem) @4 (in|toe)|(accepteert|accepteer|aanvaardt|"
        "aanvaard) (u|je|jij|de gebruiker)|(u|je|jij|gebruiker|bezoeker) @6 (accepteert|"
        "accepteer|aanvaardt|akkoord|instemt|toestemt)|(geeft|geef|verleent|verleen|geven) @5 "
        "(toestemming|instemming|akkoord)"
    ),
    claim=(
        "(betekent|betekenen|geldt|impliceert|impliceren|houdt in|staat gelijk aan|vormt|wordt "
        "gezien als|wordt beschouwd als|beschouwd als|beschouwen|toont) @7 (toestemming|akkoord|"
        "accept*|instemm*|aanvaard*)|(is|als) ((uw|je|een|stilzwijgende) ){0,2}(toestemming|"
        "instemming|akkoord)"
    ),
    alone=(
        "(gaan|ga) (wij|we) (er|ervan) @1 uit @8 (akkoord|accepteert|accepteer|instemt|"
        "toestemming)|(wij|we) gaan (er|ervan) @2 (van )?uit @8 (akkoord|accepteert|accepteer|"
        "instemt|toestemming)|stilzwijgende toestemming|(moet|dient) @4 (accepteren|akkoord "
        "gaan) @2 om @5 (gebruiken|bezoeken|surfen|doorgaan)"
    ),
    vague=(
        "(ervaring|gebruikerservaring|surfervaring|dienstverlening|service|website) @2 (te "
        ")?(verbeteren|optimaliseren|personaliseren)|(beste|betere|optimale|prettige) (mogelijke "
        ")?(ervaring|gebruikerservaring|surfervaring|service)|(andere|diverse|verschillende|"
        "overige) (doeleinden|doelen)|enzovoort|enz|en meer|onder andere|verbeter* (van )?(uw|je|"
        "de|onze) (ervaring|gebruikerservaring|service|diensten)"
    ),
    shaming=(
        "(mijn )?privacy (kan|interesseert|boeit) (me|mij) (niet|niks)|(ik geef|geef) @1 niets "
        "om @2 privacy|ik (wil|hou|heb) @3 (slechtere|saaie|geen korting|niet besparen|"
        "irrelevante)|iets te verbergen"
    ),
    accept="accept*|akkoord|toestemm*|instemm*",
    gift=(
        "korting*|cadeau*|gratis|tegoedbon*|waardebon*|volledige (website|site|toegang|"
        "functionaliteit)|alle (functies|voordelen)|exclusieve*|ontgrendel*"
    ),
)
