"""Buyers and where they live: invented people at plausible addresses of every marketplace's country.

Patterns: `#` is a digit, `@` a capital letter. Names come from common given and family names of the language; nobody
real is meant.
"""

from random import Random
from typing import Final, NamedTuple


class Address(NamedTuple):
    """A delivery address; empty parts are not there."""

    name: str
    line1: str
    line2: str
    city: str
    district: str
    region: str
    postal: str
    country: str
    phone: str
    kind: str  # Residential or Commercial
    company: str = ""
    street: str = ""
    number: str = ""


class Country(NamedTuple):
    """What an address of a country is made from; `line` takes street and number."""

    names: str
    streets: str
    line: str
    places: tuple[tuple[str, str, str, str], ...]  # city, district, region, postal code
    phone: str


#: language group -> given names; family names.
NAMES: Final[dict[str, tuple[str, str]]] = {
    "en": ("Ada Ben Clara Dan Ella Finn Grace Henry Iris Jack Kate Liam", "Adams Baker Clark Evans Foster Hill Moore"),
    "es": ("Ana Bruno Carmen Diego Elena Hugo Lucía Mateo Sofía", "García López Martínez Núñez Pérez Ruiz Soto"),
    "pt": ("Beatriz Caio Daniela Felipe Helena João Larissa Thiago", "Almeida Costa Ferreira Gomes Oliveira Souza"),
    "fr": ("Amélie Bastien Chloé Étienne Inès Julien Léa Noé", "Bernard Dubois Fontaine Lefèvre Moreau Petit"),
    "nl": ("Anouk Bram Femke Jeroen Lotte Sven Tess Wout", "Bakker Jansen Mulder Peeters Smit Visser Wouters"),
    "de": ("Anja Björn Frieda Jörg Käthe Lukas Mia Uwe", "Becker Groß Hoffmann Krüger Müller Schäfer Weiß"),
    "it": ("Alessia Carlo Giulia Luca Marta Niccolò Sara", "Bianchi Conti Esposito Ferrari Greco Ricci"),
    "sv": ("Åsa Björn Elin Gustav Maja Olle Sigrid", "Andersson Bergström Lindqvist Nilsson Öberg"),
    "pl": ("Agnieszka Łukasz Małgorzata Paweł Zofia Jakub", "Kowalska Nowak Wiśniewski Wójcik Zając"),
    "ar": ("Amal Farid Hana Karim Layla Omar Salma Yusuf", "Haddad Mansour Nasser Saleh Tawfik Zaki"),
    "tr": ("Ayşe Burak Çiğdem Emre İpek Kerem Şule", "Aydın Çelik Demir Güneş Öztürk Yılmaz"),
    "in": ("Aarav Diya Ishaan Kavya Meera Rohan Vikram", "Iyer Kapoor Menon Patel Reddy Sharma"),
    "sg": ("Wei Ling Jun Mei Arjun Siti Hui Min Daniel", "Lim Tan Wong Ng Rahman Pillai Goh"),
    "ja": ("葵 大翔 陽菜 健太 結衣 翔太 美咲", "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本"),
    "zh": ("伟 芳 娜 静 磊 洋 敏", "王 李 张 刘 陈 杨 赵"),
}
FAMILY_FIRST: Final = frozenset({"ja", "zh"})

