"""Signature V2 against published vectors.

Vectors 1 and 2: bizon/mws-sdk, __tests__/lib/client/sign.js. Vector 3: superhawk610/elixir-amazon-mws-client,
test/mws_client/request_test.exs. Vector 4: computed for this project, cross-checked by vector 3.
"""

import pytest

from sellersim.mws.sign import canonical_query, expected

VECTORS = (
    (
        "secret",
        "mws-eu.amazonservices.com",
        "Products/2011-10-01",
        {"Cool": "Test with spaces"},
        "JKuirYHlrTxwQYwG61ULhe+VkyngRdgokEOPSnnxieo=",
    ),
    (
        "secret",
        "mws-eu.amazonservices.com",
        "Products/2011-10-01",
        {"Method": "Example"},
        "nUS2Ev6IZwnNwnVNRWz8hFjJfns5HJLsBrWlMSGwW/A=",
    ),
    (
        "ASecretCodeIdYesItVeryLongButYeah",
        "mws.amazonservices.com",
        "/Products/2011-10-01",
        {
            "Version": "2011-10-01",
            "AWSAccessKeyId": "SOMEACCESSID",
            "Action": "GetMatchingProductForId",
            "IdList.Id.1": "B00KO1C94A",
            "IdType": "ASIN",
            "MarketplaceId": "ATVPDKIKX0DER",
            "SellerId": "SELLERID",
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": "2016-10-24T21:29:06Z",
        },
        "SRmBAd+eH1gzRWZPUt4ZHrMBj1LVcU5wbdXQue7IVjw=",
    ),
    (
        "secretEXAMPLE",
        "mws.amazonservices.com",
        "/Orders/2013-09-01",
        {
            "AWSAccessKeyId": "AKIDEXAMPLE",
            "Action": "ListOrders",
            "LastUpdatedAfter": "2021-01-01T00:00:00.000Z",
            "MWSAuthToken": "amzn.mws.00000000-0000-0000-0000-000000000000",
            "MarketplaceId.Id.1": "ATVPDKIKX0DER",
            "OrderStatus.Status.1": "Unshipped",
            "OrderStatus.Status.2": "PartiallyShipped",
            "SellerId": "A1EXAMPLESELLER",
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": "2021-02-22T12:00:00.000Z",
            "Version": "2013-09-01",
        },
        "elAY2AYxQFFvH72pobKxuLewGQQniSYcV+cbXtIMRF0=",
    ),
)


@pytest.mark.parametrize(("secret", "host", "path", "params", "signature"), VECTORS)
def test_a_published_vector(secret: str, host: str, path: str, params: dict[str, str], signature: str) -> None:
    assert expected(secret, "POST", host, path, params.items()) == signature


def test_names_are_sorted_by_their_bytes_and_not_by_numbers() -> None:
    assert canonical_query([("Id.2", "b"), ("Id.10", "a"), ("Id.1", "c"), ("a", "d")]) == "Id.1=c&Id.10=a&Id.2=b&a=d"


def test_only_the_unreserved_stay_unencoded() -> None:
    assert canonical_query([("a", "~-_. +/=*ä")]) == "a=~-_.%20%2B%2F%3D%2A%C3%A4"


def test_an_empty_value_keeps_its_sign_of_equality() -> None:
    assert canonical_query([("a", ""), ("Signature", "x")]) == "a="


@pytest.mark.parametrize(("host", "same"), [("Mws.Example:443", "mws.example"), ("mws.example:80", "mws.example")])
def test_the_host_is_lower_case_without_a_usual_port(host: str, same: str) -> None:
    assert expected("s", "POST", host, "/", []) == expected("s", "POST", same, "/", [])


def test_any_other_port_is_signed() -> None:
    assert expected("s", "POST", "mws.example:8080", "/", []) != expected("s", "POST", "mws.example", "/", [])
