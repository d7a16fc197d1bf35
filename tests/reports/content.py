"""A made-up checklist of ten touchpoints and forty questions, and what its fieldworkers wrote."""

from decimal import Decimal

from fieldstudy.core.checklist import (
    Band,
    Channel,
    Checklist,
    Critical,
    CriticalRule,
    EvidenceKind,
    ExPro,
    Method,
    Option,
    Phase,
    Question,
    QuestionType,
    Section,
    Settings,
    Text,
)

D = Decimal
ONLY_LIVED = (Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION)


def text(italian: str, english: str = "") -> Text:
    return Text({"it": italian, "en": english or italian})


YES_NO = (
    Option("yes", text("Sì", "Yes"), D(1)),
    Option("no", text("No"), D(0)),
    Option("na", text("Non applicabile", "Not applicable"), is_na=True),
)
SCALE = tuple(Option(f"s{n}", text(str(n)), D(n - 1) / 4) for n in range(1, 6))
CARE = (
    Option("full", text("Attenta e completa", "Attentive and complete"), D(2)),
    Option("partial", text("Frettolosa", "Hurried"), D("0.5")),
    Option("none", text("Assente", "Absent"), D(0)),
)
PAYMENT = (Option("card", text("Carta", "Card")), Option("cash", text("Contanti", "Cash")))


def yes_no(name: str, italian: str, english: str, expro: ExPro | None = None, **more: object) -> Question:
    return Question(
        name, QuestionType.SELECT_ONE, text(italian, english), options=YES_NO, is_scored=True, expro=expro, **more
    )


def scale(name: str, italian: str, english: str, expro: ExPro | None = None, **more: object) -> Question:
    return Question(
        name, QuestionType.SELECT_ONE, text(italian, english), options=SCALE, is_scored=True, expro=expro, **more
    )


def care(name: str, italian: str, english: str, expro: ExPro | None = None) -> Question:
    return Question(name, QuestionType.SELECT_ONE, text(italian, english), options=CARE, is_scored=True, expro=expro)


def timer(name: str, italian: str, english: str, expro: ExPro, full: int, half: int) -> Question:
    bands = (Band("<=", D(full), D(2)), Band("<=", D(half), D(1)), Band("", None, D(0)))
    return Question(
        name,
        QuestionType.TIMER,
        text(italian, english),
        bands=bands,
        is_scored=True,
        expro=expro,
        standard=D(full),
        evidence=EvidenceKind.TIMER,
    )


def told(name: str, italian: str, english: str) -> Question:
    return Question(name, QuestionType.TEXT, text(italian, english))


P, E, W, C, R = ExPro.PEOPLE, ExPro.ENVIRONMENT, ExPro.WEB_AND_MEDIA, ExPro.COMMUNICATIONS, ExPro.PRODUCT_PRESENCE
I = ExPro.IDENTITY  # noqa: E741
PHOTO = {"evidence": EvidenceKind.PHOTO}

