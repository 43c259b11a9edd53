"""The clinic's texts in Spanish."""

from typing import Any

SPANISH: dict[str, Any] = {
    "clinic": "Clínica Lindero",
    "strapline": "Reparación medular",
    "skip": "Saltar al contenido",
    "menu": "Menú principal",
    "hours": "Lun–Vie 09:00–17:00",
    "switch": "Idioma",
    "demonstration": (
        "Sitio de demostración. La clínica, su dirección y sus servicios son inventados, y nada de"
        " lo que aquí se lee es un consejo médico."
    ),
    "nav": [
        ("therapy", "La terapia"),
        ("steps", "Paso a paso"),
        ("rehabilitation", "Rehabilitación"),
        ("results", "Resultados"),
        ("injury", "La lesión"),
        ("visit", "Visítenos"),
    ],
    "hero": {
        "title": "Terapia celular tras una lesión medular",
        "note": "Con inmunomodulación local",
        "lead": (
            "Cultivamos células a partir del tejido de cada paciente, las implantamos donde la"
            " médula está dañada y después las entrenamos. Aquí la terapia celular y la"
            " rehabilitación intensiva son un solo tratamiento."
        ),
        "steps": "Ver los cinco pasos",
        "contact": "Escríbanos",
    },
    "therapy": {
        "title": "Dos implantes, un objetivo",
        "lead": (
            "La materia prima de la reparación la aporta el paciente: células madre de la grasa que"
            " hay justo bajo la piel, que nuestro laboratorio convierte en células progenitoras"
            " neurales y musculares."
        ),
        "places": [
            {
                "title": "En la médula espinal",
                "body": [
                    "Las células progenitoras neurales, obtenidas de células madre de la grasa"
                    " subcutánea, llegan por vía arterial al tramo de médula dañado. Las acompañan"
                    " linfocitos efectores, que recrean el entorno inflamatorio en el que un tejido"
                    " se repara.",
                    "El objetivo es eléctrico: dar al sistema nervioso lo que necesita para volver"
                    " a unir el extremo craneal y el extremo caudal de la médula.",
                ],
            },
            {
                "title": "En los músculos",
                "body": [
                    "Un músculo esquelético que ha perdido parte o toda su inervación deja de"
                    " moverse con normalidad y cae en una atrofia grave. Con guía ecográfica"
                    " implantamos allí células progenitoras musculares y neurales, para mejorar su"
                    " estructura y su capacidad de contraerse.",
                    "Primero se tratan los músculos que conservan algo de inervación. Los más"
                    " alejados de la lesión vienen después, a medida que la médula se reconecta y"
                    " les llegan más señales.",
                ],
            },
        ],
    },
    "steps": {
        "title": "El tratamiento, paso a paso",
        "list": [
            {
                "title": "Tratamiento de la lesión",
                "body": "Implantes y rehabilitación se planifican juntos, para esta lesión.",
            },
            {
                "title": "Diferenciación celular",
                "body": "De la grasa subcutánea, el laboratorio obtiene células progenitoras.",
            },
            {
                "title": "Preparación del implante",
                "body": "Se preparan las nuevas células; las de la médula, con linfocitos.",
            },
            {
                "title": "Implante de las células",
                "body": "Por una arteria a la médula; con ecografía, a los músculos.",
            },
            {
                "title": "Rehabilitación intensiva",
                "body": "El entrenamiento da a las células el estímulo para funcionar.",
            },
        ],
    },
    "rehabilitation": {
        "title": "La rehabilitación dice a las células qué deben ser",
        "body": [
            "Varias disciplinas colaboran para enviar estímulos funcionales a las células"
            " implantadas, que se diferencian según lo que reciben y lo que el cuerpo necesita. La"
            " célula que no recibe un estímulo adecuado se guarda su potencial, y ninguna función"
            " cambia.",
            "Por eso nuestro programa se parece poco al que suele seguir a una lesión así. Cuando"
            " hay nuevas células progenitoras neurales y musculares con las que construir, las"
            " funciones perdidas de nervios y músculos pasan a ser algo en lo que trabajar.",
        ],
        "figures": [
            ("12 meses", "de rehabilitación como mínimo tras un implante medular, casi siempre"),
            ("6 meses", "entre implantes medulares, mientras la respuesta sea positiva"),
            ("6–8 semanas", "entre implantes en los músculos afectados, con igual condición"),
        ],
        "note": (
            "Rara vez basta un solo implante en la médula, y cada uno exige su propia"
            " rehabilitación. La respuesta clínica decide cómo sigue el plan."
        ),
    },
    "results": {
        "title": "Resultados, dos años después",
        "body": [
            "Dos años después de acabar la fase de pruebas clínicas, este vídeo resume lo logrado"
            " en un grupo de pacientes con lesiones completas de distintos tipos.",
            "Se presentó en Polonia, en la XIII Conferencia Anual de la IANR.",
        ],
        "video": "Vídeo: resultados dos años después de la fase de pruebas clínicas",
    },
    "injury": {
        "title": "Comprender la lesión medular",
        "what": {
            "title": "Qué ocurre",
            "body": (
                "Se pierde tejido nervioso de la médula. A la altura de la lesión los axones se"
                " rompen y se desconectan, y los cuerpos de las neuronas quedan aplastados. Sufren"
                " tres tipos de funciones:"
            ),
            "list": [
                "el movimiento voluntario",
                "la sensibilidad",
                "lo que el cuerpo regula por sí mismo, como la respiración o los esfínteres",
            ],
        },
        "causes": {
            "title": "Qué la causa",
            "list": [
                {
                    "title": "Traumatismos",
                    "body": (
                        "Las estadísticas sitúan primero las fracturas y luxaciones de la columna,"
                        " que aplastan el tejido nervioso. Las armas blancas y las heridas de bala"
                        " suman muchos casos."
                    ),
                },
                {
                    "title": "Enfermedades",
                    "body": (
                        "También una enfermedad puede alcanzar la médula. Una hemorragia"
                        " intramedular puede aplastar el tejido nervioso, igual que los tumores, en"
                        " los que células de ese tejido crecen de forma anómala y comprimen lo que"
                        " las rodea."
                    ),
                },
            ],
        },
        "severity": {
            "title": "Qué gravedad tiene",
            "list": [
                {
                    "title": "Lesión completa",
                    "body": (
                        "Ninguna conexión nerviosa cruza la lesión, y la médula que queda por"
                        " debajo sigue aislada de los niveles superiores. Por debajo de la lesión"
                        " no hay movimiento voluntario ni sensibilidad."
                    ),
                },
                {
                    "title": "Lesión incompleta",
                    "body": (
                        "Parte de la conexión a través de la lesión se ha recuperado, y con ella"
                        " algo de movimiento, de sensibilidad o de ambos."
                    ),
                },
            ],
        },
    },
    "visit": {
        "title": "Visite la clínica",
        "hours_title": "Horario",
        "hours": "De lunes a viernes, 09:00–17:00",
        "address_title": "Dirección",
        "address": ["Calle del Ejemplo 12 (inventada)", "28099 Madrid, España"],
        "contact": "Escríbanos",
        "map": "Mapa: cómo llegar a la clínica",
    },
    "contact": {
        "title": "Escríbanos",
        "lead": (
            "Cuéntenos brevemente de qué se trata. El formulario pide lo necesario para responderle"
            " y no tiene relación con sus opciones de privacidad."
        ),
        "fields": {"name": "Nombre", "email": "Correo electrónico", "message": "Mensaje"},
        "send": "Enviar",
        "sent": "Su mensaje se ha enviado. Respondemos en dos días laborables.",
        "problem": "Revise los campos marcados. Todavía no se ha enviado nada.",
        "private": "Como es una demostración, su mensaje ni se reenvía ni se guarda.",
    },
    "policy": {
        "title": "Cookies y técnicas similares",
        "link": "Política de cookies",
        "lead": (
            "Esto es todo lo que el sitio puede guardar o cargar. Solo lo marcado como necesario"
            " funciona sin preguntarle; lo demás espera a su elección, que puede cambiar al pie de"
            " cualquier página."
        ),
        "empty": "Aún no se ha publicado ningún aviso, así que nunca se carga nada opcional.",
        "number": "Aviso número",
        "controller": "Quién es responsable",
        "controller_fields": [
            ("name", "Nombre"),
            ("address", "Dirección"),
            ("contact", "Contacto"),
            ("dpo", "Delegado de protección de datos"),
            ("authority", "Autoridad de control"),
        ],
        "required": "Necesario: siempre activo",
        "optional": "Opcional: desactivado hasta que usted lo permita",
        "none": "Para este fin no se guarda ni se carga nada.",
        "own": "Del propio sitio",
        "service_fields": [
            ("provider", "Proveedor"),
            ("recipients", "Destinatarios"),
            ("data_types", "Datos"),
            ("transfer", "Transferencia"),
            ("retention", "Conservación"),
        ],
        "columns": {
            "name": "Nombre",
            "kind": "Tipo",
            "provider": "Proveedor",
            "purpose": "Finalidad",
            "lifetime": "Duración",
            "third": "De terceros",
        },
        "kinds": {
            "cookie": "Cookie",
            "local": "Almacenamiento local",
            "session": "Almacenamiento de sesión",
            "indexeddb": "IndexedDB",
            "cache": "Almacenamiento en caché",
            "pixel": "Píxel",
        },
        "yesno": "Sí,No",
    },
}
