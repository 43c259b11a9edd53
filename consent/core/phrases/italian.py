"""What Italian says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

ITALIAN = Phrases(
    no="non mai nessun nessuna nessuno senza niente nulla neanche nemmeno",
    link=(
        "e sono essere sia significa significano implica implicano comporta costituisce "
        "costituiscono equivale equivalgono a come che si il lo la di del per un una suo tuo "
        "questo cio vale considera consideriamo considerare in alcun modo vuol dire "
        "interpretiamo altri altre usati riteniamo viene considerata considerato presumiamo "
        "considereremo riterremo assumiamo assumeremo presumeremo intende"
    ),
    when="se quando dove solo chi finche cio_che quello_che quelli_che",
    act=(
        "(se|chi|con|mediante|tramite|quando|mentre|che|nel|per|attraverso|a_seguito|dopo|il|"
        "qualora|col|solo) ((lei|tu|l|utente|gli|utenti|visitatore|il|la|non|si|semplice|mero|"
        "suo|sua|fatto|di|decide|vuole|decidi) ){0,5}(continu*|prosegu*|prosec*|navig*|rest*|"
        "riman*|visit*|scorr*|chiud*|ignor*|perman*|scroll*|clicc* (su|fuori|in) @2 (link|"
        "elemento|qualsiasi|altrove)|(us*|utilizz*|acced*|entr*|consult*) @4 (sito|siti|pagina|"
        "pagine|portale|serviz*|applicazione|app|negozio|blog|piattaforma|web))( (a|la|con la|"
        "nella|sua|tua|usare) (navigazione|navigare|usare|utilizzare|visita))?( (su|sul|in|nel|"
        "di|del) @2 (sito|pagina|portale))?|(proseguendo|continuando|navigando|utilizzando|"
        "usando|scorrendo|chiudendo|accedendo|restando|rimanendo|cliccando) @4 (navigazione|"
        "navigare|sito|pagina|banner|visita|utilizzare|usare|avviso|informativa|elemento|servizi|"
        "servizio|link|scorrere|lettura|portale)|salvo (opposizione|rifiuto)|(se|finche|chi|che) "
        "((lei|tu|l|utente) ){0,3}non ((si|lo|le) ){0,2}(modific*|cambi*|oppon*|rifiut*|"
        "disattiv*)"
    ),
    use=(
        "(prosecuzione|proseguimento|uso|utilizzo|navigazione|accesso|visita|permanenza|"
        "consultazione|lettura|scorrimento|chiusura)( @1 (di|del|della|nel|nella|al|sul) @3 "
        "(sito|navigazione|pagina|portale|servizio|banner))?|(continuare|proseguire) @1 "
        "(navigare|navigazione|usare|utilizzare)|navigare|scorrere|chiudere|silenzio|inazione"
    ),
    you=(
        "((lei|tu|utente|utenti|visitatore|ne|anche|automaticamente|espressamente|tacitamente|"
        "implicitamente|quindi|cosi|si|ci|da) ){0,3}((sta|stai|stanno|dichiara|dichiari|ha|hai|"
        "avra) ){0,2}(accetta|accetti|accettano|accettate|accettera|accettando|accettare|"
        "accettato|acconsente|acconsenti|acconsentono|acconsentite|acconsentendo|consente|"
        "consenti|consentono|autorizza|autorizzi|autorizzando|approva|approvi|d accordo|concorda|"
        "concordi|(presta|presti|prestano|da|dai|dando|prestando|esprime|esprimi|manifesta|"
        "manifesti|rilascia|fornisce|fornisci|concede|concedi|dato|prestato) @4 (consenso|"
        "assenso|accettazione|autorizzazione|permesso))|consenso (si intende|e) (prestato|dato|"
        "acquisito|espresso)"
    ),
    claim=(
        "(significa*|implic*|comport*|costituisc*|equival* (a|ad)|rappresent*|indica*|esprim*|"
        "vale come|vale|dimostra*|considera*( come)?|intend* come|interpreta* come|vuol dire|"
        "manifesta*|conferma*|presuppone) @7 (accett*|consens*|acconsent*|autorizz*|assenso|"
        "accordo)|(e|sono|come) ((il|un|una|l|suo|tuo|vostro|tacito|tacita) ){0,3}(consenso|"
        "accettazione|accettare|assenso)"
    ),
    alone=(
        "(consideriamo|considereremo|considera|riteniamo|riterremo|assumiamo|assumeremo|"
        "presumiamo|presumeremo|supponiamo|deduciamo|intendiamo|partiamo dal presupposto|diamo "
        "per scontato|interpretiamo) @8 (accett*|acconsent*|consenso|d accordo|autorizz*|assenso|"
        "felice)|consenso (tacito|implicito|presunto)|(deve|devi|bisogna|occorre|e necessario|e "
        "obbligatorio) (accettare|acconsentire) @5 (per|prima di) @2 (navig*|continu*|prosegu*|"
        "(us*|utilizz*|acced*|entrare) @4 (sito|pagina|portale))|non (puo|puoi|e possibile|si "
        "puo) (navig*|continuare|proseguire|usare|utilizzare|accedere) ((a|la|al|il|sul|navigare|"
        "navigazione|sito|questo) ){0,5}(senza (accettare|acconsentire)|se non accett*)"
    ),
    vague=(
        "(miglior*|ottimizz*|personalizz*|arricchi*|perfezion*) ((la|il|lo|l|i|le|gli|sua|suo|"
        "tua|tuo|vostra|nostr*|qualita|della|di|del|dei|d|tue) ){0,5}(esperienza|esperienze|"
        "serviz*|navigazione|visita|sito|pagina|offerta|prodotti|contenuti|utente|uso)|miglior* "
        "((possibile|e|una) ){0,2}(esperienza|servizio|navigazione|assistenza)|(ottima|ottimale|"
        "piacevole|unica) esperienza|esperienza ((di|utente|navigazione|d|uso) ){0,3}(ottimale|"
        "migliore|unica|personalizzata|piacevole)|(altr*|divers*|vari*|differenti|cert*|"
        "determinat*|molteplici|ulteriori) (fini|finalita|scopi|usi|motivi|obiettivi)|tra l "
        "altro|tra gli altri|ecc|eccetera|etc|e (molto )?altro|e cosi via"
    ),
    shaming=(
        "non (mi|m|ci) (importa|interessa|interessano|preoccupa|piace|piacciono) ((nulla|della|"
        "la|il|mia|le|i|gli|niente) ){0,4}(privacy|riservatezza|sicurezza|offerte|sconti|"
        "risparmiare|migliore|dati)|(preferisco|mi piace|mi piacciono|voglio|mi accontento di|"
        "scelgo) ((una|un|la|gli|le|vedere|ricevere|esperienza|annunci|pubblicita|sito) "
        "){0,4}(peggior*|noios*|irrilevant*|brutt*|limitat*|scadent*|inutil*)|non voglio "
        "(risparmiare|migliorare|sconti|offerte|aiutar*|una @1 esperienza)|qualcosa da "
        "nascondere|nulla da nascondere|egoist*"
    ),
    accept="accett*|acconsent*|consent*|autorizz*",
    gift=(
        "scont*|buon* (sconto|regalo|acquisto)|coupon*|regal*|gratis|gratuit*|premi*|omaggio|"
        "ricompens*|(godere|goderti|goder*|accedere|accedi|sbloccare|usare|utilizzare|usufruire|"
        "approfittare) ((a|di|del|dell|dei|al|la|il|le|alle|delle|tutto) ){0,3}(tutt*|complet*|"
        "pien*|sito completo|intero sito|meglio)|contenut* esclusiv*|vantaggi esclusivi|sblocc*"
    ),
)
