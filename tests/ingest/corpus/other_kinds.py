"""Outcomes, controls, organic media, control totals and lift tests as people send them."""

from ingest.corpus.case import Case, text

MIXED = frozenset({"several_currencies"})
MONTHLY = frozenset({"monthly_figures"})

OUTCOMES = (
    Case(
        name="an outcome with a sign before each figure",
        file="kpi.csv",
        kind="kpi",
        figures=(1234.5, 2.0),
        content=text("date;revenue", "2024-01-01;€ 1,234.50", "2024-01-08;€ 2"),
    ),
    Case(
        name="an outcome in two currencies by sign",
        file="kpi.csv",
        kind="kpi",
        codes=MIXED,
        content=text("date;revenue", "2024-01-01;$1.5", "2024-01-08;€2.5"),
    ),
    Case(
        name="an outcome in two currencies by column",
        file="kpi.csv",
        kind="kpi",
        codes=MIXED,
        content=text("date,revenue,currency", "2024-01-01,1.5,USD", "2024-01-08,2.5,EUR"),
    ),
    Case(
        name="an outcome whose regions have currencies",
        file="kpi.csv",
        kind="kpi",
        codes=MIXED,
        content=text("date,country,revenue,currency", "2024-01-01,DE,1.5,EUR", "2024-01-01,UK,2.5,GBP"),
    ),
    Case(
        name="an outcome that counts things beside currencies",
        file="kpi.csv",
        kind="kpi",
        figures=(1.0, 2.0),
        content=text("date,orders,currency", "2024-01-01,1,USD", "2024-01-08,2,EUR"),
    ),
    Case(
        name="an outcome with a gap and a total",
        file="kpi.csv",
        kind="kpi",
        figures=(5.0, 7.0),
        codes=frozenset({"kpi_value_missing", "totals_row_skipped"}),
        content=text("Woche;Umsatz", "01.01.2024;5,0", "08.01.2024;", "15.01.2024;7,0", "Summe;12,0"),
    ),
    Case(
        name="an outcome of two rows for a day",
        file="kpi.csv",
        kind="kpi",
        refused="Several rows stand for 2024-01-01",
        content=text("date,revenue", "2024-01-01,1", "2024-01-01,2"),
    ),
    Case(
        name="an outcome without a value",
        file="kpi.csv",
        kind="kpi",
        refused="no value in any row",
        content=text("date,revenue,note", "2024-01-01,,1", "2024-01-08,,2"),
        roles={"value": "revenue"},
    ),
    Case(
        name="an outcome per month",
        file="kpi.csv",
        kind="kpi",
        figures=(5.0, 7.0),
        codes=MONTHLY,
        content=text("month,revenue", "2024-01,5", "2024-02,7"),
    ),
    Case(
        name="a control in two currencies",
        file="controls.csv",
        kind="controls",
        codes=MIXED,
        content=text("date;price", "2024-01-01;€9.99", "2024-01-08;£8.99"),
    ),
)

ORGANIC = (
    Case(
        name="newsletters",
        file="newsletter.csv",
        kind="organic",
        names=("Spring", "Summer"),
        figures=(1000.0, 1200.0),
        content=text("date;newsletter;sends", "2024-01-01;Spring;1.000", "2024-01-08;Summer;1.200"),
    ),
    Case(
        name="posts with empty figures",
        file="posts.csv",
        kind="organic",
        names=("Reel", "Story"),
        content=text("date,post,views", "2024-01-01,Reel,10", "2024-01-08,Story,"),
    ),
    Case(
        name="organic media in words",
        file="newsletter.csv",
        kind="organic",
        refused="'many'",
        content=text(
            "date,newsletter,sends", *(f"2024-01-0{day},Spring,{day}" for day in range(1, 9)), "2024-01-09,Spring,many"
        ),
    ),
)

SIDES = (
    Case(
        name="a ledger of months",
        file="ledger.csv",
        kind="control_totals",
        spend="3734.50",
        content=text("Monat;Kanal;Betrag gebucht", "01/2024;TV;1.234,50", "02/2024;TV;2.500,00"),
    ),
    Case(
        name="a ledger with empty amounts",
        file="ledger.csv",
        kind="control_totals",
        spend="5.00",
        codes=frozenset({"control_total_empty"}),
        content=text("month,channel,booked", "2024-01,TV,5.00", "2024-02,TV,"),
    ),
    Case(
        name="a ledger in two currencies",
        file="ledger.csv",
        kind="control_totals",
        codes=MIXED,
        content=text("month,channel,booked,currency", "2024-01,TV,5.00,EUR", "2024-02,TV,6.00,USD"),
    ),
    Case(
        name="a ledger that runs backwards",
        file="ledger.csv",
        kind="control_totals",
        refused="ends before it starts",
        content=text("start,end,channel,booked", "2024-02-01,2024-01-31,TV,5.00"),
        roles={"date": "start", "end": "end"},
    ),
    Case(
        name="lift tests in two currencies",
        file="lift.csv",
        kind="lift_tests",
        figures=(50.0, 60.0),
        codes=MIXED,
        content=text(
            "group;start;end;spend change;lift", "TV;2024-01-01;2024-01-28;€100;50", "TV;2024-03-01;2024-03-28;$100;60"
        ),
    ),
)

OTHER_KINDS = (*OUTCOMES, *ORGANIC, *SIDES)
