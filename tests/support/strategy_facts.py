"""What the strategy's document says, written out by hand; no tests."""

FIVE = {
    1: "Fremtidsrettede virksomheter innenfor klima, energi, miljø og helse",
    2: "Innovasjon, gründerskap og klynger",
    3: "Opplevelser og kreative næringer",
    4: "Attraktiv bo- og arbeidskommune",
    5: "Næringsvennlig kommune",
}

# figure → each value's words in the document, the year it gives (None: none), and the value.
FIGURES = {
    "jobs": [("over 40 000 arbeidsplasser", None, 40000)],
    "businesses": [("drøye 11 000 bedrifter", None, 11000)],
    "value-creation": [("rundt 20 milliarder kroner", None, 20)],
    "value-creation-share": [("1,6 % av verdiskapingen i Norge", None, 1.6)],
    "commuting": [
        ("drøye 25 000 som pendler inn", None, 25000),
        ("30 000 som pendler ut", None, 30000),
    ],
    "value-creation-per-employee": [
        ("kr 650 000 per ansatt i 2020", 2020, 650000),
        ("for hele Norge lå det på kr 692 000", 2020, 692000),
    ],
    "population": [
        ("2022: 89 000", 2022, 89000),
        ("Forventet 2030: 94 000", 2030, 94000),
        ("Forventet 2050: 105 000", 2050, 105000),
    ],
    "area": [("Areal: 457 km2", None, 457)],
    "growth-share": [("90 % av nye arbeidsplasser skal komme", None, 90)],
    "kommune-nm": [("18. plass nasjonalt (2021)", 2021, 18)],
    "purchases": [("om lag to milliarder kroner årlig", None, 2)],
    "private-services": [
        ("8,2 % (landsgjennomsnittet", None, 8.2),
        ("landsgjennomsnittet er 10 %", None, 10),
    ],
    "private-services-rank": [
        ("119. plass nasjonalt", None, 119),
        ("32. plass i Viken fylke", None, 32),
    ],
    "ahus": [("ca. 10 000 ansatte", None, 10000)],
    "kjeller": [
        ("ca. 3500 ansatte", None, 3500),
        ("ca. 600 personer internasjonal bakgrunn", None, 600),
    ],
    "uio": [("etablere 500 nye studieplasser", None, 500)],
    "digital-study": [
        ("Studien tok for seg 121 bedrifter", 2018, 121),
        ("avdekket 39 potensielle innovasjonsprosjekter", 2018, 39),
    ],
    "funded-businesses": [("totalt 120 lokale virksomheter", "2017–2021", 120)],
    "national-goals-percent": [
        ("Fastlandseksporten må øke med 50 %", 2030, 50),
        ("utslippene skal reduseres med 55 %", 2030, -55),
    ],
    "national-goals-jobs": [("skapes 200 000 nye arbeidsplasser", 2030, 200000)],
    "travel-value": [("40 milliarder i ny verdiskaping", 2030, 40)],
    "travel-jobs": [("60 000 nye arbeidsplasser i reiselivet innen 2030", 2030, 60000)],
    "creative-share": [
        ("i 2014 3 % av Norges fastlandsøkonomi", 2014, 3),
        ("4,3 % av sysselsettingen", 2014, 4.3),
    ],
}
QUALIFIERS = {
    "drøye": "just_over",
    "over": "over",
    "rundt": "around",
    "om lag": "about",
    "ca.": "circa",
    "Forventet": "expected",
}
NATIONAL = {
    *("national-goals-percent", "national-goals-jobs"),
    *("travel-value", "travel-jobs", "creative-share"),
}

# Numbers of the document that the file does not tell, and why.
NOT_TOLD = {
    "1800": "sawmills and prefabricated houses, in the preface's history",
    "2020:12": "the number of a national report (NOU)",
    **dict.fromkeys(("0", "22"), "the printer's line at the end, 08.2022, letter by letter"),
}

