"""What column names mean, word by word.

In English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish and Danish.
"""

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
    "time hour timestamp period periode período période periodo zeitraum uhrzeit ds month monat mois mes mese maand "
    "mês hora dzień dzien tydzień tydzien miesiąc miesiac okres godzina vecka månad manad timme dato uge måned "
    "maned"
)
NOT_DATE = _set(
    "synced updated created modified loaded inserted end ends stop ende fin fine einde fim koniec slut berichtsende"
)
RANGE_END = NOT_DATE - _set("synced updated created modified loaded inserted") | _set("until bis to until jusque hasta")
RANGE_START = _set(
    "start starts begin beginning from von ab début inicio inizio początek beginn startdatum berichtsstart"
)
SPEND = _set(
    "spend spends spent spending cost costs kosten mediakosten werbekosten ausgaben werbeausgaben mediaspend "
    "adspend betrag budget mediabudget invest investment investments investition investitionen aufwand dépense "
    "dépenses depense depenses coût coûts cout couts montant gasto gastos coste costes costo costos inversión "
    "inversion importe spesa spese importo investimento uitgaven besteding bestedingen bedrag nettobudget netto "
    "amount custo custos despesa despesas investimentos verba koszt koszty wydatek wydatki nakłady naklady kwota "
    "budżet budzet kostnad kostnader spenderat utgift utgifter belopp mediekostnad annonskostnad udgift udgifter "
    "omkostning omkostninger forbrug beløb belob"
)
WEAK_SPEND = _set(
    "budget netto betrag montant importe importo bedrag investment amount verba kwota budżet budzet belopp beløb belob"
)
CEILING = _set("campaign daily lifetime rule adset kampagne campagne campaña campana")
"""Beside "budget", these name a limit that somebody set, not what was spent."""
NOT_SPEND = _set(
    "per pro par por cpc cpm cpa cpv cap id name type code rate roas daily remaining measurable conversion "
    "conversions result results kpi status strategy viewable video watched purchase purchases sale sales revenue "
    "order orders refund refunds lift change pr währungscode durchschn avg"
)
PAID_OUT = _set("spend spends spent spending adspend mediaspend mediakosten werbekosten werbeausgaben")
"""These end the name of money paid for media, never of a rate or a result."""
AIMS = _set("video conversion conversions purchase purchases sale sales result results order orders")
"""Words of NOT_SPEND that campaigns are called after."""
UNIT_WORDS = _set(
    "in amount total media net gross ad ads eur usd gbp chf currency dollar dollars euro micro micros the of m "
    "local sum pln sek dkk nok czk brl cad aud jpy"
)
MICROS = _set("micro micros")
EXPOSURE = {
    word: rank
    for rank, group in enumerate(
        (
            (
                "impressions impression imps impr impressionen einblendungen impresiones impressioni vertoningen "
                "impressões impressoes wyświetlenia wyswietlenia visningar visninger eksponeringer exponeringar"
            ),
            "grp grps trp trps",
            "contacts kontakte kontakt sichtkontakte contactos contatti contacten",
            "views plays aufrufe vues odsłony odslony",
            "reach reichweite alcance bereik zasięg zasieg räckvidd rækkevidde",
            (
                "clicks click klicks klick clics clic swipes clickthrough sessions visits cliques clique klikken klik "
                "kliknięcia klikniecia"
            ),
            "circulation auflage spots insertions sends sent mailings opens upplaga oplag oplage nakład tirage tirada",
        )
    )
    for word in group.split()
}
CLICKS = _set(
    "clicks click klicks klick clics clic swipes clickthrough cliques clique klikken klik kliknięcia klikniecia"
)
NOT_CLICKS = _set(
    "per rate ctr cpc cost id name value viral card unique video share action unit company page landing text url "
    "out comment social"
)
NOT_EXPOSURE = _set(
    "per rate ctr cpm cpc cost id name value active viral card measurable unique approximate video share"
)
GEO = _set(
    "geo region regions région regione regio bundesland state dma province provinz provincia provincie stadt city "
    "ville ciudad country land pays país pais paese market markt mercado mercato territory geography região regiao "
    "estado cidade distrito województwo wojewodztwo miasto kraj län stad kommune"
)
DIMENSION = _set(
    "campaign campaigns kampagne campagne campaña campana campagna platform plattform plateforme plataforma "
    "piattaforma publisher channel kanal canal canale kanaal adset adgroup group anzeigengruppe placement "
    "platzierung network netzwerk réseau device gerät appareil dispositivo creative ad anzeige format medium media "
    "source quelle sender station vendor supplier partner tactic objective audience product brand marke item line "
    "werbeträger umfeld title titel titre titolo título spot sujet kreation zielgruppe motiv position name outlet "
    "campanha anúncio anuncio anuncios anúncios grupo conjunto kampania kanał platforma reklama reklamy grupa "
    "kampanj annons annonsgrupp annonce annoncegruppe ensemble groupe régie support gruppo annunci inserzione "
    "advertentie advertentiegroep kampagnenname anzeigenname werbemittel lieferant fournisseur proveedor fornitore "
    "leverancier fornecedor dostawca leverantör leverandør agency agentur newsletter issue ausgabe thema topic post "
    "mailing"
)
BREAKDOWN = _set("device gerät appareil dispositivo os enhet apparaat urządzenie enhed distribution")
"""What splits a line item's figures without naming what was bought."""
CAMPAIGN = _set(
    "campaign campaigns kampagne kampagnenname campagne campaña campana campagna campanha kampania kampanj item"
)
NOT_DIMENSION = _set(
    "status currency währung budget bid match strategy rule synced updated budgets url comment comments note notes "
    "bemerkung association events category customer account advertiser distribution matched fivetran currencycode "
    "währungscode valutakod valutacode valutakode waluta moeda devise bidding relation kommentar"
)
KPI = {
    word: rank
    for rank, group in enumerate(
        (
            "kpi outcome target",
            (
                "revenue revenues umsatz umsätze erlös erlöse ventas ingresos ca ventes vendite fatturato ricavi "
                "receita faturamento vendas przychód przychody omsättning intäkter omsætning"
            ),
            "sales turnover omzet verkäufe verkoop absatz sprzedaż försäljning salg",
            "conversions conversion orders order bestellungen pedidos commandes ordini bestellingen transactions",
            "purchases signups leads installs registrations neukunden customers kunden subscriptions units",
        )
    )
    for word in group.split()
}
ANALYTICS = _set("analytics ga ga4 tracked tracking matomo piwik etracker pixel attributed webanalyse webtracking")
PLAN = _set(
    "plan plans planned planning planwert planwerte plankosten geplant planung budget budgets budgeted budgetiert "
    "forecast forecasts forecasted prognose soll sollwert prévu prevu prévision prévisions prevision previsionnel "
    "prévisionnel presupuesto presupuestado previsto prevista planificado preventivo previsione orçamento orcamento "
    "orçado orcado planejado gepland begroot begroting planowany budżet budzet prognoza planerad planlagt target "
    "estimate estimated"
)
ACTUAL = _set(
    "actual actuals ist istwert istwerte istkosten tatsächlich tatsaechlich effektiv gebucht booked delivered realised "
    "realized real reel réel réalisé realise effectif ejecutado gastado realizado consuntivo effettivo werkelijk "
    "gerealiseerd wykonanie rzeczywisty faktisk utfall realiseret spent"
)
NOT_KPI = _set("per rate competitor competitors wettbewerber konkurrenz competencia concurrent id price preis share")
NOT_CONTROL = _set("frequency frequenz fréquence frecuencia frequenza frequentie")
COMPETITOR = _set(
    "competitor competitors competition wettbewerber wettbewerb konkurrenz competencia concurrent concorrenti "
    "concurrentie concorrente concorrência concorrencia konkurencja konkurencji konkurrent konkurrenter"
)
CURRENCY = _set(
    "currency währung waehrung währungscode waehrungscode devise devises moneda divisa valuta valutacode valutakod "
    "valutakode moeda waluta waluty currencycode ccy"
)
CURRENCY_CODES = _set(
    "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NOK "
    "NZD PEN PHP PKR PLN RON RSD SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
CODE_OF_SIGN = {
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "₹": "INR",
    "₺": "TRY",
    "₴": "UAH",
    "US$": "USD",
    "$": "USD",
    "R$": "BRL",
    "A$": "AUD",
    "C$": "CAD",
    "₩": "KRW",
    "₽": "RUB",
    "Fr": "CHF",
    "Fr.": "CHF",
}
"""What a sign most likely means; "kr" and "¥" stand for several currencies and say nothing."""
CODES_OF_SHARED_SIGN = {
    "$": _set("USD CAD AUD NZD MXN SGD HKD ARS CLP COP"),
    "kr": _set("SEK NOK DKK ISK"),
    "¥": _set("JPY CNY"),
}
"""Signs that stand for any of several currencies, so that a code beside them contradicts nothing."""
PRICE = _set("price prices preis preise prix precio precios prezzo prezzi prijs preço preco cena ceny pris priser")
"""What makes a control a figure in money."""
VARIABLE = _set(
    "metric metrics measure measures variable variables variablename kennzahl kennzahlen messgröße indicator "
    "indicateur indicador indicatore métrica metrica métrique metrique kpi serie series wskaźnik mått måling"
)
FIGURES = _set(
    "value values wert werte valeur valeurs valor valores valore valori waarde wartość wartosc värde værdi "
    "variablevalue figure figures amount betrag number"
)
LIFT = _set("lift increment incremental uplift incrementality inkrement")
RATE = _set("rate rates kurs wechselkurs taux tipo tasso koers exchange fx taxa växelkurs")
BOOKED = ("booked", "gebucht", "buchung", "invoic", "rechnung", "factur", "fattur", "faktur", "ledger", "billed")
"""How words begin that speak of what was booked or invoiced."""
ORGANIC = _set(
    "newsletter newsletters email emails mail mailing mailings sends sent opens organic organisch orgánico organico "
    "organique subscribers abonnenten followers posts push"
)
CHANNELS = _set(
    "tv television fernsehen radio hörfunk ooh dooh print zeitung search sea seo google facebook fb instagram meta "
    "tiktok youtube yt display video social linkedin pinterest snapchat bing microsoft amazon kino cinema affiliate "
    "email newsletter programmatic plakat poster podcast influencer dv360 retargeting"
)
SPEND_SUFFIXES = _set("s spend spends cost costs kosten ausgaben budget spent")
EXPOSURE_SUFFIXES = frozenset(EXPOSURE) | {"i", "p"}
_TOTAL_WORDS = (
    "grand total|sub-?total|totals?|overall|sum|gesamt(?:summe|ergebnis|kosten)?|insgesamt|zwischensumme|summe|"
    "total g[ée]n[ée]ral|sous-total|somme|ensemble|suma|totale|somma|totaal|som|subtotaal|total geral|soma|razem|"
    "og[óo][łl]em|[łl][ąa]cznie|summa|totalt|i alt"
)
TOTAL_LABEL = rf"(?i)^[\W_]*(?:Σ|{_TOTAL_WORDS})(?:[\s:.\-–(].*)?$"
"""Regular expression, for Python's engine and Arrow's, of the labels of totals rows."""
BARE_TOTAL_LABEL = rf"(?i)^[\W_]*(?:Σ|{_TOTAL_WORDS})[\W_]*(?:\(?[A-Z]{{3}}\)?|\(\w+\))?[\W_]*$"
"""The same without anything that a line item could be called by ("Total", "Summe (EUR)", not "Total Energies")."""
TRAILING_TOTAL_LABEL = rf"(?i)^.+[\s:\-–/](?:Σ|{_TOTAL_WORDS})[\W_]*$"
"""A total named after what it adds up: "TV total", "Radio gesamt"."""
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


GOOGLE_ADS_EXPORTS = """
day | campaign | ad_group | currency_code | cost | impr impressions | clicks
tag | kampagne | anzeigengruppe | währungscode | kosten | impr impressionen | klicks
jour | campagne | groupe_d_annonces | code_de_devise code_devise devise | coût | impr impressions | clics
día | campaña | grupo_de_anuncios | código_de_moneda código_de_divisa | coste costo | impr impresiones | clics
giorno | campagna | gruppo_di_annunci | codice_valuta | costo | impr impressioni | clic
dag | campagne | advertentiegroep | valutacode | kosten | vertoningen impr | klikken
dia | campanha | grupo_de_anúncios | código_da_moeda código_de_moeda | custo | impr impressões | cliques
dzień | kampania | grupa_reklam | kod_waluty | koszt | wyświetlenia wyśw | kliknięcia
dag | kampanj | annonsgrupp | valutakod | kostnad | exponeringar visningar visn | klick
dag | kampagne | annoncegruppe | valutakode | omkostninger pris | eksponeringer visninger visn | klik
"""
"""Normalised columns of Google Ads' own exports, a language per line: day, campaign, ad group, currency, cost, ..."""

META_EXPORTS = """
day reporting_starts | campaign_name | ad_set_name | ad_name | amount_spent | impressions | link_clicks clicks_all
tag berichtsstart | kampagnenname | anzeigengruppenname name_der_anzeigengruppe | anzeigenname name_der_anzeige | \
ausgegebener_betrag | impressionen | link_klicks klicks_alle
jour début_des_rapports | nom_de_la_campagne | nom_de_l_ensemble_de_publicités | nom_de_la_publicité | \
montant_dépensé | impressions | clics_sur_un_lien clics_tous
día inicio_del_informe | nombre_de_la_campaña | nombre_del_conjunto_de_anuncios | nombre_del_anuncio | \
importe_gastado | impresiones | clics_en_el_enlace clics_todos
giorno inizio_report | nome_della_campagna | nome_del_gruppo_di_inserzioni | nome_dell_inserzione | importo_speso | \
impression impressioni | clic_sul_link clic_tutti
dag begin_rapportage | campagnenaam | naam_advertentieset | advertentienaam | besteed_bedrag | weergaven vertoningen | \
klikken_op_link
dia início_dos_relatórios | nome_da_campanha | nome_do_conjunto_de_anúncios | nome_do_anúncio | valor_usado \
valor_gasto | impressões | cliques_no_link
dzień początek_raportowania | nazwa_kampanii | nazwa_zestawu_reklam | nazwa_reklamy | wydana_kwota | wyświetlenia | \
kliknięcia_linku
dag rapporteringen_startar | kampanjnamn | namn_på_annonsuppsättning | annonsnamn | spenderat_belopp | visningar \
exponeringar | länkklick
dag rapportering_starter | kampagnenavn | navn_på_annoncesæt | annoncens_navn | brugt_beløb | visninger | \
kliks_på_link
"""
"""Normalised columns of Meta's own exports, a language per line: day, campaign, ad set, ad, spend, ..."""


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
