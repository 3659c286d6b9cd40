"""Everyday words with letters beyond ASCII, per language: what names of campaigns, shops and places are made of.

They serve to tell in which code page a file was written: which letters a language has, and beside which others they
stand. They are no dictionary.
"""

WORDS: dict[str, str] = {
    "de": (
        "für über öffnung größe straße frühjahr frühling märz jänner jährlich täglich später geschäft verkäufe käufer "
        "häuser möbel küche bücher schön größte münchen köln düsseldorf nürnberg zürich österreich süd läufer räumung "
        "rückkehr schluss muttertag väter männer mädchen gärten grün blüten kühl fußball spaß heiß weiß maß grüße "
        "erlöse umsätze währung größen prämie anhänger flächen zubehör tür übersicht möglich können höhe"
    ),
    "fr": (
        "été noël rentrée fête fêtes mère père printemps février août décembre éte à où présent publicité vidéo télé "
        "réseaux campagne qualité prospérité marché grande idée créatif beauté santé sécurité société dépense coût "
        "coûts français française garçon leçon reçu façon forêt tête même crêpe hôtel drôle côté cœur sœur œuvre bœuf "
        "maïs naïf où voilà déjà très après près mètre lumière première dernière bière élève île maître boîte août "
        "goût hiver réduction été généré événement échéance célèbre modèle problème évian orléans"
    ),
    "es": (
        "año niño niña españa español señal mañana otoño campaña compañía diseño pequeño sueño montaña cataluña coruña "
        "verano navidad rebajas búsqueda vídeo televisión acción promoción información canción conversión día línea "
        "único música último público fútbol teléfono electrónica básico médico cómo está aquí después qué más sí "
        "también inversión región sección edición versión málaga córdoba león cádiz pingüino vergüenza jamón café"
    ),
    "pt": (
        "verão são joão não coração estação promoção ação inverno liquidação informação televisão versão região mães "
        "pães avião você três português inglês mês até café rápido público último música página notícias vídeo família "
        "início prêmio serviço preço preços cabeça começo março açúcar conceição família além também está lâmpada "
        "câmara ônibus avó avô crédito débito elétrico água época índice lançamento à às"
    ),
    "it": (
        "città qualità novità pubblicità libertà università più giù però perché così lunedì martedì venerdì caffè è "
        "tè già sarà là può metà società attività località tè c'è estate"
    ),
    "nl": "één ideeën coördinatie zeeën café officiële financiële reünie België italië poëzie hé vóór knieën",
    "sv": (
        "höst vår våren påsk midsommar sommar år före på så även hår kläder skönhet möbler kök trädgård båt åka ång "
        "bröd öl mjölk köp köpa sälj försäljning målgrupp sökord räkning återkomst göteborg malmö örebro västerås "
        "märke värde större även första fjärde ängel större någon där här är får små stål"
    ),
    "da": "påske sommer forår efterår år køb salg tøj sko børn mænd sø ø øl brød kød æble æg København århus ålborg "
    "måned uge første på så få også større når æske lære være søgning måling før prøve rødgrød smør øst år blå grå små",
    "is": "þetta það íslensk ísland sumarið við ég þú sæl góðan daginn veður maður þorskur ríkið útsala jól páskar "
    "vörur kaupmáttur hús ár ný föt bíll reykjavík",
    "fi": "kesä syksy talvi kevät pääsiäinen myynti ääni yö työ pöytä hyvä tänään päivä tähti mä sä äiti isä lähde "
    "kävijä näyttö löytö mökki möbler",
    "pl": (
        "świąteczna święta święto jesień wiosna łódź główna główny wyprzedaż zniżka zniżki źródło żółty żółć marża "
        "sprzedaży sprzedaż kampania promocja książka książki dziecięcy dzień dni tydzień styczeń kwiecień "
        "wrzesień październik grudzień poznań gdańsk kraków wrocław toruń białystok częstochowa łąka mąka ręka ząb "
        "mężczyzna kobiety miłość mała mały małe duży żywność śniadanie ćma być mieć iść gość coś ktoś cześć są idą "
        "będą się że też jeżeli różne róż wódka sól góra król pół córka ołówek koń słoń zielonogórska wyszukiwań "
        "zakupów sklepów odsłon złoty złote złotych następny nasłonecznienie ogłoszenie śląsk późny słodycze"
    ),
    "cs": (
        "vánoční vánoce velikonoce léto jaro podzim zima příběh příští příjem přání žižkov značka značky výprodej "
        "slevy škola školní děti dítě dům domácí nový nová nové nejlepší červen červenec září říjen únor leden "
        "měsíc týden neděle pondělí středa čtvrtek pátek čas česká česko český řeka řemeslo řidič město místo světlo "
        "hledání návštěva zboží nákup obchodů kampaň účet ústí plzeň brno ostrava třída výběr těžký čtyři tři žena "
        "muž móda kůň stůl dobrý den žluť úplně další chladné šťastný ťuk ďábel síť"
    ),
    "sk": (
        "vianoce jar leto jeseň zľava zľavy výpredaj značka nákup košík školský žena muž deň týždeň mesiac štvrtok "
        "piatok sobota nedeľa najlepší veľký veľké veľkonočné kôň stôl môže väčší mäso päť chlieb ľudia ľan kráľ "
        "vŕba stĺp mŕtvy bratislava košice žilina prešov nitra trenčín hľadanie kampaň účet ďalší šťastie"
    ),
    "hu": (
        "őszi nyári téli tavaszi akció akciós márka márkahűség hűség húsvét karácsony születésnap vásár vásárlás üzlet "
        "kereső keresés hirdetés kampány ősz nő nők férfi gyermek könyv könyvek árvíztűrő tükörfúrógép új év idő "
        "jövő első második péntek hétfő szerda csütörtök május június július szeptember október győr pécs szűz fű "
        "fűtés tűz sűrű gyűrű erdő levegő kettő öt több köszönöm ügyfél ünnep bőr cipő ruhák ételek élelmiszer főoldal "
        "megjelenés költség összes különböző értékesítés bevétel"
    ),
    "ro": (
        "vară vara iarnă toamnă primăvară reduceri bucureşti bucurești paşti paște crăciun ofertă oferte ziua "
        "săptămână lună an nou căutare vânzări campanie târg şcoală școală copii femeie bărbat acasă casă piaţă piață "
        "iaşi iași braşov brașov timişoara cluj constanţa constanța preţ preț înainte început în întâi când până mână "
        "română românia fără după către însă pâine brânză cafea aşa așa şi și ţară țară faţă față împreună"
    ),
    "hr": (
        "božić božićna proljeće ljeto jesen zima rasprodaja popust više žena muškarac dječji škola školska školarina "
        "čaj kuća kućanstvo voće povrće šećer riječ srijeda četvrtak petak siječanj veljača ožujak travanj lipanj "
        "srpanj kolovoz rujan listopad studeni prosinac šibenik poreč varaždin osijek tražilica oglašavanje đak "
        "đurđevac mlađi slađi rođendan između ćevapi noć moć sreća već također događaj našice"
    ),
    "sl": "božič poletje pomlad jesen zima razprodaja šola šolski žena moški otroški več iščem hiša čaj sreča petek "
    "četrtek julij oglaševanje žalec škofja maribor češnja češplja možnost največji",
    "tr": (
        "yılbaşı yılı yaz kış güz ilkbahar sonbahar alışveriş indirim istanbul ıspanak izmir ığdır muğla eskişehir "
        "türkiye türk müşteri ürün ürünler gün günü ayakkabı kadın çocuk öğretmen okula dönüş anneler babalar şeker "
        "şubat ağustos eylül kasım aralık pazar salı çarşamba perşembe cuma satış fırsat büyük küçük yeni değer "
        "kırmızı yeşil sarı sağlık ışık soğuk sıcak özel gösterim tıklama arama görüntülü çiçek güneş doğum ağ dağ"
    ),
    "lt": "žiema vasara pavasaris ruduo kalėdos velykos šventė šventės pardavimų pardavimai išpardavimas ąžuolas mėnuo "
    "diena savaitė antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sausio birželis rugsėjo gruodžio "
    "vilnius klaipėda šiauliai panevėžys prekių ženklas ženklo paieška moterų vyrų vaikų mokyklų čia kūdikis žmogus "
    "įmonė įsigyti ūkis nuolaidų už",
    "lv": "ziema vasara pavasaris rudens ziemassvētki lieldienas izpārdošana pārdošana mēnesis diena nedēļa otrdiena "
    "trešdiena ceturtdiena piektdiena jūnijs jūlijs rīga jūrmala liepāja daugavpils zīmols meklēšana bērni sieviešu "
    "vīriešu skola atlaižu ļoti ķekava ģimene ņemt kļūt šķiet žurnāls čempions ēka ābols",
    "et": "kevad suvi sügis talv jõulud jõulumüük lihavõtted müük müügi soodustus öö päev nädal kuu täna õhtu õun "
    "tõlge sõna võti põhi pärnu tartu jõgeva võru otsing bränd kõik naised mehed šokolaad žanr tööriist hüva ülevaade",
    "ru": (
        "бренд весна весенняя лето осень зима новый новая год распродажа скидка скидки поиск реклама кампания товар "
        "товары магазин магазины женщины мужчины дети детский школа школьный день неделя месяц январь февраль март "
        "апрель май июнь июль август сентябрь октябрь ноябрь декабрь москва санкт петербург казань новосибирск "
        "телевидение радио видео сеть социальные продажи выручка расход расходы показы клики праздник подарки обувь "
        "одежда красота здоровье еда дом ремонт авто объявление сайт съезд подъезд вещь это эфир юбилей яблоко "
        "жёлтый ещё цена площадь хороший шар чай"
    ),
    "uk": (
        "бренд весна літо осінь зима новий рік розпродаж знижка знижки пошук реклама кампанія товар товари магазин "
        "жінки чоловіки діти школа день тиждень місяць січень лютий березень квітень травень червень липень серпень "
        "вересень жовтень листопад грудень київ львів одеса харків дніпро їжа їх її україна українська ґанок ґудзик "
        "єдиний європа є п'ятниця продажі витрати покази кліки свято подарунки взуття одяг здоров'я дім м'ясо"
    ),
    "bg": (
        "марка пролет лято есен зима нова година разпродажба намаление търсене реклама кампания продукт магазин жени "
        "мъже деца училище ден седмица месец януари февруари март април май юни юли август септември октомври ноември "
        "декември софия пловдив варна бургас българия български продажби разходи импресии кликове празник подаръци "
        "обувки дрехи здраве дом храна къща път съд ъгъл въздух първи"
    ),
    "sr": "пролеће лето јесен зима нова година распродаја попуст претрага реклама кампања производ жене деца школа дан "
    "недеља месец јануар фебруар јун јул београд нови сад ниш продаја празник љубав њива ћуприја џеп ђак",
    "el": (
        "καλοκαίρι καλοκαιρινή φθινόπωρο χειμώνας άνοιξη μάρκα αναζήτηση προσφορά προσφορές εκπτώσεις πάσχα "
        "χριστούγεννα νέα νέο έτος ημέρα εβδομάδα μήνας ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος "
        "αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος δευτέρα τρίτη πέμπτη παρασκευή σάββατο κυριακή αθήνα "
        "θεσσαλονίκη πάτρα ηράκλειο ελλάδα πωλήσεις δαπάνη διαφήμιση καμπάνια γυναίκες άνδρες παιδιά σχολείο γιορτή "
        "δώρα παπούτσια ρούχα ομορφιά υγεία σπίτι φαγητό κλικ εμφανίσεις βίντεο τηλεόραση ραδιόφωνο ψώνια ξενοδοχείο"
    ),
}
