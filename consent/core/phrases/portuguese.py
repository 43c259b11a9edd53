"""What Portuguese says when it takes consent for granted; for the notation see `grammar`."""

from consent.core.phrases.grammar import Phrases

PORTUGUESE = Phrases(
    no="nao nunca jamais nem nada sem nenhum nenhuma tampouco ninguem",
    link=(
        "e sao ser significa significam implica implicam supoe constitui constituem equivale a "
        "como que se o de do por para um uma seu sua isto isso este esta consideramos considera "
        "entendemos conta vale quer dizer ha outros outras assumimos presumimos interpretamos "
        "usados tratamos seja entenderemos consideraremos assumiremos presumiremos assume "
        "entende considera"
    ),
    when="se quando onde so apenas quem o_que os_que as_que",
    act=(
        "(se|ao|quando|enquanto|quem|com|por|mediante|que|apos|pelo|caso) ((voce|o|a|os|"
        "utilizador|usuario|visitante|nao|simples|mero|facto|fato|de|sua|seu|se|decide|decidir) "
        "){0,5}(continu*|segu*|prosseg*|naveg*|visit*|perman*|rola*|desliz*|ignor*|fech*|mant*|"
        "fazer scroll|(us*|utiliz*|aced*|acess*|entr*|explor*) @4 (site|sitio|website|pagina*|"
        "portal|servico*|aplicacao|aplicativo|app|loja|blog|plataforma|web))( (navegando|a "
        "(naveg*|us*|utiliz*)|usando|utilizando|com a navegacao))?( (em|no|na|neste|nesta|por|"
        "pelo|o|a) @2 (site|sitio|website|pagina|portal))?|(se|enquanto|quem|que) ((voce|"
        "utilizador) ){0,2}nao ((se|as|a) ){0,2}(alter*|mud*|opor*|opuser|recus*|rejeit*)|"
        "(navegando|continuando|prosseguindo|utilizando|usando) (em|no|na|neste|nesta|com|pelo|a|"
        "o|este)"
    ),
    use=(
        "(uso|utilizacao|acesso|navegacao|visita|leitura|permanencia)( (continuad* )?(a|de|do|da|"
        "deste|desta|no|na|neste|nesta|em) @3 (site|sitio|website|pagina|portal|servico))?|"
        "(continuar|seguir) (a )?(navegar|navegando|usando|usar|utilizar|com)|navegar|fechar|"
        "silencio|inacao"
    ),
    you=(
        "((voce|utilizador|usuario|visitante|ja|tambem|automaticamente|expressamente|tacitamente|"
        "implicitamente|assim|se) ){0,3}((esta|estao|estara|tera|tem|declara|reconhece e|entende "
        "e|a) ){0,3}(aceita|aceitas|aceitam|aceitara|aceitando|aceite|aceitar|aceitou|concorda|"
        "concordas|concordam|concordara|concordando|concordar|consente|consentes|consentem|"
        "consentindo|consentir|autoriza|autorizas|autorizando|autorizar|permite|permites|aprova|"
        "de acordo com|(da|dar|dando|dara|presta|prestar|concede|conceder|manifesta|manifestar|"
        "expressa|fornece|dado) @4 (consentimento|concordancia|aceitacao|autorizacao|permissao|"
        "acordo|anuencia))"
    ),
    claim=(
        "(significa*|implica*|supoe*|constitui*|equivale* a|representa*|indica*|expressa*|"
        "demonstra*|conta como|considera*( como)?|entende se|interpreta* como|vale como|quer "
        "dizer|manifesta*|pressupoe*|confirma*) @7 (aceit*|consent*|concord*|autoriz*|acordo|"
        "permissao)|(e|sao|como) ((o|a|seu|sua|teu|um|uma|tacito) ){0,3}(consentimento|aceitacao|"
        "aceitar|consentir)"
    ),
    alone=(
        "(consideramos|consideraremos|considera|entendemos|entenderemos|assumimos|assumiremos|"
        "presumimos|presumiremos|partimos do principio|supomos|interpretamos|deduzimos) @8 "
        "(aceita|aceitas|aceitou|aceitam|aceite|aceitacao|concorda|concordou|consente|"
        "consentimento|acordo|autoriza|satisfeito)|consentimento (tacito|implicito)|(deve|tem de|"
        "tem que|precisa de|precisa|e necessario|e obrigatorio) (aceitar|consentir) @5 (para|"
        "antes de) @2 (naveg*|continu*|segu*|(us*|utiliz*|aced*|acess*|entrar) @4 (site|sitio|"
        "website|pagina|portal))|nao (pode|podera|podes|e possivel) (naveg*|continuar|usar|"
        "utilizar|aceder|acessar) ((navegando|a|navegar|no|o|em|neste|este|ao|site|pagina) "
        "){0,5}(sem aceitar|sem consentir|se nao aceit*)"
    ),
    vague=(
        "(melhor*|otimiz*|personaliz*|enriquec*|aprimor*|aperfeico*|potenciar) ((a|o|os|as|sua|"
        "seu|tua|teu|vossa|noss*|qualidade|da|de|do) ){0,4}(experiencia|servico*|navegacao|"
        "visita|site|sitio|website|pagina|oferta|produtos|conteudos|utilizador|usuario)|melhor "
        "((possivel|e|uma) ){0,2}(experiencia|servico|navegacao|atendimento)|(otima|excelente|"
        "boa) experiencia|(outr*|divers*|vari*|diferentes|cert*|demais|determinad*) (fins|"
        "finalidades|propositos|usos|motivos|objetivos)|entre outr*|etc|etcetera|e (muito )?mais"
    ),
    shaming=(
        "nao (me|quero) (importo|importa|interessa|preocupo|poupar|melhorar|economizar|uma "
        "melhor|descontos|ofertas) ((com|a|o|minha|os|na|da) ){0,4}(privacidade|seguranca|"
        "ofertas|descontos|dados|dinheiro|melhor|experiencia)|nao quero (poupar|economizar|"
        "melhorar|descontos|ofertas|uma melhor)|(prefiro|gosto de|quero|contento me com) ((uma|"
        "um|a|os|ver|receber|experiencia|anuncios|publicidade|site) ){0,4}(pior|chat*|aborrecid*|"
        "irrelevante*|mau|ma|limitad*|macador*)|(algo|nada) (a|para) esconder|egoist*"
    ),
    accept="aceit*|consent*|concord*|autoriz*|permit*",
    gift=(
        "desconto*|cupo*|vale de|brinde*|presente*|gratis|gratuit*|premio*|recompensa*|sorteio|"
        "(desfrut*|aproveit*|aceder|acessar|desbloque*|usar|utilizar|usufru*) ((a|de|do|da|ao|o|"
        "os|todo|as) ){0,3}(tod*|complet*|plen*|site completo|pagina completa|melhor*)|conteudo "
        "exclusivo|vantagens exclusivas|desbloque*"
    ),
)
