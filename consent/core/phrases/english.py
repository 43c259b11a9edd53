"""What English says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

ENGLISH = Phrases(
    no=("not never no nothing neither nor without cannot none nobody t dont doesnt isnt wont"),
    link=(
        "mean means imply implies constitute constitutes count counts as is are be been do does "
        "did will we taken considered treated deemed assume assumed take treat read interpret "
        "consider regard rely on that this it your the a an any anything in way to of or for "
        "from ever used depend depends share shared additional other discount voucher"
    ),
    when=("if unless until till before whether when once where what whatever after only can may"),
    act=(
        "(by|if|when|while|as|once|in|through|via|with|upon|who|whoever|whenever|should|because|"
        "since|after) ((you|the|user|users|visitor|visitors|your|simply|merely|just|still|his|"
        "mere|further|continued|ongoing|choose|to|are|have|thus|therefore|clicking|tapping|or) "
        "){0,5}(continu*|keep*|carry* on|proceed*|go* on|going on|remain*|stay*|scroll*|brows*|"
        "surf*|navigat*|visit*|read* on|ignor*|dismiss*|clos*|moving on|move on|linger*|do "
        "nothing|doing nothing|(use|usage) of|(use|uses|using|access*|enter*|view*|open*|load*) "
        "@4 (site*|website*|page*|web*|portal|service*|app|application|platform|shop|store|blog|"
        "forum|homepage)|click* (on )?(a|any|any other|another|outside|elsewhere|anywhere)|(do "
        "not|don t|fail to) (change|refuse|reject|object|opt out|disagree|click|act|respond|"
        "choose|adjust|disable|leave))( (to|on|with|browsing|browse|using|use|our|this|the) @3 "
        "(site|website|page|pages))?|unless you (object|refuse|change|opt out|disagree|adjust|"
        "disable|choose)|continuing (to|on|with|browsing|your)|still (browsing|here|reading|"
        "there|scrolling)|(keep|carry on) (browsing|using|scrolling) and"
    ),
    use=(
        "(continued|further|your|ongoing|mere|the|any) (use|usage|browsing|navigation|visit|"
        "access|presence)( of @2 (site|website|page|service|app))?|(use|using|usage) (of )?(this|"
        "our|the) @2 (site|website|page|portal|service|app|platform|blog)|brows*( (on|this|our|"
        "further))?|scroll*|surf*( on)?|continu*( (to|on) (browse|use|visit|scroll|navigate|"
        "browsing|using))?( (this|the|our) (site|website|page))?|keep* (browsing|using|"
        "scrolling)|staying|click* (on )?(any|a|another|outside|elsewhere|anywhere)( link)?|"
        "clos* (this|the)( (banner|notice|window|message))?|silence|inaction|inactivity|ignoring|"
        "not objecting"
    ),
    you=(
        "(visitor*|user*|customer*|people|everyone|anyone|whoever) @3 (accept|accepts|agree|"
        "agrees|consent|consents|(give|gives|grant|grants) @4 (consent|permission|agreement))|"
        "(you|user*|visitor*|customer*|they|everyone|anyone|i|who @4) ((are|is|will|would|have|"
        "has|also|hereby|thereby|then|therefore|automatically|implicitly|implied|expressly|"
        "explicitly|tacitly|fully|be|been|deemed|considered|to|shall|do|not only|thus|be|being|"
        "so|both|must|acknowledge|understand|confirm|declare|know|read|that|you|and) "
        "){0,7}(accept|accepts|accepting|agree|agrees|agreeing|consent|consents|consenting|"
        "authori*|opt in|opting in|allow|allows|allowing|permit|permits|permitting|approve|"
        "approves|(giv*|grant*|provid*|express*|signal*|confirm*|declar*|indicat*) @5 (consent|"
        "acceptance|agreement|permission|approval|authori*)|(happy|ok|okay|fine|content|"
        "comfortable) with)|you (acknowledge|understand|confirm|declare|have|know) @8 and "
        "(accept|agree|consent)|(you|user*|visitor*|they|who @4) ((will|shall|are|is|be|deemed|"
        "considered|to|thereby|also) ){0,6}(have|has) ((thereby|also|automatically|implicitly|"
        "hereby) ){0,2}(accepted|agreed|consented|authori*|given @3 (consent|permission))|"
        "(consent|acceptance|agreement|permission) (is|will be|shall be|has been|is being|is "
        "thereby|is thus|is then) (given|granted|accepted|obtained|taken|provided|expressed)|"
        "cookies (are|will be) accepted"
    ),
    claim=(
        "(mean*|imply|implies|implying|constitut*|signif*|indicat*|count* as|amount* to|equal*|"
        "taken for|represent*|express*|confirm*|signal*|demonstrat*|taken (as|for)|treated as|"
        "considered|regarded as|deemed|interpret* as|understood as|seen as|serve* as|show*|"
        "equivalent to|entail*|establish*) @6 (consent*|accept*|agree*|approv*|permission|"
        "authori*|happy|opt in)|(is|are|be|as) ((your|a|an|tacit|implied|full|sufficient|valid|"
        "silent) ){0,3}(consent|acceptance|agreement)|and you (accept|agree|consent)"
    ),
    alone=(
        "(we|site|website|it) ((will|shall|then|therefore|ll|is|be|can|may|thus) ){0,3}(assum*|"
        "presum*|deem*|take it|taken|consider*|understand*|understood|conclude*|infer*|believe*) "
        "@8 (accept*|agree*|consent*|happy|okay|ok|fine|content)|(consent|acceptance|agreement) "
        "(is|will be|shall be) (assumed|implied|presumed|deemed|inferred)|deemed to (have "
        ")?(consent*|accept*|agree*)|(continue|keep|scroll) @4 to (accept|agree|consent)|(must|"
        "have to|need to|required to|obliged to) (accept|agree|consent|allow) @5 (to|before) "
        "((you|can|order|be|able|to) ){0,4}(brows*|continu*|proceed*|(use|using|access*|enter*|"
        "visit*|view*|see) @3 (site|website|page|pages|portal))|(cannot|can t|can not|unable to|"
        "not possible to) (use|browse|continue|access|enter|visit) ((this|our|the|to|using|"
        "browsing|site|website|page) ){0,4}(unless|without|until) @2 (accept*|agree*|consent*)|"
        "(consent|acceptance|agreement|accepting @3) (is|are) (required|necessary|mandatory|"
        "compulsory|obligatory|needed) (to|for|before) @2 (use|using|brows*|access*|visit*|"
        "continu*|enter*)|(site|website) (requires|demands) ((that|you|to|your|the) "
        "){0,3}(accept*|consent|agree*)"
    ),
    vague=(
        "(improv*|enhanc*|optimi*|personali*|enrich*|customi*|tailor*|perfect*|better) ((your|"
        "the|our|user|users|customer|visitor|overall|online|browsing|shopping|quality|of|you|"
        "with|us) ){0,4}(experience*|service*|visit|site|website|navigation|offer|offering*|"
        "products|content|performance)|(best|better|great|optimal|optimum|smoother|seamless|"
        "superior|good|richer) (possible )?((user|browsing|online|customer|shopping|web) "
        ")?(experience|service*|visit)|(other|various|several|further|different|certain|diverse|"
        "related|similar|additional|miscellaneous|internal|business|many|multiple) @1 (purpose|"
        "purposes|reasons|uses|ends)|and (so on|more|the like)|among other things|etc|et cetera|"
        "make @4 experience better|serve you better"
    ),
    shaming=(
        "(i|we) (do not|don t|dont) (care|mind|want|like|need|deserve|value) ((about|my|to|a|an|"
        "any|the|be|get|see|have|losing|receive|good|own) ){0,5}(privacy|better|best|good|great|"
        "saving*|save|discount*|offers|deals|relevant|personali*|support|help|improve*|improving|"
        "quality|fun|experience|security)|(i|i d|we) ((would|rather|d|ll|will|am|m) "
        "){0,3}(prefer|like|love|have|settle for|fine with|ok with|choose|see|hate|enjoy) ((a|an|"
        "the|to|see|get|have|my|with) ){0,4}(worse|worst|bad|boring|irrelevant|random|poor|"
        "broken|slow|limited|inferior|annoying|dull|saving money|fun|useless|generic)|no thanks "
        "i (hate|like|don t|do not|prefer|d rather|love|enjoy) @2 (money|ads|adverts|spam|"
        "paying)|(only|just) ((people|those|visitors|somebody) )?(with|who have) something to "
        "hide|(don t|do not) be (boring|selfish|a spoilsport|mean|that person)|makes us (sad|"
        "cry)|(break*|hurt*) our (heart|hearts|feelings)|selfish*|you will regret|you ll regret|"
        "nothing to hide"
    ),
    accept=("(you )?(accept*|agree|agreeing|consent|consenting|allow*|opt in|opting in|say yes)"),
    gift=(
        "discount*|voucher*|coupon*|percent off|reward*|bonus*|prize*|free (shipping|gift|month|"
        "access|trial|delivery|download*)|gift*|loyalty points|(enjoy*|unlock*|access*|get|use|"
        "see|experience|discover|take advantage of) @2 (full|complete|entire|whole|all|premium|"
        "exclusive|every|best) @3 (site|website|feature*|content|functionality|functions|"
        "experience|offers|potential|benefits|page*)|premium|exclusive (content|offers|benefits)|"
        "unlock*|win|save money"
    ),
)
