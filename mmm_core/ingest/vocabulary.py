"""What column names mean, word by word, in English, German, French, Spanish, Italian and Dutch."""

import re
import unicodedata


def words(name: str) -> tuple[str, ...]:
    """Split a column name into folded words: "Channel0_spend" gives channel0, spend; "costMicros" cost, micros."""
    folded = unicodedata.normalize("NFKC", name)
    folded = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", folded)
    return tuple(part.casefold() for part in re.split(r"[\W_]+", folded) if part)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DATE = _set(
    "date day week datum tag woche kw kalenderwoche fecha día dia semana jour semaine data giorno settimana dag "
    "time hour timestamp period periode período période periodo zeitraum uhrzeit ds month monat mois mes mese "
    "maand"
)
NOT_DATE = _set("synced updated created modified loaded inserted end stop ende fin fine einde")
SPEND = _set(
    "spend spends spent spending cost costs kosten mediakosten werbekosten ausgaben werbeausgaben mediaspend "
    "adspend betrag budget mediabudget invest investment investments investition investitionen aufwand dépense "
    "dépenses depense depenses coût coûts cout couts montant gasto gastos coste costes costo costos inversión "
    "inversion importe spesa spese importo investimento uitgaven besteding bestedingen bedrag nettobudget netto"
)
WEAK_SPEND = _set("budget netto betrag montant importe importo bedrag investment")
NOT_SPEND = _set(
    "per pro par por cpc cpm cpa cpv cap id name type code rate roas daily remaining measurable conversion "
    "conversions result results kpi status strategy viewable video watched"
)
UNIT_WORDS = _set(
    "in amount total media net gross ad ads eur usd gbp chf currency dollar dollars euro micro micros the of m "
    "local sum"
)
MICROS = _set("micro micros")
EXPOSURE = {
    word: rank
    for rank, group in enumerate(
        (
            "impressions impression imps impr impressionen einblendungen impresiones impressioni vertoningen",
            "grp grps trp trps",
            "contacts kontakte kontakt sichtkontakte contactos contatti contacten",
            "views plays aufrufe vues",
            "reach reichweite alcance bereik",
            "clicks click klicks klick clics clic swipes clickthrough sessions visits",
            "circulation auflage spots insertions",
        )
    )
    for word in group.split()
}
NOT_EXPOSURE = _set(
    "per rate ctr cpm cpc cost id name value active viral card measurable unique approximate video share"
)
GEO = _set(
    "geo region regions région regione regio bundesland state dma province provinz provincia provincie stadt city "
    "ville ciudad country land pays país pais paese market markt mercado mercato territory"
)
DIMENSION = _set(
    "campaign campaigns kampagne campagne campaña campana campagna platform plattform plateforme plataforma "
    "piattaforma publisher channel kanal canal canale kanaal adset adgroup group anzeigengruppe placement "
    "platzierung network netzwerk réseau device gerät appareil dispositivo creative ad anzeige format medium "
    "media source quelle sender station vendor supplier partner tactic objective audience product brand marke "
    "item line werbeträger umfeld title titel titre titolo título spot sujet kreation zielgruppe motiv position name"
)
CAMPAIGN = _set("campaign kampagne campagne campaña campana campagna item")
NOT_DIMENSION = _set(
    "status currency währung budget bid match strategy rule synced updated budgets url comment comments note "
    "notes bemerkung association events category customer account advertiser distribution matched fivetran"
)
KPI = {
    word: rank
    for rank, group in enumerate(
        (
            "kpi outcome target",
            "revenue revenues umsatz umsätze erlös erlöse ventas ingresos ca ventes vendite fatturato ricavi",
            "sales turnover omzet verkäufe verkoop absatz",
            "conversions conversion orders order bestellungen pedidos commandes ordini bestellingen transactions",
            "purchases signups leads installs registrations neukunden customers kunden subscriptions units",
        )
    )
    for word in group.split()
}
NOT_KPI = _set("per rate competitor competitors wettbewerber konkurrenz competencia concurrent id price preis share")
NOT_CONTROL = _set("frequency frequenz fréquence frecuencia frequenza frequentie")
COMPETITOR = _set(
    "competitor competitors competition wettbewerber wettbewerb konkurrenz competencia concurrent concorrenti "
    "concurrentie"
)
CURRENCY = _set("currency währung waehrung devise moneda divisa valuta")
CHANNELS = _set(
    "tv television fernsehen radio hörfunk ooh dooh print zeitung search sea seo google facebook fb instagram "
    "meta tiktok youtube yt display video social linkedin pinterest snapchat bing microsoft amazon kino cinema "
    "affiliate email newsletter programmatic plakat poster podcast influencer dv360 retargeting"
)
SPEND_SUFFIXES = _set("s spend spends cost costs kosten ausgaben budget spent")
EXPOSURE_SUFFIXES = frozenset(EXPOSURE) | {"i", "p"}
_TOTAL_WORDS = (
    "grand total|sub-?total|totals?|overall|sum|gesamt(?:summe|ergebnis|kosten)?|insgesamt|zwischensumme|summe|"
    "total g[ée]n[ée]ral|sous-total|somme|ensemble|suma|totale|somma|totaal|som|subtotaal"
)
TOTAL_LABEL = rf"(?i)^[\W_]*(?:Σ|{_TOTAL_WORDS})(?:[\s:.\-–(].*)?$"
"""Regular expression, for Python's engine and Arrow's, of the labels of totals rows."""
_MONTHS = (
    "jan januar january janvier enero ene gennaio gen januari",
    "feb februar february février fév févr febrero febbraio februari",
    "mar mär märz mrz march mars marzo maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag mei",
    "jun juni june juin junio giugno giu",
    "jul juli july juillet juil julio luglio lug",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set",
    "oct okt oktober october octobre octubre ottobre ott",
    "nov november novembre noviembre",
    "dec dez dezember december décembre déc diciembre dic dicembre",
)
MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}


def without(name: str, tokens: frozenset[str]) -> str:
    """Cut words such as "spend" off either end of a name: "tv_S" gives tv, "Spend / Radio" gives Radio."""
    changed = True
    while changed:
        changed = False
        for pattern in (
            r"^(?P<rest>.*?)[\W_]+(?P<word>[^\W_]+)[\W_]*$",
            r"^[\W_]*(?P<word>[^\W_]+)[\W_]+(?P<rest>.*)$",
        ):
            found = re.match(pattern, name)
            if found and found["word"].casefold() in tokens and found["rest"].strip(" _/-"):
                name, changed = found["rest"].strip(" _/-"), True
    return name
