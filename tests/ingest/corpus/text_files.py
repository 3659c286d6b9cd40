"""Delimited text: encodings, delimiters, locales, dates, and what platforms and people put around a table."""

from ingest.corpus.case import Case, text

from mmm_core.ingest.file_form import FileForm

HEAD = "date,campaign,spend,impressions"
PLAIN = (HEAD, "2024-01-01,Brand,1.50,10", "2024-01-08,Shop,2.25,20")
ACCENTS = ("date;campaign;spend", "2024-01-01;Café Zürich;1,50", "2024-01-08;Straße;2,25")
BOTH = ("Café Zürich", "Straße")
ASSUMED, DOUBTFUL = frozenset({"encoding_assumed"}), frozenset({"encoding_doubtful"})

ENCODINGS = (
    Case(name="utf-8", file="a.csv", content=text(*ACCENTS), spend="3.75", names=BOTH),
    Case(name="utf-8 with mark", file="a.csv", content=text(*ACCENTS, encoding="utf-8-sig"), spend="3.75", names=BOTH),
    Case(name="Windows-1252", file="a.csv", content=text(*ACCENTS, encoding="cp1252"), names=BOTH, codes=ASSUMED),
    Case(name="Latin-1", file="a.csv", content=text(*ACCENTS, encoding="latin-1"), names=BOTH, codes=ASSUMED),
    Case(name="UTF-16 with mark", file="a.csv", content=text(*ACCENTS, encoding="utf-16"), spend="3.75", names=BOTH),
    Case(name="UTF-16 little-endian", file="a.csv", content=text(*ACCENTS, encoding="utf-16-le"), names=BOTH),
    Case(name="UTF-16 big-endian", file="a.csv", content=text(*ACCENTS, encoding="utf-16-be"), names=BOTH),
    Case(name="UTF-32 with mark", file="a.csv", content=text(*ACCENTS, encoding="utf-32"), spend="3.75", names=BOTH),
    Case(name="UTF-32 little-endian", file="a.csv", content=text(*ACCENTS, encoding="utf-32-le"), names=BOTH),
    Case(name="UTF-32 big-endian", file="a.csv", content=text(*ACCENTS, encoding="utf-32-be"), names=BOTH),
    Case(name="Mac Roman", file="a.csv", content=text(*ACCENTS, encoding="mac-roman"), codes=ASSUMED, names=BOTH),
    Case(name="DOS", file="a.csv", content=text(*ACCENTS, encoding="cp850"), codes=ASSUMED, names=BOTH),
    *(
        Case(
            name=f"{encoding} {language}",
            file="a.csv",
            content=text(
                "date;campaign;spend",
                *(f"2024-01-0{n};{name};1,5" for n, name in enumerate(names, start=1)),
                encoding=encoding,
            ),
            rows=len(names),
            names=names,
            codes=ASSUMED,
        )
        for language, encoding, names in (
            ("Polish", "cp1250", ("Łódź świąteczna", "Wyprzedaż jesień", "Źródło")),
            ("Polish", "iso8859-2", ("Łódź świąteczna", "Wyprzedaż jesień", "Źródło")),
            ("Czech", "iso8859-2", ("Vánoční příběh", "Žižkov léto")),
            ("Hungarian", "cp1250", ("Őszi akció", "Márkahűség")),
            ("Russian", "cp1251", ("Бренд весна", "Распродажа")),
            ("Russian", "koi8-r", ("Бренд весна", "Распродажа")),
            ("Ukrainian", "cp1251", ("Київ їжа", "Розпродаж")),
            ("Greek", "cp1253", ("Καλοκαίρι", "Μάρκα άνοιξη")),
            ("Greek", "iso8859-7", ("Καλοκαίρι", "Μάρκα")),
            ("Turkish", "cp1254", ("İstanbul yaz", "Alışveriş")),
            ("Lithuanian", "cp1257", ("Žiema", "Šventė ąžuolas")),
            ("French", "cp1252", ("Été à la plage", "Rentrée – Noël")),
            ("Spanish", "cp1252", ("Campaña otoño", "Niños España")),
        )
    ),
    Case(
        name="a letter that two code pages read as another",
        file="a.csv",
        content=text(
            "date;campaign;spend", "2024-01-01;Pozna\N{LATIN SMALL LETTER N WITH ACUTE};1,5", encoding="cp1250"
        ),
        rows=1,
        codes=DOUBTFUL,
    ),
    Case(
        name="the same, told",
        file="a.csv",
        content=text(
            "date;campaign;spend", "2024-01-01;Pozna\N{LATIN SMALL LETTER N WITH ACUTE};1,5", encoding="cp1250"
        ),
        form=FileForm(encoding="windows-1250"),
        rows=1,
        names=("Poznań",),
    ),
    Case(
        name="a wrong encoding, told",
        file="a.csv",
        content=text(*ACCENTS, encoding="cp1252"),
        form=FileForm(encoding="utf-8"),
        refused=r"not written in UTF-8 \(a\.csv, line 2\)",
    ),
    Case(
        name="UTF-8 encoded twice",
        file="a.csv",
        content=lambda: text(*ACCENTS)().decode("cp1252").encode(),
        spend="3.75",
        codes=DOUBTFUL,
    ),
    Case(
        name="UTF-8 encoded twice, told",
        file="a.csv",
        content=lambda: text(*ACCENTS)().decode("cp1252").encode(),
        form=FileForm(encoding="utf-8-twice"),
        names=BOTH,
    ),
    Case(
        name="Chinese in its own encoding",
        file="a.csv",
        content=text("date;campaign;spend", "2024-01-01;夏季促销;1,5", "2024-01-08;品牌;2,5", encoding="gb18030"),
        codes=DOUBTFUL,
    ),
    Case(
        name="letters that were lost",
        file="a.csv",
        content=text(HEAD, "2024-01-01,Stra\N{REPLACEMENT CHARACTER}e,1.50,10", PLAIN[2]),
        spend="3.75",
        codes=frozenset({"letters_lost"}),
    ),
    Case(
        name="mark in the middle",
        file="a.csv",
        content=text(*PLAIN[:2], "\N{ZERO WIDTH NO-BREAK SPACE}2024-01-08,Shop,2.25,20"),
        spend="3.75",
    ),
    Case(
        name="utf-16 cut in half",
        file="a.csv",
        content=lambda: "\n".join(PLAIN).encode("utf-16")[:-1],
        refused="binary data",
    ),
    Case(name="zero bytes", file="a.csv", content=text(HEAD, "2024-01-01,Br\0and,1,1"), refused="binary data"),
    Case(
        name="control characters",
        file="a.csv",
        content=text(HEAD, "2024-01-01,\x1b[31mBrand\x07,1,1"),
        refused="binary data",
    ),
)