SECTIONS = (
    Section(
        "site",
        text("Sito e orari", "Web site and hours"),
        (
            yes_no("site_hours", "Gli orari sul sito sono giusti?", "Are the hours on the site right?", W),
            yes_no("site_stock", "La disponibilità indicata è vera?", "Is the stock shown there true?", W),
            scale("site_ease", "Quanto è facile trovare il negozio sul sito?", "How easy is the store to find?", W),
            yes_no("site_mobile", "Il sito si legge bene sul telefono?", "Does the site read well on a phone?", W),
        ),
        channel=Channel.WEB,
        phase=Phase.AWARENESS,
        norm=D(85),
    ),
    Section(
        "phone",
        text("Telefono", "Phone"),
        (
            timer("phone_wait", "Dopo quanto rispondono?", "How long until they answer?", P, 20, 40),
            yes_no("phone_name", "Chi risponde dice il nome del negozio?", "Is the store named on the phone?", P),
            yes_no("phone_stock", "Controllano la disponibilità?", "Do they check the stock?", P),
            care("phone_care", "Com'è la risposta?", "How is the answer?", P),
        ),
        channel=Channel.PHONE,
        phase=Phase.AWARENESS,
        norm=D(85),
    ),
    Section(
        "window",
        text("Vetrina", "Shop window"),
        (
            yes_no("window_prices", "I prezzi sono visibili in vetrina?", "Are prices seen in the window?", R, **PHOTO),
            yes_no("window_theme", "Il tema della stagione si riconosce?", "Is the season's theme seen?", I),
            yes_no("window_clean", "Il vetro è pulito?", "Is the glass clean?", E),
            scale("window_pull", "Quanto invita a entrare?", "How much does it invite you in?", I),
        ),
        phase=Phase.ENGAGEMENT,
        norm=D(90),
    ),
    Section(
        "welcome",
        text("Accoglienza", "Welcome"),
        (
            yes_no(
                "welcome_30",
                "Ti hanno salutato entro 30 secondi?",
                "Were you greeted within 30 seconds?",
                P,
                methods=ONLY_LIVED,
                critical=Critical(CriticalRule.FLAG),
            ),
            timer("welcome_wait", "Quanto hai aspettato il primo saluto?", "How long until the greeting?", P, 30, 120),
            yes_no("welcome_eyes", "Il personale guarda verso l'ingresso?", "Do staff look at the door?", P, **PHOTO),
            care("welcome_offer", "Com'è stata l'offerta di aiuto?", "How was the offer of help?", P),
        ),
        phase=Phase.ENGAGEMENT,
        is_moment_of_truth=True,
        norm=D(90),
    ),
    Section(
        "display",
        text("Esposizione", "Display"),
        (
            yes_no("display_sizes", "Le taglie sono complete?", "Are all sizes there?", R, **PHOTO),
            yes_no("display_labels", "Ogni capo ha il prezzo?", "Has every garment its price?", R),
            scale("display_order", "Quanto è in ordine?", "How tidy is it?", E),
            yes_no("display_touch", "I capi si possono toccare?", "May the garments be touched?", R),
        ),
        phase=Phase.PURCHASE,
        norm=D(80),
    ),
    Section(
        "advice",
        text("Consulenza", "Advice"),
        (
            yes_no("advice_needs", "Ti hanno chiesto di che cosa avevi bisogno?", "Were you asked what you need?", P),
            care("advice_fabric", "Com'è la spiegazione dei tessuti?", "How are the fabrics explained?", P),
            yes_no("advice_second", "Hanno proposto un'alternativa?", "Was an alternative offered?", P),
            scale("advice_trust", "Quanto ti fidi del consiglio?", "How far do you trust the advice?", P),
        ),
        phase=Phase.PURCHASE,
        is_moment_of_truth=True,
        norm=D(80),
        methods=ONLY_LIVED,
    ),
    Section(
        "fitting",
        text("Camerino", "Fitting room"),
        (
            yes_no("fitting_clean", "Il camerino è pulito?", "Is the fitting room clean?", E, **PHOTO),
            yes_no("fitting_hooks", "Ci sono almeno tre ganci?", "Are there at least three hooks?", E),
            scale("fitting_light", "Com'è la luce?", "How is the light?", E),
            yes_no("fitting_help", "Qualcuno chiede se serve un'altra taglia?", "Does anyone offer another size?", P),
        ),
        phase=Phase.PURCHASE,
        norm=D(80),
        methods=ONLY_LIVED,
    ),
    Section(
        "till",
        text("Cassa", "Till"),
        (
            timer("till_wait", "Quanto hai aspettato alla cassa?", "How long did you wait to pay?", P, 180, 360),
            yes_no("till_bye", "Ti hanno salutato alla fine?", "Did they say goodbye?", P),
            yes_no("till_bag", "La borsa è stata offerta, non data?", "Was the bag offered, not given?", I),
            Question(
                "till_payment",
                QuestionType.SELECT_ONE,
                text("Come hai pagato?", "How did you pay?"),
                options=PAYMENT,
                evidence=EvidenceKind.RECEIPT,
            ),
        ),
        phase=Phase.PURCHASE,
        is_moment_of_truth=True,
        norm=D(90),
    ),
    Section(
        "return",
        text("Reso", "Return"),
        (
            yes_no("return_easy", "Il reso è stato accettato senza discutere?", "Was the return accepted at once?", P),
            yes_no("return_rules", "Le regole sono scritte e visibili?", "Are the rules written and visible?", C),
            timer("return_wait", "Quanto è durato il reso?", "How long did the return take?", P, 240, 480),
            told("return_story", "Racconta come è andata", "Tell how it went"),
        ),
        phase=Phase.POST_SALE,
        is_moment_of_truth=True,
        norm=D(80),
        methods=ONLY_LIVED,
    ),
    Section(
        "email",
        text("E-mail dopo", "E-mail afterwards"),
        (
            yes_no("email_came", "È arrivata l'e-mail di ringraziamento?", "Did the thank-you e-mail come?", C),
            yes_no("email_name", "Ti chiama per nome?", "Does it call you by name?", C),
            yes_no("email_care", "Spiega come curare il capo?", "Does it say how to care for the garment?", C),
            Question("email_days", QuestionType.INTEGER, text("Dopo quanti giorni?", "After how many days?")),
        ),
        channel=Channel.EMAIL,
        phase=Phase.POST_SALE,
        norm=D(70),
        methods=ONLY_LIVED,
    ),
)

