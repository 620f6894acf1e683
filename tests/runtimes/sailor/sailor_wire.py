"""A line between the step and the broker that tests can cut, hold and refuse."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sailor_flow import Flow

Side = Literal["read", "write"]


@dataclass(eq=False)
class Pair:
    """One connection through the line."""

    step: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    name: str = ""
    gone: bool = False


@dataclass
class Wire:
    """The line; `made` counts its connections by side."""

    place: tuple[str, int]
    pairs: list[Pair] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=lambda: {"read": 0, "write": 0})
    refusing: bool = False
    deaf: set[str] = field(default_factory=set)
    uri: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.close()
            return
        back, out = await asyncio.open_connection(*self.place)
        pair = Pair(writer, out)
        self.pairs.append(pair)
        await asyncio.gather(self._pump(reader, out, pair, "to"), self._pump(back, writer, pair, "from"))
        self.pairs.remove(pair)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pair: Pair, way: str) -> None:
        try:
            while data := await reader.read(65536):
                if way == "to" and not pair.name:
                    self._name(pair, data)
                if way == "to" and f"{pair.name} to" in self.deaf:
                    continue
                if way == "from" and f"{pair.name} from" in self.deaf:
                    continue
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def _name(self, pair: Pair, data: bytes) -> None:
        for side in ("read", "write"):
            if b"-" + side.encode() in data:
                pair.name = side
                self.made[side] += 1

    def cut(self, side: Side | None = None) -> int:
        """Breaks the connections of one side, or all; how many there were."""
        cut = [pair for pair in self.pairs if side in (None, pair.name)]
        for pair in cut:
            for end in (pair.step, pair.broker):
                end.transport.abort()
        return len(cut)


def certificate(folder: Path) -> tuple[str, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself: its file, and a server's context with it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    signed = built.add_extension(names, critical=False).add_extension(authority, critical=True).sign(key, SHA256())
    file = folder / "broker.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return str(file), context


@asynccontextmanager
async def wire(flow: Flow, secured: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """A line to the flow's broker; steps started with `AMQP_URI=line.uri` use it."""
    where = flow.uri.partition("://")[2]
    credentials, _, place = where.rpartition("@")
    host, _, port = place.partition("/")[0].partition(":")
    line = Wire((host, int(port or 5672)))
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0, ssl=secured)
    line.uri = f"amqp{'s' if secured else ''}://{credentials}@127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield line
    finally:
        server.close()
        line.cut()
        while line.pairs:  # noqa: ASYNC110 - the connections end by themselves
            await asyncio.sleep(0.001)