CUTS = (
    Case(
        name="semicolon and decimal comma",
        file="a.csv",
        spend="1236.06",
        names=("Brand", "Shop"),
        content=text("Datum;Kampagne;Kosten", "01.01.2024;Brand;1.234,56", "08.01.2024;Shop;1,5"),
    ),
    Case(name="tabs", file="a.tsv", content=text(*(line.replace(",", "\t") for line in PLAIN)), spend="3.75"),
    Case(name="pipes", file="a.txt", content=text(*(line.replace(",", "|") for line in PLAIN)), spend="3.75"),
    *(
        Case(
            name=f"{called} between cells",
            file="a.txt",
            content=text(*(line.replace(",", sign) for line in PLAIN)),
            spend="3.75",
            names=("Brand", "Shop"),
        )
        for called, sign in (
            ("carets", "^"),
            ("tildes", "~"),
            ("colons", ":"),
            ("unit separators", "\x1f"),
            ("control A", "\x01"),
            ("broken bars", "¦"),
        )
    ),
    Case(
        name="carets and decimal commas",
        file="a.csv",
        content=text("date^campaign^spend", "2024-01-01^Brand^1,50", "2024-01-08^Shop^2,25"),
        spend="3.75",
    ),
    Case(
        name="times with colons in every row",
        file="a.csv",
        content=text("time,campaign,spend", "2024-01-01 10:00:00,Brand,1.5", "2024-01-08 11:30:00,Shop,2.25"),
        spend="3.75",
        codes=frozenset({"times_of_day"}),
    ),
    Case(
        name="a first line that names the delimiter",
        file="a.csv",
        content=text("sep=^", *(line.replace(",", "^") for line in PLAIN)),
        spend="3.75",
        names=("Brand", "Shop"),
    ),
    Case(
        name="a delimiter that has to be told",
        file="a.csv",
        content=text(*(line.replace(",", "$") for line in PLAIN)),
        form=FileForm(delimiter="$"),
        spend="3.75",
    ),
    Case(
        name="a wrong delimiter, told",
        file="a.csv",
        content=text(*PLAIN),
        form=FileForm(delimiter=";"),
        refused="no columns that ';' would tell apart",
    ),
    Case(
        name="a header row that has to be told",
        file="a.csv",
        content=text("2023,Old,Old,Old", "date,campaign,spend,impressions", *PLAIN[1:]),
        form=FileForm(header_row=2),
        spend="3.75",
        names=("Brand", "Shop"),
    ),
    Case(
        name="a header row that is none",
        file="a.csv",
        content=text(*PLAIN),
        form=FileForm(header_row=9),
        refused=r"Row 9 holds no names of columns \(a\.csv, rows 1 to 3\)",
    ),
    Case(
        name="a unit separator in a name",
        file="a.csv",
        content=text(HEAD, "2024-01-01,Br\x1fand,1,1", PLAIN[2]),
        refused="binary data",
    ),
    Case(
        name="201 weeks side by side",
        file="a.csv",
        content=text(
            ",".join(["campaign", *(f"KW {n % 50 + 1}/{2020 + n // 50}" for n in range(201))]),
            ",".join(["TV", *["1"] * 201]),
        ),
        refused="202 columns.*at most 200",
    ),
    Case(name="line ends of old Macs", file="a.csv", content=text(*PLAIN, end="\r"), spend="3.75"),
    Case(name="line ends of Windows", file="a.csv", content=text(*PLAIN, end="\r\n"), spend="3.75"),
    Case(
        name="quotes, delimiters and line breaks in cells",
        file="a.csv",
        spend="3.75",
        content=text(HEAD, '2024-01-01,"Brand, ""new""\nline",1.5,1', "2024-01-08,Shop,2.25,1"),
        names=('Brand, "new"\nline', "Shop"),
    ),
    Case(
        name="a quote that is never closed",
        file="a.csv",
        content=text(HEAD, '2024-01-01,"Brand,1,1', "2024-01-08,b,1,1"),
        refused=r"quoted cell is not closed",
    ),
    Case(
        name="a delimiter too many",
        file="a.csv",
        content=text(*PLAIN, "2024-01-15,Sale, now,1,1"),
        refused=r"1 row\(s\) have 5 cells \(rows 4 of a\.csv\)",
    ),
    Case(name="a file that was cut off", file="a.csv", content=text(*PLAIN, "2024-01-15,Sa"), refused="have 2 cells"),
    Case(name="trailing delimiters", file="a.csv", content=text(*(f"{line},," for line in PLAIN)), spend="3.75"),
    Case(
        name="a huge cell", file="a.csv", content=text(*PLAIN, f"2024-01-15,{'x' * 400_000},1,1"), rows=3, spend="4.75"
    ),
    Case(
        name="many columns of text",
        file="a.csv",
        content=text(
            ",".join(["date", "spend", *(f"c{n}" for n in range(1000))]), ",".join(["2024-01-01", "1", *["1"] * 1000])
        ),
        refused="1,002 columns",
    ),
    Case(
        name="a million columns",
        file="a.csv",
        content=text(",".join(["date", "spend", *["c"] * 1_000_000])),
        refused="columns",
    ),
    Case(name="empty", file="a.csv", content=lambda: b"", refused="The file is empty"),
    Case(name="only white space", file="a.csv", content=lambda: b"\xef\xbb\xbf \r\n\t\n", refused="The file is empty"),
    Case(name="only a header", file="a.csv", content=text(HEAD), refused="header but no data"),
    Case(name="no header", file="a.csv", content=text(*PLAIN[1:]), refused="first row already holds values"),
    Case(
        name="two columns of one name",
        file="a.csv",
        content=text("date,spend,spend", "2024-01-01,1,2"),
        refused="appear more than once",
    ),
    Case(
        name="a letter",
        file="a.csv",
        content=text("Dear all,", "please find the figures attached.", "Best, Ada"),
        refused="2 cells were expected",
    ),
)

