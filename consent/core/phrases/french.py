"""What French says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

FRENCH = Phrases(
    no="ne n pas jamais aucun aucune sans rien nul nulle ni non",
    link=(
        "est sont soit etre signifie signifient implique impliquent vaut valent constitue "
        "constituent equivaut equivalent a comme que qu ce c cela ceci le la de des d un une "
        "votre notre en au pour considere considerons supposons interpretons cas aucunement en "
        "nullement compte veut dire autres autre utilise utilisees partage fin considererons "
        "supposerons presumons presumerons deduisons que l"
    ),
    when="si lorsque quand ou seulement avant_que ce_que ceux_que celles_que",
    act=(
        "(si|s|en|quand|lorsque|par|avec|quiconque|qui|des lors que|apres|pour|celui qui) ((vous|"
        "tu|il|l|le|la|les|on|utilisateur|internaute|visiteur|ne|n|pas|simple|seul|fait|de|d|"
        "votre|simplement|decidez|choisissez) ){0,6}(poursui*|continu*|rest*|navig*|surf*|"
        "parcour*|visit*|defil*|fais* defiler|ferm*|ignor*|demeur*|(utilis*|acced*|consult*|"
        "entr*) @4 (site*|page*|service*|portail|application|boutique|blog|plateforme|web))( "
        "(votre|ta|la|sa|cette|a) (navigation|visite|lecture|naviguer|utiliser|surfer))?( (sur|"
        "de) @2 (site|page|pages))?|(poursuivant|continuant|naviguant|utilisant) (votre|la|sur|"
        "ce|notre|a)|sauf (opposition|refus)|(si|s|tant que|qui) ((vous|tu|il|l|internaute|on) "
        "){0,3}(ne|n) ((vous|y|le|la|les|t) ){0,2}(modifi*|chang*|oppos*|refus*|desactiv*)|sans "
        "((action|opposition|refus|reaction) )(de votre part)"
    ),
    use=(
        "(poursuite|utilisation|navigation|usage|visite|consultation|acces|lecture|defilement|"
        "fermeture)( @1 (de|du|sur|a|au) @3 (site|page*|navigation|portail|service|bandeau|"
        "visite))?|(poursuivre|continuer) @1 (navigation|naviguer|utiliser|visite|visiter|"
        "surfer)|naviguer|surfer|fermer|faire defiler|silence|inaction"
    ),
    you=(
        "(vous|tu|utilisateur|internaute|visiteur|il|elle|celui ci|on) ((en|y|le|etes|seriez|"
        "serez|etre|repute|reputes|avoir|avez|aurez|donc|ainsi|aussi|egalement|automatiquement|"
        "tacitement|implicitement|expressement|reconnaissez|declarez|comprenez|et|consideres|"
        "considere|comme|est) ){0,6}(accept*|consent*|autoris*|approuv*|permett*|d accord|agree*|"
        "adher*|(donn*|exprim*|manifest*|accord*|marqu*|signifi*|indiqu*) @5 (consentement|"
        "accord|acceptation|autorisation))|(consentement|accord) est (donne|acquis|accorde|"
        "obtenu|reconnu)"
    ),
    claim=(
        "(signifi*|impliqu*|vaut|vaudra|valent|valant|valoir|constitu*|equiva*|entrain*|"
        "represent*|indiqu*|exprim*|manifest*|emporte|suppose*|vaut pour|considere* comme|"
        "interprete* comme|assimile* a|comporte|confirm*|veut dire) @7 (accept*|consent*|accord|"
        "autoris*|approbation)|(est|sont|comme|c est) ((votre|un|une|l|ton|le|la|tacite) "
        "){0,3}(consentement|acceptation|accepter|consentir|accord)"
    ),
    alone=(
        "(nous|site) ((en|y|on) )?(considerons|considererons|supposons|supposerons|presumons|"
        "presumerons|deduisons|deduirons|estimons|estimerons|partons du principe|considere|"
        "supposera|comprenons|interpretons) @8 (accept*|consent*|d accord|accord|autoris*|"
        "satisfait)|consentement (est )?(tacite|implicite|presume|repute|suppose)|(devez|doit|"
        "faut|necessaire d|obligatoire d|necessaire de|obligatoire de) (accepter|consentir) @5 "
        "(pour|avant de|afin de) @2 (navig*|continu*|poursui*|(utilis*|acced*|consult*|visit*) "
        "@4 (site|page*|portail))|ne (pouvez|peut|pourrez) @1 (naviguer|continuer|utiliser|"
        "acceder|consulter|poursuivre) ((a|au|sur|naviguer|votre|navigation|le|ce|site) "
        "){0,5}sans (accepter|consentir|donner)"
    ),
    vague=(
        "(amelior*|optimis*|personnalis*|enrichi*|perfectionn*|faciliter) ((votre|ton|ta|l|la|le|"
        "les|nos|notre|vos|des|qualite|de|d|du) ){0,5}(experience*|service*|navigation|visite|"
        "site|offre*|produits|contenus|utilisateur*|confort)|(meilleur*|optimale) ((possible|"
        "une) ){0,2}(experience|service*|navigation|visite)|experience ((de|d|navigation|"
        "utilisateur) ){0,3}(optimale|meilleure|personnalisee|unique)|(autres|divers*|differents|"
        "differentes|certaines|plusieurs|multiples|varie*) (fins|finalites|buts|usages|objectifs|"
        "raisons)|fins (diverses|variees|internes)|entre autres|etc|et (bien )?plus|et ainsi de "
        "suite"
    ),
    shaming=(
        "je (me (fiche|moque|fous)|n ai que faire|ne veux pas|ne souhaite pas|n aime pas|ne "
        "tiens pas) @2 ((de|d|a|ma|la|une|mes|les|meilleure) ){0,3}(vie privee|confidentialite|"
        "economiser|reductions|offres|meilleur*|ameliorer|aider|securite|experience|economies|"
        "promos|promotions)|je (prefere|veux|choisis|me contente d|aime) ((une|un|la|les|de|des|"
        "voir|experience|pub|pubs|publicites|site|recevoir) ){0,4}(pire|moins bon*|mauvais*|"
        "ennuyeu*|inutiles|non pertinent*|degrade*|limite*|mediocre*|nul*)|(quelque chose|rien) "
        "a cacher|ne soyez pas egoiste|egoist*|je deteste (economiser|les)"
    ),
    accept="(vous )?(accept*|consent*|autoris*|acquiesc*)",
    gift=(
        "reduction*|remise*|bon d achat|coupon*|cadeau*|gratuit*|prime*|recompense*|code promo|"
        "percent de|tirage au sort|(profit*|benefici*|acced*|debloqu*|jouir|utiliser) ((de|a|du|"
        "au|la|le|l|d|les|des) ){0,3}(tout*|ensemble|integralite|complet*|site complet|"
        "pleinement|meilleur*)|contenu exclusif|avantages exclusifs|debloqu*"
    ),
)