# What each goal is about, in its own words and in ours: the document's order is kept.
GOAL_WORDS = (
    ("hele kommunen", "bærekraft"),
    ("energi", "miljø", "klima", "helse"),
    ("innovasjon", "internasjonal"),
    ("høy kompetanse", "bo"),
    ("utdanningsinstitusjoner", "næringslivet"),
    ("internasjonal", "grønn", "møte"),
    ("rekreasjon", "kultur", "turisme"),
)

# Names as the document writes them, by place_id.
NAMES = {
    "ahus": "Akershus Universitetssykehus (Ahus)",
    "kjeller-forskning": "Kjellermiljøet",
    "kunnskapsbyen": "Kunnskapsbyen Lillestrøm",
    "kjeller-innovasjon": "Kjeller Innovasjon",
    "oslomet": "Campus Romerike",
    "uio-studieplasser": "Universitetet i Oslo (UiO)",
    "fagskolen-i-viken": "Fagskolen i Viken",
    "infinitum": "Infinitum i Fetsund",
    "rainpower": "RainPower på Sørumsand",
    "akershus-energi": "Akershus Energi i Lillestrøm",
    "auto-maskin": "Auto-Maskin på Skjetten",
    "pon-equipment": "Pon Equipment på Berger",
    "energihuset": "«Energihuset» sentralt i Lillestrøm by",
    "romerike-helsebygg": "Romerike Helsebygg tett på Lillestrøm stasjon",
    "thermo-fisher": "Thermo Fisher",
    "bergman-diagnostica": "Bergman Diagnostica",
    "aidee": "Aidee",
    "romerike-helsehub": "Romerike Helsehub",
    "solenergiklyngen": "Solenergiklyngen",
    "hydrogenklyngen": "Hydrogenklyngen (H2Cluster)",
    "business-lillestrom": "Business Lillestrøm",
    "business-sorumsand": "Business Sørumsand",
    "scale-up": "Scale Up",
    "culture-hub": "Lillestrøm Culture Hub",
    "kulturkvartalet": "kulturkvartalet i Lillestrøm by",
    "blaker-skanse": "Blaker Skanse med KunstSkansen",
    "nova-spektrum": "Nova Spektrum",
    "x-meeting-point": "X Meeting Point",
    "byscene": "ny Byscene ved Nova Spektrum",
    "strommen-storsenter": "Strømmen Storsenter",
    "badeland-strommen": "badeland på Strømmen",
    "bingen-lenser": "Bingen lenser",
    "sagelva": "Sagelva i Strømmen",
    "fetsund-lenser": "Fetsund lenser",
    "kjeller-flyplass": "Kjeller flyplass",
    "tommerruta": "Tømmerruta",
    "visit-greater-oslo": "Visit Greater Oslo",
    "lillestrom-vgs": "Lillestrøm videregående",
}

# What the document says in words, and what the file says of it.
SAID = (
    ("Norges tredje største kollektivknutepunkt", "tredje største kollektivknutepunkt"),
    ("Norges niende største kommune", "landets niende største"),
    ("Norges nest største kjøpesenter", "Norges nest største kjøpesenter"),
    ("Som første kommune i landet", "først i landet med en strategi for grønne innkjøp"),
    ("ble i 2020 medlem av partnerskapet", "ble i 2020 med i Nasjonalt program"),
    ("kommunen (minst) tre roller", "minst tre roller: tilrettelegger, innkjøper og samarbeid"),
    ("Den 7.10.2020 vedtok kommunestyret planstrategi", "vedtok planstrategien 7.10.2020"),
    ("(sak 155/20)", "(sak 155/20)"),
    ("to workshoper med næringslivet", "to workshoper for næringslivet"),
    ("kom det inn 12 innspill", "Høringen ga 12 innspill"),
    ("de siste 15 årene fostret", "fostret de siste 15 årene"),
    ("vedtatt for perioden 2022–2030", "Strategien gjelder 2022–2030"),
    ("revideres jevnlig med et par års mellomrom", "med et par års mellomrom"),
    ("Oslo Science City som ble lansert høsten 2021", "Oslo Science City, lansert høsten 2021"),
    ("alderen 16–18 år", "ungdom på 16–18 år"),
)
