"""What Spanish says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

SPANISH = Phrases(
    no="no nunca jamas ni nada sin ningun ninguna ninguno tampoco nadie",
    link=(
        "es son ser significa significan implica implican implique supone suponen suponga "
        "constituye constituyen equivale equivalen a como que se le lo de del por para un una su "
        "tu el la esto eso ello en modo alguno caso esta estas esten usted considera "
        "consideramos considerar entendemos interpretamos asumimos presumimos entenderemos "
        "consideraremos entendera entiende entenderse considerarse considerara asumiremos asume "
        "interpretaremos cuenta vale quiere decir hay da otra otras usan usa tratamos tomamos "
        "damos utiliza utilizan asi"
    ),
    when="si cuando donde solo quien lo_que los_que las_que a_quien",
    act=(
        "(si|al|cuando|mientras|quien|quienes|que|con|por|mediante|tras|de|como|el|por_el) "
        "((usted|ustedes|tu|el|la|los|usuario|visitante|no|hecho|simple|mero|de|su|se|lo|es|"
        "decide|solo|que|opta|por|contrario|desea) ){0,5}(continu*|sigue*|sigui*|seguir|siga*|"
        "sigas|prosig*|proseg*|naveg*|visita*|perman*|desplaz*|ignor*|cierr*|cerrar|hac* (scroll|"
        "clic (fuera|en cualquier*))|(us*|utili*|acced*|entr*|explor*|recorr*|ingres*) @4 (web|"
        "sitio|sitios|pagina*|portal|servicio*|aplicacion|app|tienda|blog|plataforma))( "
        "(navegando|usando|utilizando|visitando|con la navegacion))?( (por|en|de|la|el|esta|este|"
        "nuestr*) @2 (web|sitio|pagina|portal))?|(si|mientras|quien|que) ((usted|tu|usuario) "
        "){0,2}no ((se|lo|la) ){0,2}(cambi*|modific*|opon*|rechaz*|desactiv*)|(sigue|sigues|"
        "siguen|continua|continuas) (navegando|usando|utilizando|leyendo|aqui)|(navegando|"
        "continuando|siguiendo|prosiguiendo|utilizando|usando) (por|en|con|la|el|este|esta|"
        "nuestr*|su|navegando|el uso)|(salvo|excepto) que (se oponga|cambie|rechace)"
    ),
    use=(
        "(uso|utilizacion|acceso|navegacion|visita|lectura|permanencia|desplazamiento|cierre|"
        "continuacion)( (continuad* )?(a|de|del|por|en) @3 (sitio|web|pagina|portal|servicio|sus "
        "paginas))?|(seguir|continuar) (navegando|usando|utilizando|visitando|leyendo|con la "
        "navegacion|en)( (por|en|la|el|este|esta|nuestr*) @2 (web|sitio|pagina))?|navegar|cerrar|"
        "hacer scroll|silencio|inaccion|desplazarse"
    ),
    you=(
        "((usted|ustedes|tu|usuario|usuarios|visitante|ya|tambien|automaticamente|expresamente|"
        "tacitamente|implicitamente|plenamente|asi|entonces|por tanto|se) ){0,3}((esta|estas|"
        "estan|estaria|estara|estaras|habra|habras|ha|has|declara|reconoce y|entiende y) "
        "){0,2}(acepta|aceptas|aceptan|aceptais|aceptara|aceptaras|aceptando|aceptado|consiente|"
        "consientes|consienten|consintiendo|consentira|autoriza|autorizas|autorizan|autorizando|"
        "autorizara|permite|permites|permitiendo|aprueba|apruebas|accede al uso|asiente|de "
        "acuerdo con|conforme con|(da|das|dan|dara|daras|dando|presta|prestas|prestan|prestando|"
        "otorga|otorgas|otorgan|otorgando|concede|concedes|concediendo|manifiesta*|manifestando|"
        "expresa|expresas|expresando|muestra|muestras|mostrando|confirma|confirmas|confirmando|"
        "declara|dado|prestado|otorgado) @4 (consentimiento|conformidad|aceptacion|autorizacion|"
        "permiso|acuerdo|aprobacion))"
    ),
    claim=(
        "(significa*|implica*|supone*|supondra|constituye*|equivale* a|conlleva*|comporta*|"
        "representa*|indica*|expresa*|demuestra*|cuenta* como|considera*( como)?|se entiende*|"
        "interpreta* como|vale* como|quiere decir|manifiesta*|entrana*|confirma*|se entendera*) "
        "@7 (acept*|consent*|consient*|conform*|autori*|acuerdo|permiso)|(es|son|como|por) ((su|"
        "tu|un|una|la|el|tacito|tacita|plena) ){0,3}(consentimiento|aceptacion|aceptar|consentir|"
        "autorizacion)"
    ),
    alone=(
        "(considera|consideramos|consideraremos|entendemos|entenderemos|entendera|entiende|"
        "asumimos|asumiremos|asume|suponemos|supondremos|presumimos|interpretamos|"
        "interpretaremos|damos por|dara por|deducimos|creemos|consideran) @8 (acepta|aceptas|"
        "aceptan|aceptado|aceptada|aceptadas|aceptacion|consiente|consientes|consentimiento|"
        "acuerdo|autoriza|autorizas|conforme|conformidad|otorgado)|consentimiento (tacito|"
        "implicito)|(debe|debes|tiene que|tienes que|es necesario|es obligatorio|hay que|es "
        "imprescindible) (aceptar|consentir) @5 (para|antes de) @2 (naveg*|continu*|segu*|(us*|"
        "utili*|acced*|entrar|ver) @4 (web|sitio|pagina|portal))|no (puede|podra|puedes|podras|"
        "es posible|se puede) (naveg*|continuar|seguir|usar|utilizar|acceder) ((navegando|por|en|"
        "a|al|la|el|este|esta|web|sitio|pagina) ){0,5}(sin (aceptar|consentir|su)|si no acepta*)"
    ),
    vague=(
        "(mejor*|optimiz*|personaliz*|enriquec*|perfeccion*|potenciar) ((su|tu|la|el|los|las|"
        "nuestr*|vuestra|calidad|del|de|propia) ){0,4}(experiencia*|servicio*|navegacion|visita|"
        "sitio|web|pagina|oferta|productos|contenidos|usuario)|mejor ((posible|y|mas|una) "
        "){0,2}(experiencia|servicio|navegacion|atencion)|(optima|mejor|buena|gran|excelente|"
        "unica) experiencia|experiencia ((de|usuario|navegacion|del) ){0,3}(optima|mejor|unica|"
        "personalizada|excelente)|(otr*|divers*|vari*|distint*|diferentes|ciert*|demas|"
        "determinad*|multiples|similares) (fines|finalidad*|propositos|usos|motivos|objetivos)|"
        "(fines|finalidades) (diversos|diversas|varios|varias|similares|internos|comerciales "
        "diversos)|entre otr*|etc|etcetera|y (mucho )?mas|para (servirle|atenderle|servirte) "
        "mejor"
    ),
    shaming=(
        "(no|ni) (me|nos) (importa|interesa|preocupa|gusta|gustan|interesan) ((mi|mis|la|las|los|"
        "en|absoluto|para|nada|ni) ){0,3}(privacidad|seguridad|ofertas|descuentos|ahorrar|mejor|"
        "calidad|datos|ahorro)|(prefiero|me gusta|me gustan|quiero|elijo|me conformo con|"
        "disfruto) ((una|un|la|los|las|el|ver|recibir|de|tener|anuncios|publicidad|experiencia|"
        "web|perderme) ){0,5}(peor|aburrid*|irrelevante*|mal|mala|malo|molest*|lent*|limitada|"
        "pobre|ofertas)|no quiero (ahorrar|mejorar|una mejor|descuentos|ofertas|ayudar|una "
        "buena)|(algo|nada) que (ocultar|esconder)|no sea* (aburrid*|egoist*)|egoist*|te "
        "arrepentiras|se arrepentira"
    ),
    accept="acept*|consient*|consentir|autori(z|c)*|permit(e|a|ir|iendo|es)",
    gift=(
        "descuento*|cupon*|vale de|regalo*|gratis|gratuit*|premio*|recompensa*|bonificacion|"
        "sorteo|percent de|(disfrut*|acceder|accede|aprovech*|desbloque*|obtener|usar|utilizar|"
        "ver|navegar) ((a|de|del|al|la|las|el|los|por) ){0,3}(tod*|complet*|plen*|web completa|"
        "sitio completo|pagina completa|maximo|contenido completo|mejor*)|contenido exclusivo|"
        "ventajas exclusivas|desbloque*"
    ),
)
