"""Every Amazon marketplace: its region and host on SP-API, its host on MWS, its currency, language and site."""

from typing import NamedTuple


class Marketplace(NamedTuple):
    """One marketplace. `region` is None where SP-API does not serve it, `mws_host` is None where MWS never did."""

    id: str
    country: str
    region: str | None
    currency: str
    locale: str
    mws_host: str | None
    domain: str


REGIONS = {
    "NA": "sellingpartnerapi-na.amazon.com",
    "EU": "sellingpartnerapi-eu.amazon.com",
    "FE": "sellingpartnerapi-fe.amazon.com",
}

TOKEN_HOST = "api.amazon.com"  # noqa: S105 - a host name

_EU = "mws-eu.amazonservices.com"

MARKETPLACES: dict[str, Marketplace] = {
    row[0]: Marketplace(*row)
    for row in (
        ("A2EUQ1WTGCTBG2", "CA", "NA", "CAD", "en_CA", "mws.amazonservices.ca", "www.amazon.ca"),
        ("ATVPDKIKX0DER", "US", "NA", "USD", "en_US", "mws.amazonservices.com", "www.amazon.com"),
        ("A1AM78C64UM0Y8", "MX", "NA", "MXN", "es_MX", "mws.amazonservices.com.mx", "www.amazon.com.mx"),
        ("A2Q3Y263D00KWC", "BR", "NA", "BRL", "pt_BR", "mws.amazonservices.com", "www.amazon.com.br"),
        ("A28R8C7NBKEWEA", "IE", "EU", "EUR", "en_IE", None, "www.amazon.ie"),
        ("A1RKKUPIHCS9HS", "ES", "EU", "EUR", "es_ES", _EU, "www.amazon.es"),
        ("A1F83G8C2ARO7P", "GB", "EU", "GBP", "en_GB", _EU, "www.amazon.co.uk"),
        ("A13V1IB3VIYZZH", "FR", "EU", "EUR", "fr_FR", _EU, "www.amazon.fr"),
        ("AMEN7PMS3EDWL", "BE", "EU", "EUR", "fr_BE", _EU, "www.amazon.com.be"),
        ("A1805IZSGTT6HS", "NL", "EU", "EUR", "nl_NL", _EU, "www.amazon.nl"),
        ("A1PA6795UKMFR9", "DE", "EU", "EUR", "de_DE", _EU, "www.amazon.de"),
        ("APJ6JRA9NG5V4", "IT", "EU", "EUR", "it_IT", _EU, "www.amazon.it"),
        ("A2NODRKZP88ZB9", "SE", "EU", "SEK", "sv_SE", _EU, "www.amazon.se"),
        ("AE08WJ6YKNBMC", "ZA", "EU", "ZAR", "en_ZA", None, "www.amazon.co.za"),
        ("A1C3SOZRARQ6R3", "PL", "EU", "PLN", "pl_PL", _EU, "www.amazon.pl"),
        ("ARBP9OOSHTCHU", "EG", "EU", "EGP", "ar_EG", _EU, "www.amazon.eg"),
        ("A33AVAJ2PDY3EV", "TR", "EU", "TRY", "tr_TR", _EU, "www.amazon.com.tr"),
        ("A17E79C6D8DWNP", "SA", "EU", "SAR", "ar_SA", _EU, "www.amazon.sa"),
        ("A2VIGQ35RCS4UG", "AE", "EU", "AED", "ar_AE", "mws.amazonservices.ae", "www.amazon.ae"),
        ("A21TJRUUN4KGV", "IN", "EU", "INR", "en_IN", "mws.amazonservices.in", "www.amazon.in"),
        ("A19VAU5U5O7RUS", "SG", "FE", "SGD", "en_SG", "mws-fe.amazonservices.com", "www.amazon.sg"),
        ("A39IBJ37TRP1C6", "AU", "FE", "AUD", "en_AU", "mws.amazonservices.com.au", "www.amazon.com.au"),
        ("A1VC38T7YXB528", "JP", "FE", "JPY", "ja_JP", "mws.amazonservices.jp", "www.amazon.co.jp"),
        ("AAHKV2X7AFYLW", "CN", None, "CNY", "zh_CN", "mws.amazonservices.com.cn", "www.amazon.cn"),
    )
}
