"""The vocabulary of the wording lint, one module a language."""

from consent.core.phrases.catalan import CATALAN
from consent.core.phrases.dutch import DUTCH
from consent.core.phrases.english import ENGLISH
from consent.core.phrases.french import FRENCH
from consent.core.phrases.german import GERMAN
from consent.core.phrases.italian import ITALIAN
from consent.core.phrases.portuguese import PORTUGUESE
from consent.core.phrases.spanish import SPANISH

LANGUAGES = (ENGLISH, SPANISH, CATALAN, PORTUGUESE, FRENCH, GERMAN, ITALIAN, DUTCH)

ACKNOWLEDGING = (
    "ok|okay|got it|i get it|understood|i understand|i see|noted|alright|all right|fine|sure|"
    "continue|carry on|continue (?:browsing|to (?:the )?(?:site|website))|close and continue|"
    "proceed|entendido|vale|enterado|comprendido|lo entiendo|he entendido|continuar|seguir|"
    "continuar navegando|seguir navegando|entesos|ho entenc|d acord ho entenc|entes|"
    "continuar navegant|entendi|percebi|compreendi|continuar a navegar|compris|j ai compris|"
    "bien compris|continuer|continuer la navigation|poursuivre|verstanden|ich verstehe|ich "
    "habe verstanden|alles klar|in ordnung|weiter|weitersurfen|zur kenntnis genommen|ho "
    "capito|capito|va bene|continua|prosegui|continua la navigazione|begrepen|ik begrijp het|"
    "doorgaan|verder"
)
"""Labels that acknowledge, or move on, and so cannot accept."""