COUNTRIES: Final[dict[str, Country]] = {
    "US": Country(
        "en",
        "Maple Street|Harbor Road|Lincoln Avenue|Cedar Lane",
        "{number} {street}",
        (
            ("Portland", "", "OR", "972##"),
            ("Austin", "", "TX", "787##"),
            ("Buffalo", "", "NY", "142##"),
            ("Fresno", "", "CA", "937##"),
            ("Tampa", "", "FL", "336##"),
        ),
        "+1 ###-555-01##",
    ),
    "CA": Country(
        "en",
        "King Street|Elm Avenue|Lakeshore Road",
        "{number} {street}",
        (
            ("Toronto", "", "Ontario", "M5V #@#"),
            ("Calgary", "", "Alberta", "T2P #@#"),
            ("Halifax", "", "NS", "B3H #@#"),
        ),
        "+1 416-555-01##",
    ),
    "MX": Country(
        "es",
        "Calle Hidalgo|Avenida Juárez|Calle Morelos",
        "{street} {number}",
        (("Guadalajara", "Centro", "Jalisco", "441##"), ("Puebla", "La Paz", "Puebla", "721##")),
        "+52 33 5555 ####",
    ),
    "BR": Country(
        "pt",
        "Rua das Flores|Avenida Paulista|Rua Sete de Setembro",
        "{street}, {number}",
        (("São Paulo", "Bela Vista", "SP", "013##-###"), ("Curitiba", "Batel", "PR", "804##-###")),
        "+55 11 95555-####",
    ),
    "IE": Country(
        "en",
        "Abbey Street|Quay Road|Church Lane",
        "{number} {street}",
        (("Dublin", "", "Co. Dublin", "D02 @#@#"), ("Cork", "", "Co. Cork", "T12 @#@#")),
        "+353 20 915 ####",
    ),
    "ES": Country(
        "es",
        "Calle Mayor|Avenida de la Paz|Calle del Sol",
        "{street}, {number}",
        (("Madrid", "", "Madrid", "280##"), ("Valencia", "", "Valencia", "460##")),
        "+34 955 55 ## ##",
    ),
    "GB": Country(
        "en",
        "Oak Avenue|Station Road|Mill Lane|High Street",
        "{number} {street}",
        (
            ("London", "", "Greater London", "SE1 #@@"),
            ("Leeds", "", "West Yorkshire", "LS1 #@@"),
            ("Bristol", "", "Avon", "BS8 #@@"),
        ),
        "+44 20 7946 0###",
    ),
    "FR": Country(
        "fr",
        "rue de la Paix|avenue des Tilleuls|rue Victor-Hugo",
        "{number} {street}",
        (("Lyon", "", "", "6900#"), ("Nantes", "", "", "440##"), ("Lille", "", "", "598##")),
        "+33 1 99 00 ## ##",
    ),
    "BE": Country(
        "nl",
        "Kerkstraat|Rue du Moulin|Stationsstraat",
        "{street} {number}",
        (("Gent", "", "Oost-Vlaanderen", "90##"), ("Namur", "", "Namur", "50##")),
        "+32 455 55 ## ##",
    ),
    "NL": Country(
        "nl",
        "Dorpsstraat|Molenweg|Havenkade",
        "{street} {number}",
        (("Utrecht", "", "Utrecht", "35## @@"), ("Groningen", "", "Groningen", "97## @@")),
        "+31 6 5555 ####",
    ),
    "DE": Country(
        "de",
        "Hauptstraße|Gartenweg|Bahnhofstraße|Lindenallee",
        "{street} {number}",
        (("Köln", "", "Nordrhein-Westfalen", "506##"), ("Leipzig", "", "Sachsen", "041##"), ("Kiel", "", "", "241##")),
        "+49 1555 55#####",
    ),
    "IT": Country(
        "it",
        "Via Garibaldi|Corso Italia|Via Dante",
        "{street} {number}",
        (("Torino", "", "TO", "101##"), ("Bologna", "", "BO", "401##")),
        "+39 055 555 ####",
    ),
    "SE": Country(
        "sv",
        "Storgatan|Björkvägen|Hamngatan",
        "{street} {number}",
        (("Göteborg", "", "", "41# ##"), ("Umeå", "", "", "90# ##")),
        "+46 70 174 06 ##",
    ),
    "ZA": Country(
        "en",
        "Long Street|Beach Road|Protea Avenue",
        "{number} {street}",
        (("Cape Town", "Gardens", "Western Cape", "80##"), ("Durban", "Berea", "KwaZulu-Natal", "40##")),
        "+27 21 555 ####",
    ),
    "PL": Country(
        "pl",
        "ul. Lipowa|ul. Długa|ul. Kwiatowa",
        "{street} {number}",
        (("Kraków", "", "małopolskie", "31-###"), ("Gdańsk", "", "pomorskie", "80-###")),
        "+48 55 555 ## ##",
    ),
    "EG": Country(
        "ar",
        "El Nil Street|Talaat Harb Street",
        "{number} {street}",
        (("Cairo", "Zamalek", "Cairo", "115##"), ("Alexandria", "Smouha", "Alexandria", "215##")),
        "+20 2 5555 ####",
    ),
    "TR": Country(
        "tr",
        "Atatürk Caddesi|Gül Sokak|Cumhuriyet Caddesi",
        "{street} No:{number}",
        (("İstanbul", "Kadıköy", "İstanbul", "347##"), ("İzmir", "Bornova", "İzmir", "350##")),
        "+90 555 555 ## ##",
    ),
    "SA": Country(
        "ar",
        "King Fahd Road|Olaya Street",
        "{number} {street}",
        (("Riyadh", "Al Olaya", "Riyadh", "122##"), ("Jeddah", "Al Rawdah", "Makkah", "234##")),
        "+966 55 555 ####",
    ),
    "AE": Country(
        "ar",
        "Al Wasl Road|Corniche Street",
        "{street}, Villa {number}",
        (("Dubai", "Jumeirah", "Dubai", ""), ("Abu Dhabi", "Al Khalidiyah", "Abu Dhabi", "")),
        "+971 50 555 ####",
    ),
    "IN": Country(
        "in",
        "MG Road|Temple Street|Lake View Road",
        "{number}, {street}",
        (("Bengaluru", "Indiranagar", "KARNATAKA", "5600##"), ("Pune", "Kothrud", "MAHARASHTRA", "4110##")),
        "+91 55555 #####",
    ),
    "SG": Country(
        "sg",
        "Orchard Road|Tampines Street|Bukit Timah Road",
        "{number} {street}",
        (("Singapore", "", "", "2388##"), ("Singapore", "", "", "5290##")),
        "+65 5555 ####",
    ),
    "AU": Country(
        "en",
        "Banksia Street|Harbour Road|Wattle Avenue",
        "{number} {street}",
        (("Geelong", "", "VIC", "32##"), ("Hobart", "", "TAS", "70##"), ("Newcastle", "", "NSW", "23##")),
        "+61 491 570 ###",
    ),
    "JP": Country(
        "ja",
        "桜町|緑丘|本町",
        "{street}{number}-#-#",
        (("", "", "東京都", "15#-00##"), ("", "", "大阪府", "53#-00##"), ("", "", "愛媛県", "79#-00##")),
        "03-5555-####",
    ),
    "CN": Country(
        "zh",
        "中山路|人民路|解放街",
        "{street}{number}号",
        (("杭州市", "西湖区", "浙江省", "3100##"), ("成都市", "锦江区", "四川省", "6100##")),
        "+86 155 5555 ####",
    ),
}