AROUND = (
    Case(
        name="preamble, totals and copyright",
        file="report.csv",
        spend="3.75",
        names=("Brand", "Shop"),
        codes=frozenset({"totals_row_skipped", "remark_skipped"}),
        content=text("Campaign report", "Account:,Acme", "", *PLAIN, "Total,,3.75,30", "", "Copyright by the platform"),
    ),
    Case(
        name="a total that is wrong",
        file="a.csv",
        content=text(*PLAIN, "Gesamt,,4.00,30"),
        spend="3.75",
        codes=frozenset({"totals_row_skipped", "totals_row_differs"}),
    ),
    Case(
        name="subtotals",
        file="a.csv",
        rows=2,
        spend="3.75",
        codes=frozenset({"totals_row_skipped"}),
        content=text(HEAD, PLAIN[1], "Subtotal,,1.50,10", PLAIN[2], "Subtotal,,2.25,20", "Grand total,,3.75,30"),
    ),
    Case(
        name="look-alike letters",
        file="a.csv",
        names=("Brand", "\N{CYRILLIC CAPITAL LETTER VE}rand"),
        spend="3.75",
        content=text(HEAD, PLAIN[1], "2024-01-08,\N{CYRILLIC CAPITAL LETTER VE}rand,2.25,1"),
    ),
    Case(
        name="names that begin like formulas",
        file="a.csv",
        names=("=1+1", "@sum", "-Brand"),
        rows=3,
        content=text(HEAD, "2024-01-01,=1+1,1,1", "2024-01-08,@sum,1,1", "2024-01-15,-Brand,1,1"),
    ),
    Case(
        name="right-to-left names",
        file="a.csv",
        names=("מותג", "\N{RIGHT-TO-LEFT OVERRIDE}Shop"),
        spend="3.75",
        content=text(HEAD, "2024-01-01,מותג,1.50,10", "2024-01-08,\N{RIGHT-TO-LEFT OVERRIDE}Shop,2.25,20"),
    ),
    Case(
        name="dashes for nothing",
        file="a.csv",
        content=text(HEAD, "2024-01-01,Brand,--,10", PLAIN[2]),
        spend="2.25",
        codes=frozenset({"spend_empty"}),
    ),
    Case(
        name="words for nothing",
        file="a.csv",
        content=text(HEAD, "2024-01-01,Brand,n/a,10", *PLAIN[1:] * 3),
        refused="1 value that is not a number",
    ),
)


