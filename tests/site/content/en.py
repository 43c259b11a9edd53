"""The clinic's texts in English."""

from typing import Any

ENGLISH: dict[str, Any] = {
    "clinic": "Clínica Lindero",
    "strapline": "Spinal cord repair",
    "skip": "Skip to the content",
    "menu": "Main menu",
    "hours": "Mon–Fri 09:00–17:00",
    "switch": "Language",
    "demonstration": (
        "A demonstration site. The clinic, its address and its services are invented, and nothing"
        " here is medical advice."
    ),
    "nav": [
        ("therapy", "The therapy"),
        ("steps", "Step by step"),
        ("rehabilitation", "Rehabilitation"),
        ("results", "Results"),
        ("injury", "The injury"),
        ("visit", "Visit"),
    ],
    "hero": {
        "title": "Cell therapy after a spinal cord injury",
        "note": "With local immunomodulation",
        "lead": (
            "We grow cells from each patient’s own tissue, implant them where the cord is damaged,"
            " and then train them. Cell therapy and intensive rehabilitation are one treatment"
            " here."
        ),
        "steps": "See the five steps",
        "contact": "Write to us",
    },
    "therapy": {
        "title": "Two implants, one aim",
        "lead": (
            "The raw material for the repair comes from the patient: stem cells from the fat just"
            " under the skin, which our laboratory turns into neural and muscle progenitor cells."
        ),
        "places": [
            {
                "title": "In the spinal cord",
                "body": [
                    "Neural progenitor cells, derived from subcutaneous fat stem cells, reach the"
                    " damaged stretch of cord by the arterial route. Effector lymphocytes go in"
                    " with them and recreate the inflammatory setting in which tissue mends.",
                    "The aim is electrical: to hand the nervous system what it needs to join the"
                    " cranial and the caudal end of the cord again.",
                ],
            },
            {
                "title": "In the muscles",
                "body": [
                    "A skeletal muscle that has lost some or all of its nerve supply stops moving"
                    " normally and falls into severe atrophy. Under ultrasound guidance we implant"
                    " muscle and neural progenitor cells there, so that its structure and its"
                    " ability to contract improve.",
                    "Muscles that keep part of their nerve supply come first. Those farther from"
                    " the lesion follow as the cord reconnects and more signals reach them.",
                ],
            },
        ],
    },
    "steps": {
        "title": "The treatment, step by step",
        "list": [
            {
                "title": "Treatment of the injury",
                "body": "Cell implants and rehabilitation are planned together, for this injury.",
            },
            {
                "title": "Cell differentiation",
                "body": "Stem cells from subcutaneous fat become progenitor cells in the lab.",
            },
            {
                "title": "Preparing the implant",
                "body": "The new cells are made ready, those for the cord with lymphocytes.",
            },
            {
                "title": "Implanting the cells",
                "body": "Through an artery into the cord; with ultrasound into the muscles.",
            },
            {
                "title": "Intensive rehabilitation",
                "body": "Training gives the new cells the stimulus to take up their function.",
            },
        ],
    },
    "rehabilitation": {
        "title": "Rehabilitation tells the cells what to become",
        "body": [
            "Several disciplines work together to send functional stimuli to the implanted cells,"
            " which then differentiate according to what they receive and what the body needs. A"
            " cell that gets no fitting stimulus keeps its potential to itself, and no function"
            " changes.",
            "That makes our programme a very different one from what usually follows such an"
            " injury. Once there are new neural and muscle progenitor cells to build with, lost"
            " functions of nerve and muscle become something to work on.",
        ],
        "figures": [
            ("12 months", "of rehabilitation at the least after a cord implant, in most cases"),
            ("6 months", "between spinal cord implants, while the response is positive"),
            ("6–8 weeks", "between implants in the affected muscles, on the same condition"),
        ],
        "note": (
            "One implant in the cord is seldom enough, and each calls for its own rehabilitation."
            " The clinical response decides how the plan goes on."
        ),
    },
    "results": {
        "title": "Results, two years on",
        "body": [
            "Two years after the clinical testing phase ended, this video sums up what was achieved"
            " in a group of patients with complete injuries of different kinds.",
            "It was presented in Poland, at the XIII Annual Conference of the IANR.",
        ],
        "video": "Video: results two years after the clinical testing phase",
    },
    "injury": {
        "title": "Understanding spinal cord injury",
        "what": {
            "title": "What happens",
            "body": (
                "Nerve tissue of the cord is lost. At the level of the lesion axons tear and"
                " disconnect, and the bodies of neurons are crushed. Three kinds of function"
                " suffer:"
            ),
            "list": [
                "voluntary movement",
                "sensation",
                "what the body regulates by itself, such as breathing or the sphincters",
            ],
        },
        "causes": {
            "title": "What causes it",
            "list": [
                {
                    "title": "Trauma",
                    "body": (
                        "Statistics put fractures and dislocations of the spine first, which crush"
                        " the nerve tissue. Bladed weapons and gunshot wounds add many cases."
                    ),
                },
                {
                    "title": "Disease",
                    "body": (
                        "An illness can reach the cord too. Intramedullary bleeding may crush the"
                        " nerve tissue; so may tumours, where cells of that tissue grow abnormally"
                        " and press on their surroundings."
                    ),
                },
            ],
        },
        "severity": {
            "title": "How severe it is",
            "list": [
                {
                    "title": "Complete injury",
                    "body": (
                        "No nerve connection bridges the lesion, and the cord below it stays cut"
                        " off from the levels above. Below the injury nothing can be moved at will"
                        " and nothing is felt."
                    ),
                },
                {
                    "title": "Incomplete injury",
                    "body": (
                        "Part of the connection across the lesion is back, and with it some"
                        " movement, some sensation, or both."
                    ),
                },
            ],
        },
    },
    "visit": {
        "title": "Visit the clinic",
        "hours_title": "Opening hours",
        "hours": "Monday to Friday, 09:00–17:00",
        "address_title": "Address",
        "address": ["Calle del Ejemplo 12 (invented)", "28099 Madrid, Spain"],
        "contact": "Write to us",
        "map": "Map: how to find the clinic",
    },
    "contact": {
        "title": "Write to us",
        "lead": (
            "Tell us briefly what it is about. The form asks for what an answer needs, and has"
            " nothing to do with your privacy choices."
        ),
        "fields": {"name": "Name", "email": "E-mail", "message": "Message"},
        "send": "Send",
        "sent": "Your message has been sent. We answer within two working days.",
        "problem": "Please look at the marked fields. Nothing has been sent yet.",
        "private": "As this is a demonstration, your message is neither sent on nor stored.",
    },
    "policy": {
        "title": "Cookies and similar techniques",
        "link": "Cookie policy",
        "lead": (
            "This is everything the site can store or load. Only what is marked as necessary works"
            " without asking you; the rest waits for your choice, which you can change below on"
            " any page."
        ),
        "empty": "No notice has been published yet, so nothing optional is ever loaded.",
        "number": "Notice number",
        "controller": "Who is responsible",
        "controller_fields": [
            ("name", "Name"),
            ("address", "Address"),
            ("contact", "Contact"),
            ("dpo", "Data protection officer"),
            ("authority", "Supervisory authority"),
        ],
        "required": "Necessary: always active",
        "optional": "Optional: off until you allow it",
        "none": "Nothing is stored or loaded for this purpose.",
        "own": "The site’s own",
        "service_fields": [
            ("provider", "Provider"),
            ("recipients", "Recipients"),
            ("data_types", "Data"),
            ("transfer", "Transfer"),
            ("retention", "Kept for"),
        ],
        "columns": {
            "name": "Name",
            "kind": "Kind",
            "provider": "Provider",
            "purpose": "Purpose",
            "lifetime": "Lifetime",
            "third": "Third party",
        },
        "kinds": {
            "cookie": "Cookie",
            "local": "Local storage",
            "session": "Session storage",
            "indexeddb": "IndexedDB",
            "cache": "Cache storage",
            "pixel": "Pixel",
        },
        "yesno": "Yes,No",
    },
}