def filled(pattern: str, random: Random) -> str:
    """A pattern with its digits and letters drawn."""
    if "#" not in pattern and "@" not in pattern:
        return pattern
    digits = {"#": "0123456789", "@": "ABCDEFGHJKLMNPRSTUVWXY"}
    return "".join(random.choice(digits[c]) if c in digits else c for c in pattern)


def name(country: str, random: Random) -> str:
    """A person's name, in the order of the country."""
    group = COUNTRIES[country].names
    given, family = (random.choice(part.split()) for part in NAMES[group])
    return f"{family} {given}" if group in FAMILY_FIRST else f"{given} {family}"


def address(country: str, random: Random, *, who: str, company: str = "") -> Address:
    """An address in `country` for `who`."""
    facts = COUNTRIES[country]
    city, district, region, postal = random.choice(facts.places)
    street, number = random.choice(facts.streets.split("|")), str(random.randint(1, 199))
    return Address(
        name=who,
        line1=filled(facts.line.format(street=street, number=number), random),
        line2=random.choice(("", "", f"Apt. {random.randint(1, 40)}")),
        city=city,
        district=district,
        region=region,
        postal=filled(postal, random),
        country=country,
        phone=filled(facts.phone, random),
        kind="Commercial" if company else "Residential",
        company=company,
        street=street,
        number=number,
    )