def amounts(*cells: str, delimiter: str = ";"):
    """Return a maker of a file with these cells as spend."""
    rows = [f"2024-01-{day:02}{delimiter}Brand{delimiter}{cell}" for day, cell in enumerate(cells, start=1)]
    return text(delimiter.join(("date", "campaign", "spend")), *rows)


NUMBERS = (
    Case(
        name="parentheses for negatives", file="a.csv", content=amounts("(500)", "(1,50)", "2"), rows=3, spend="-499.50"
    ),
    Case(name="trailing minus", file="a.csv", content=amounts("500-", "2"), spend="-498.00"),
    Case(name="Swiss apostrophes", file="a.csv", content=amounts("CHF 1'234.50", "CHF 2"), spend="1236.50"),
    Case(name="thin spaces", file="a.csv", content=amounts("1\N{NARROW NO-BREAK SPACE}234,50", "2"), spend="1236.50"),
    Case(
        name="Indian grouping",
        file="a.csv",
        content=amounts("₹12,34,567.50", "₹2.25", delimiter="\t"),
        spend="1234569.75",
    ),
    Case(name="exponents", file="a.csv", content=amounts("1,5E+03", "2,0E-01"), spend="1500.20"),
    Case(
        name="a thousand or a unit",
        file="a.csv",
        content=amounts("1.234", "2.500", delimiter="\t"),
        refused=r"'1\.234'.*Say which one it is: decimal",
    ),
    Case(
        name="a thousand or a unit, told",
        file="a.csv",
        content=amounts("1.234", "2.500", delimiter="\t"),
        spend="3734.00",
        roles={"decimal": ","},
    ),
    Case(
        name="both decimal marks",
        file="a.csv",
        content=amounts("1,25", "2.25", delimiter="\t"),
        refused="decimals both ways",
    ),
    Case(name="percent in spend", file="a.csv", content=amounts("12 %", "1", "2", "3", "4"), refused="'12 %'"),
    Case(
        name="percent in a control",
        file="a.csv",
        kind="controls",
        content=text("date;distribution", "2024-01-01;12,5 %", "2024-01-08;13 %"),
    ),
    Case(
        name="percent in some rows only",
        file="a.csv",
        kind="controls",
        refused="some figures in percent and others not",
        content=text("date;distribution", *(f"2024-01-0{day};12,5 %" for day in range(1, 6)), "2024-01-08;13"),
    ),
    Case(
        name="two currencies by sign",
        file="a.csv",
        content=amounts("€ 1,50", "£ 2"),
        spend="3.50",
        codes=frozenset({"several_currencies"}),
    ),
    Case(
        name="two currencies by column",
        file="a.csv",
        spend="3.75",
        codes=frozenset({"several_currencies"}),
        content=text("date,campaign,spend,currency", "2024-01-01,Brand,1.50,EUR", "2024-01-08,Shop,2.25,USD"),
    ),
    Case(
        name="more than 9 trillion", file="a.csv", content=amounts("9999999999999,00", "1"), refused="adds up to more"
    ),
    Case(
        name="a number without end", file="a.csv", content=amounts("1" * 70, "1", "2", "3", "4"), refused="not a number"
    ),
)


