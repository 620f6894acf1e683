"""How many products a second are read, checked and said on both protocols, beside what one would write by hand.

    .venv/bin/python bench/products.py [--products 10000]

In one process: reading and checking against the tables, the MWS feed, the SP-API feed with the check against the product
type's definition. By hand: the same XML from dictionaries by xmltodict without any check, and the same attributes checked
by the jsonschema package. Then the whole program, a process of its own against the simulator, with its largest memory.
Exits 1 where that is above 200 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from sellerport.actions._product import Need, judged, read_products, said_in_attributes, said_in_xml
from sellerport.amazon.feeds import Context, Marketplace
from sellerport.amazon.products.attributes import attributes_of
from sellerport.amazon.products.check import Rules
from sellerport.amazon.products.definition import definition
from sellerport.amazon.submission.documents import listings_frame, xml_frame

BIN = Path(sys.executable).parent
EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples" / "products.json"
US = Marketplace("ATVPDKIKX0DER", "USD", "en_US", "NA")
MOST = 200.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Products a second.")
    parser.add_argument("--products", type=int, default=10_000)
    count = parser.parse_args().products
    records = list(json.loads(EXAMPLES.read_text()).values())
    message = json.dumps({"messages": [{**records[n % 30], "sku": f"SKU-{n}"} for n in range(count)]}).encode()
    with tempfile.TemporaryDirectory() as folder, Simulator(Path(folder)) as simulator:
        print(f"{count} products of 30 categories, {len(message) / 1e6:.1f} MB")
        in_one_process(message, count, simulator.schemas(records))
        by_hand(records, simulator.schemas(records[2:3]))
        (Path(folder) / "message.json").write_bytes(message)
        return max(whole_program(Path(folder), api, count) for api in ("mws", "spapi"))


class Simulator:
    """`sellersim serve`, and the definitions that it serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "Simulator":
        words = [BIN / "sellersim", "serve", "--port", "0", "--cfg-dir", self.folder]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def schemas(self, records: Iterable[dict[str, Any]]) -> dict[str, bytes]:
        """The definitions of the records' product types, as the client fetches them."""
        import asyncio

        from sellerport.amazon.account import Credentials
        from sellerport.amazon.connect import Connector, Surroundings
        from sellerport.reading import read_form

        cfg = json.loads((self.folder / "spapi.json").read_text())

        async def fetched() -> dict[str, bytes]:
            connector = Connector("bench")
            try:
                async with connector.connect(read_form(Credentials, cfg, []), Surroundings()) as port:
                    kinds = {record["productType"] for record in records}
                    return {kind: await port.definition(kind) for kind in kinds}
            finally:
                await connector.close()

        return asyncio.run(fetched())


def rate(name: str, count: int, work: Callable[[], Any]) -> Any:
    """Do the work and say how many of it went into a second."""
    started = time.perf_counter()
    made = work()
    spent = time.perf_counter() - started
    print(f"  {name:56} {count / spent:10,.0f} a second")
    return made


def in_one_process(message: bytes, count: int, schemas: dict[str, bytes]) -> None:
    """The steps of the program, one by one."""
    body = msgspec.Raw(message)
    batch = rate("read and checked against the tables", count, lambda: read_products(Rules("Update"), body))
    xml, listings = xml_frame("A1", "Product"), listings_frame("A1", "en_US")
    known = {Need(kind, True): definition(kind, schema) for kind, schema in schemas.items()}
    context = Context(US, definitions=known)

    def written(frame: Any, said: Iterable[Any]) -> int:
        return sum(len(frame.message(number, one.message)) for number, one in enumerate(said, 1))

    rate("written for MWS", count, lambda: written(xml, said_in_xml(batch.numbered(), context)))
    rate("attributes, checked against the definition", count, lambda: [*map(list, _judged(batch, context))])
    rate(
        "attributes, written for SP-API",
        count,
        lambda: written(listings, said_in_attributes(batch.numbered(), context)),
    )


def _judged(batch: Any, context: Context) -> Iterable[Iterable[Any]]:
    return (judged(index, row, context) for index, row in batch.numbered())


def by_hand(records: list[dict[str, Any]], schemas: dict[str, bytes]) -> None:
    """What one would write without this program; the packages are for this comparison only."""
    try:
        import jsonschema
        import xmltodict
    except ModuleNotFoundError:
        print("  by hand: pip install xmltodict jsonschema  (for the comparison)")
        return
    book = records[2]
    content = book["productData"]["books"]["productType"]["booksMisc"]
    tree = {
        "SKU": book["sku"],
        "StandardProductID": {"Type": "ISBN", "Value": book["standardProductID"]["value"]},
        "Condition": {"ConditionType": "New"},
        "DescriptionData": {"Title": book["descriptionData"]["title"], "BulletPoint": ["One", "Two"]},
        "ProductData": {"Books": {"ProductType": {"BooksMisc": {"Author": content["author"], "Binding": "Paperback"}}}},
    }
    rate(
        "by hand: xmltodict, half the elements, no check",
        5000,
        lambda: [xmltodict.unparse({"Product": tree}) for _ in range(5000)],
    )
    ((kind, schema),) = schemas.items()
    attributes = attributes_of(book, definition(kind, schema), US).attributes
    judge = jsonschema.Draft201909Validator(
        {**json.loads(schema), "$schema": "https://json-schema.org/draft/2019-09/schema"}
    )
    rate(
        "by hand: jsonschema, one product type, no own words",
        200,
        lambda: [list(judge.iter_errors(attributes)) for _ in range(200)],
    )


WATCH = """import resource, subprocess, sys
code = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))
sys.exit(code)"""


def whole_program(folder: Path, api: str, count: int) -> int:
    """`sellerport run` of all products: seconds, largest memory; 1 where it fails or is too large."""
    cfg = json.loads((folder / f"{api}.json").read_text()) | {"operation": "Upsert"}
    (folder / "cfg.json").write_text(json.dumps(cfg))
    words = [BIN / "sellerport", "run", "submitProductCategoryFromPayload", "--cfg", folder / "cfg.json"]
    note, started = folder / "peak", time.perf_counter()
    code = subprocess.call(
        [sys.executable, "-c", WATCH, note, *words, "--message", folder / "message.json"],
        env={**os.environ, "XDG_STATE_HOME": str(folder)},
    )
    spent, peak = time.perf_counter() - started, float(note.read_text())
    print(f"  sellerport run, {api}: {spent:.1f} s, {count / spent:,.0f} a second, {peak:.0f} MB at most, exit {code}")
    return 1 if code or peak > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
