"""What German says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

GERMAN = Phrases(
    no=("nicht kein keine keinen keiner keinem keines nie niemals ohne nichts weder noch nirgends"),
    link=(
        "ist sind sei gilt gelten bedeutet bedeuten heisst stellt stellen dar als dass das dies "
        "diese dieses eine ein einer ihre ihr deine ihrer in von zu der die den dem des wir "
        "werten betrachten verstehen sehen auch damit irgendeiner weise automatisch es wird "
        "werden fur zur andere anderen anderer genutzt verwendet weiteren sonstigen gehen davon "
        "aus nehmen implizieren impliziert"
    ),
    when="wenn falls sofern sobald ob bevor bis was wo solange nur erst",
    act=(
        "(wenn|falls|sofern|indem|sobald|wer|durch|mit|bei|mittels|uber|im zuge|aufgrund|dadurch "
        "dass|solange) ((sie|du|ihr|man|der|die|das|den|dem|des|ein|eine|besucher|nutzer|ihre|"
        "ihrer|ihrem|deine|deiner|deinem|blosses|blosse|einfach|weiter|weitere|weiteren|"
        "weiterhin|weiterer|nicht|fortgesetzte|fortgesetzten|fortgesetzter|diesen|dieser|dialog|"
        "meldung|klick|link|unserer|unsere|dieser|diese|dieses|unseres|auf|website|webseite|"
        "seite|seiten|webseiten|websites|internetseite|homepage|angebot|portal|shop|banner|"
        "hinweis|fenster|hier) ){0,8}(weiter*|fortfahr*|fortfahrt|fortsetz*|fahren|bleib*|surf*|"
        "naviger*|navigier*|besuch*|scroll*|verweil*|ignorier*|schliess*|nutz*|benutz*|verwend*|"
        "gebrauch|nutzung|aufruf*|zugriff|verwendung|betret*|lesen)( ((auf|von|der|des|unserer|"
        "dieser|unseres|diese|unsere|ihren|ihre|besuch|fort) ){0,4}(website|webseite|seite|"
        "seiten|webseiten|internetseite|homepage|angebots|portals|shops|surfen|fort))?|(surfen|"
        "nutzen|bleiben|scrollen|navigieren|besuchen|lesen) (sie|du|ihr) @4 (weiter|weiterhin|"
        "seite|website|webseite)|fahren sie fort|(wenn|falls|sofern|solange|wer) ((sie|du|dem|"
        "der|man|ihre|deine|einstellungen|die|browsereinstellungen) ){0,5}(nicht|nichts|keine "
        "@2) (widersprech*|widersprich*|ander*|ablehn*|tun|unternehm*)|(und|sie|du|wer) "
        "(weitersurf*|weiternutz*|weiterscroll*|weiternavig*|weiterklick*|weiterles*)"
    ),
    use=(
        "(weitersurf*|weiternutz*|weitere* (nutzung|surfen|besuch|verwendung|scrollen|lesen|"
        "navigieren)|fortgesetzt* (nutzung|surfen|besuch)|nutzung|nutzen|benutzung|verwendung|"
        "besuch|aufruf|surfen|scrollen|weiterscrollen|weiterlesen|navigieren|verbleib*|"
        "schliessen|schweigen|untatigkeit|zugriff)( ((der|dieser|unserer|des|dieses|unseres|auf) "
        "){1,2}(website|webseite|seite|seiten|webseiten|angebots|portals|internetseite|banners|"
        "hinweises))?"
    ),
    you=(
        "(stimm*|willig*|stimmt) @7 (zu|ein|zugestimmt)|(akzeptier*|zustimm*|einwillig*|bejah*|"
        "genehmig*|gestatt*|erlaub*|billig*) (sie|du|ihr|er|man|der nutzer|der besucher)|(sie|du|"
        "ihr|er|nutzer|besucher|man) ((auch|automatisch|damit|hiermit|ausdrucklich|"
        "stillschweigend|der|den|dem|die|einer|verwendung|nutzung|dem einsatz|einsatz|von|unsere|"
        "unseren|unserer|cookies|zugleich|und|sich) ){0,9}(akzeptier*|zustimm*|zugestimmt|"
        "einwillig*|eingewilligt|einverstanden|genehmig*|gestatt*|erlaub*)|(erklar*|sind|bist|"
        "ist|zeig*|seid) (sie|du|ihr|er|der nutzer|der besucher|man) @9 einverstanden|(geben|"
        "gibst|erteil*|gibt|erklar*|gebt) ((sie|du|ihr|er|man|der nutzer) )?@5 (einwilligung|"
        "zustimmung|einverstandnis|erlaubnis|einverstanden)|akzeptiert|willigt ein|(einwilligung|"
        "zustimmung) (wird|ist) (erteilt|gegeben|abgegeben)"
    ),
    claim=(
        "(bedeute*|gilt|gelten|heisst|impliziert|implizieren|stellt|stellen|entspricht|ersetzt|"
        "beinhaltet|signalisier*|zeigt|zeigen|wertet|werten|gewertet|betracht*|verstanden|"
        "versteh*|bestatig*|ausdruck|gleichbedeutend|gleichzusetzen|angesehen|erfolgt) @8 "
        "(einwillig*|zustimm*|einverstan*|akzept*|erlaubnis)|(als|ist|sind|wie) ((ihre|ihr|deine|"
        "eine|ein|stillschweigende|konkludente|die|unsere|volle) ){0,3}(einwilligung|zustimmung|"
        "einverstandnis|akzeptanz)"
    ),
    alone=(
        "(wir|website|seite) @3 davon aus @8 (einverstanden|zustimm*|einwillig*|akzeptier*|"
        "zugestimmt|zufrieden)|(gehen|nehmen|setzen|unterstellen|werten|betrachten|verstehen) "
        "wir @12 (einverstanden|zustimm*|einwillig*|akzeptier*|zugestimmt|einverstandnis|"
        "zufrieden)|(wir) (nehmen|unterstellen|vermuten|setzen|werten|betrachten) @8 "
        "(einverstanden|zustimm*|einwillig*|akzeptier*|einverstandnis)|(stillschweigende*|"
        "konkludente*|implizite*|mutmassliche*) (einwilligung|zustimmung)|(einwilligung|"
        "zustimmung|einverstandnis) (wird|gilt) @2 (vermutet|vorausgesetzt|unterstellt|erteilt|"
        "angenommen)|(mussen|musst|muss) @4 (akzeptieren|zustimmen|einwilligen) @2 (um|damit) @6 "
        "(nutzen|fortzufahren|weiterzusurfen|besuchen|surfen|fortfahren|zu konnen|betreten)|"
        "(kann|konnen|kannst) @4 (nicht|nur) @1 (mit|ohne|nach) @2 (zustimmung|einwilligung|"
        "akzeptieren) @3 (genutzt|nutzen|besucht|besuchen|weitersurfen)"
    ),
    vague=(
        "(verbesser*|optimier*|personalisier*|bereicher*|steiger*|perfektionier*|zu verbessern) "
        "((ihr|ihre|ihres|dein|deine|deines|das|die|der|des|unser*|von|qualitat|seite) "
        "){0,4}(nutzererlebnis*|erlebnis*|erfahrung*|nutzungserlebnis*|surferlebnis*|"
        "einkaufserlebnis*|benutzererfahrung|nutzererfahrung|service*|dienst*|angebot*|website|"
        "webseite|seite|inhalte|produkte|besuch)|(ihr|ihre|dein|deine|das|die|unser*|der) "
        "(online )?(nutzererlebnis|erlebnis|erfahrung|nutzungserlebnis|surferlebnis|"
        "einkaufserlebnis|benutzererfahrung|nutzererfahrung|service|angebot|website|webseite|"
        "dienste|benutzererlebnis) ((auf|dieser|unserer|seite|website|zu|stetig|laufend|fur|sie) "
        "){0,4}(verbessern|optimieren|personalisieren|bereichern|perfektionieren)|(best*|"
        "optimal*|besser*|angenehm*|bestmoglich*|perfekt*) (mogliche* )?(nutzererlebnis|erlebnis|"
        "erfahrung|nutzungserlebnis|surferlebnis|service|benutzererfahrung|nutzererfahrung|"
        "einkaufserlebnis|benutzererlebnis|dienst|besuch)|(ander*|verschieden*|divers*|weitere*|"
        "sonstig*|bestimmt*|unterschiedlich*|mehrer*|allgemein*) (zwecke*|ziele*|grunde*)|unter "
        "anderem|usw|etc|und so weiter|und (vieles )?mehr|u a"
    ),
    shaming=(
        "(mir|uns) ((ist|sind) )?((meine|die|der) )?(datenschutz|privatsphare|sicherheit) ((ist|"
        "mir|ganz|vollig) ){0,3}(egal|unwichtig|gleichgultig)|(ist|sind) mir @4 (egal|unwichtig|"
        "gleichgultig)|(datenschutz|privatsphare) ist mir @1 (egal|unwichtig)|ich (mochte|will|"
        "brauche) (kein*|nicht|auf|weiterhin|lieber) @3 (sparen|rabatt*|gutschein*|besser*|"
        "angebote|verzichten|schlechter*|langweilig*|irrelevant*|helfen|unterstutzen|vorteile)|"
        "ich (bevorzuge|mag|nehme|wahle|liebe) ((lieber|eine|ein|die|das|mir) ){0,2}(schlecht*|"
        "langweilig*|irrelevant*|unpassend*|eingeschrankt*|nervig*)|etwas zu verbergen|nichts zu "
        "verbergen|egoist*|spielverderber*"
    ),
    accept="akzeptier*|zustimm*|stimm* @3 zu|einwillig*|willig* @3 ein|erlaub*",
    gift=(
        "rabatt*|gutschein*|geschenk*|kostenlos*|gratis*|bonus*|pramie*|belohnung*|gewinnspiel*|"
        "percent auf|((voll*|ganz*|gesamt*|all*|komplett*|uneingeschrankt*) (funktion*|umfang*|"
        "website|webseite|seite|inhalt*|angebot|vorteil*|potenzial|zugang|zugriff|erlebnis))|"
        "exklusiv*|freischalt*|vollen genuss"
    ),
)