def dates(*cells: str):
    """Return a maker of a file with these cells as dates, all of spend 1."""
    return text("Datum;Kampagne;Kosten", *(f"{cell};Brand;1" for cell in cells))


MONTHLY = frozenset({"monthly_figures"})
DATES = (
    Case(name="month first", file="a.csv", content=dates("01/02/2024", "01/13/2024"), first="2024-01-02"),
    Case(name="day first", file="a.csv", content=dates("01/02/2024", "13/02/2024"), first="2024-02-01"),
    Case(name="day or month", file="a.csv", content=dates("01/02/2024", "03/02/2024"), refused="cannot be told apart"),
    Case(
        name="both orders",
        file="a.csv",
        content=dates("13/02/2024", "02/13/2024"),
        refused="day first in.*month first in",
    ),
    Case(name="week numbers", file="a.csv", content=dates("KW 1/2024", "KW 2/2024")),
    Case(name="ISO weeks", file="a.csv", content=dates("2024-W01", "2024-W02")),
    Case(name="ranges", file="a.csv", content=dates("01.01.2024 - 07.01.2024", "08.01.2024 - 14.01.2024")),
    Case(name="months in words", file="a.csv", content=dates("janvier 2024", "mars 2024"), codes=MONTHLY),
    Case(
        name="months spread",
        file="a.csv",
        content=dates("2024-01", "2024-02"),
        rows=60,
        spend="2.00",
        roles={"spread": "days"},
        codes=frozenset({"monthly_figures_spread"}),
    ),
    Case(name="Polish days", file="a.csv", content=dates("1 stycznia 2024", "8 stycznia 2024")),
    Case(name="Finnish days", file="a.csv", content=dates("1. tammikuuta 2024", "8. tammikuuta 2024")),
    Case(
        name="hours",
        file="a.csv",
        content=dates("2024-01-01 22:00:00", "2024-01-01 23:00:00"),
        codes=frozenset({"times_of_day"}),
    ),
    Case(
        name="hours in another zone",
        file="a.csv",
        content=dates("2024-01-01T22:00:00Z", "2024-01-01T23:30:00Z"),
        roles={"time_zone": "Asia/Tokyo"},
        first="2024-01-02",
        codes=frozenset({"times_of_day"}),
    ),
    Case(
        name="days that do not exist",
        file="a.csv",
        content=dates("30.02.2024", "01.02.2024", "02.02.2024", "03.02.2024"),
        refused="'30.02.2024'",
    ),
    Case(
        name="a row without date",
        file="a.csv",
        content=dates("01.01.2024", "", "02.01.2024"),
        refused="no date in 1 row",
    ),
)

TEXT_FILES = (*ENCODINGS, *CUTS, *AROUND, *NUMBERS, *DATES)