CHECKLIST = Checklist(
    "boutique",
    text("Visita in boutique", "A visit to the boutique"),
    SECTIONS,
    Settings(),
    "2026-1",
    ("it", "en"),
    "it",
)

CHANCES = {
    "site": 90, "phone": 70, "window": 95, "welcome": 45, "display": 82,
    "advice": 74, "fitting": 68, "till": 60, "return": 80, "email": 38,
}  # fmt: skip
"""How often a store of this demo does well at a touchpoint, in percent."""

COMMENTS = {
    "welcome_30": "Due addette parlavano tra loro dietro il banco; il saluto è arrivato quando mi sono avvicinata io.",
    "welcome_offer": "«Serve?» detto passando, senza fermarsi.",
    "till_wait": "Una sola cassa aperta, sei persone in fila, la seconda addetta piegava maglioni.",
    "till_bye": "Ha già chiamato il cliente dopo di me.",
    "fitting_light": "Luce fredda dall'alto: il blu sembra nero.",
    "display_labels": "Mancava il prezzo su due cappotti vicino all'ingresso.",
    "phone_care": "Gentile, ma ha messo giù prima che potessi chiedere degli orari.",
    "email_came": "Arrivata dopo cinque giorni, nella cartella della pubblicità.",
    "window_prices": "Tutti i cartellini leggibili dalla strada.",
    "advice_second": "Ha proposto un modello più economico senza che lo chiedessi: molto apprezzato.",
}

JOTTINGS = {
    "welcome": (
        "Sono rimasta davanti al banco con il maglione in mano. Ridevano tra loro; poi una mi ha guardata e ha "
        "abbassato gli occhi.",
        "Entrano in quattro, nessuno alza la testa. Il vigilante saluta per primo.",
    ),
    "till": (
        "La fila arriva fino ai camerini. Una signora lascia i capi sul tavolo e se ne va.",
        "L'addetta sorride appena quando legge il nome sulla carta.",
    ),
    "display": ("Si ha voglia di toccare tutto: i maglioni sono aperti, non impilati.",),
    "window": ("Una coppia si ferma, indica il cappotto verde, entra.",),
    "fitting": ("Tenda che non chiude: chi prova tiene un lembo con la mano.",),
    "": ("Fuori piove forte: in negozio si entra a gruppi e si esce in fretta.",),
}

STORIES = ("Cinque minuti, nessuna domanda, un sorriso. Mi hanno offerto il cambio prima del rimborso.",)
