"""A flow around one step, for tests: queues on a real broker, the platform's API, its object storage."""

import asyncio
import base64
import hashlib
import http.server
import json
import os
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pika
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sellerport.contract import Action, Call, Component, Data, Function, Trigger
from sellerport.runtimes.sailor.log import log_of
from sellerport.runtimes.sailor.run import sail
from sellerport.runtimes.sailor.settings import settings_of

PASSWORD, VECTOR = "testCryptoPassword", "iv=any16_symbols"
KEYS = ("data", "error", "rebound", "snapshot", "reply")


def broker_uri() -> str:
    """The broker to use, or an error that says what to do."""
    uri = os.environ.get("SELLERPORT_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672/")
    try:
        pika.BlockingConnection(pika.URLParameters(uri)).close()
    except Exception as error:
        raise AssertionError(
            f"no RabbitMQ at {uri}: start one (bash scripts/rabbitmq.sh) or set SELLERPORT_TEST_AMQP"
        ) from error
    return uri


def encrypted(value: Any) -> bytes:
    """The test's own encryption, written apart from the runtime's."""
    pad = padding.PKCS7(128).padder()
    plain = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    work = Cipher(algorithms.AES(hashlib.sha256(PASSWORD.encode()).digest()), modes.CBC(VECTOR.encode())).encryptor()
    return work.update(pad.update(plain) + pad.finalize()) + work.finalize()


def decrypted(secret: bytes) -> Any:
    """The JSON in encrypted bytes."""
    work = Cipher(algorithms.AES(hashlib.sha256(PASSWORD.encode()).digest()), modes.CBC(VECTOR.encode())).decryptor()
    pad = padding.PKCS7(128).unpadder()
    return json.loads(pad.update(work.update(secret) + work.finalize()) + pad.finalize())


def decrypted_text(text: bytes | str) -> Any:
    """The JSON in encrypted base64."""
    return decrypted(base64.b64decode(text))


@dataclass(frozen=True)
class Got:
    """A message that left the step."""

    key: str
    headers: dict[str, Any]
    properties: Any
    content: bytes

    @property
    def message(self) -> Any:
        """The decrypted message, by the protocol version that its headers name."""
        return decrypted(self.content) if self.headers.get("protocolVersion") == 2 else decrypted_text(self.content)

    @property
    def error(self) -> Any:
        """The decrypted error."""
        return decrypted_text(json.loads(self.content)["error"])


class _OneAtATime:
    """A channel that threads may share: pika's connections are used by one thread at a time."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._turn = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._channel, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            with self._turn:
                return method(*args, **kwargs)

        return called


class Rabbit:
    """The flow's queues as the platform made them; everything that leaves the step comes to one queue, in order."""

    def __init__(self, uri: str) -> None:
        self.name = uuid.uuid4().hex[:12]
        self.input, self.output, self.exchange = f"in-{self.name}", f"out-{self.name}", f"exchange-{self.name}"
        self.keys = {kind: f"{self.name}:{kind}" for kind in KEYS}
        self.connection = pika.BlockingConnection(pika.URLParameters(uri))
        self.channel = _OneAtATime(self.connection.channel())
        self.channel.exchange_declare(self.exchange, "direct")
        self.channel.queue_declare(self.input)
        self.channel.queue_declare(self.output)
        for key in self.keys.values():
            self.channel.queue_bind(self.output, self.exchange, key)

    def put(
        self, message: Any, headers: Mapping[str, Any] | None, properties: Mapping[str, Any], *, version: int
    ) -> None:
        content = message if isinstance(message, bytes) else encrypted(message)
        if not isinstance(message, bytes) and version < 2:
            content = base64.b64encode(content)
        given = pika.BasicProperties(headers=None if headers is None else dict(headers), **properties)
        self.channel.basic_publish("", self.input, content, given)

    def get(self, seconds: float = 10.0) -> Got:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            method, properties, content = self.channel.basic_get(self.output, auto_ack=True)
            if method is not None:
                kind = method.routing_key.removeprefix(f"{self.name}:")
                return Got(kind, dict(properties.headers or {}), properties, content)
            time.sleep(0.005)
        raise AssertionError("nothing left the step")

    def waiting(self, queue: str) -> int:
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def close(self) -> None:
        for queue in (self.input, self.output):
            self.channel.queue_delete(queue)
        self.channel.exchange_delete(self.exchange)
        self.connection.close()


@dataclass
class Asked:
    """A request that a server of the platform received."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Platform:
    """The platform's API and object storage on one port. `answers` may hold (status, value) lists by method and path."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.step: dict[str, Any] = {"config": {"apiKey": "secret"}, "snapshot": {}}
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.objects: dict[str, bytes] = {}
        self.hook_data: Any = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 3

            def log_message(self, *_: Any) -> None:
                return

            def answer(self) -> None:
                body = self.body()
                outer.asked.append(Asked(self.command, self.path, dict(self.headers), body))
                status, value = outer.answer(self.command, self.path, body)
                content = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            do_GET = do_POST = do_PUT = do_DELETE = answer

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        ordered = self.answers.get(f"{method} {path}") or self.answers.get(method)
        if ordered:
            return ordered.pop(0)
        if path.startswith("/objects"):
            return self._object(method, path, body)
        if path.endswith("/startup/data"):
            return self._hook(method, body)
        return (200, self.step) if path.startswith("/v1/tasks/") else (200, {})

    def _object(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if method == "POST":
            name = uuid.uuid4().hex
            self.objects[name] = body
            return 200, {"objectId": name}
        found = self.objects.get(path.rpartition("/")[2])
        return (404, {"message": "not found"}) if found is None else (200, found)

    def _hook(self, method: str, body: bytes) -> tuple[int, Any]:
        if method == "POST":
            if self.hook_data is not None:
                return 409, {"error": "Data already exists"}
            self.hook_data = json.loads(body)
            return 201, {}
        if method == "DELETE":
            self.hook_data = None
            return 200, {}
        return 200, self.hook_data

    def requests(self, method: str, part: str = "") -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method and part in asked.path]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


Body = dict[str, Any]


@dataclass
class Flow:
    """One step in a flow."""

    uri: str
    rabbit: Rabbit
    platform: Platform
    env: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        """The variables as the platform sets them, and `plain` ones of the component's own."""
        rabbit = self.rabbit
        named = {
            "FLOW_ID": "5559edd38968ec0736000003",
            "EXEC_ID": "some-exec-id",
            "STEP_ID": "step_1",
            "CONTAINER_ID": "container-1",
            "WORKSPACE_ID": "workspace-1",
            "USER_ID": "user-1",
            "COMP_ID": "comp-1",
            "FUNCTION": "toy",
            "API_URI": self.platform.url,
            "API_USERNAME": "test@test.com",
            "API_KEY": "5559edd",
            "API_REQUEST_RETRY_DELAY": "1",
            "AMQP_URI": self.uri,
            "LISTEN_MESSAGES_ON": rabbit.input,
            "PUBLISH_MESSAGES_TO": rabbit.exchange,
            **{f"{kind.upper()}_ROUTING_KEY": rabbit.keys[kind] for kind in ("data", "error", "rebound", "snapshot")},
            "MESSAGE_CRYPTO_PASSWORD": PASSWORD,
            "MESSAGE_CRYPTO_IV": VECTOR,
            "OBJECT_STORAGE_URI": self.platform.url,
            "OBJECT_STORAGE_TOKEN": "token-of-the-storage",
        }
        return {f"ELASTICIO_{name}": value for name, value in {**named, **self.env, **more}.items()} | self.plain

    async def put(
        self,
        body: Any = None,
        headers: Mapping[str, Any] | None = None,
        *,
        message: Any = None,
        version: int = 1,
        bare: bool = False,
        **properties: Any,
    ) -> dict[str, Any]:
        """Sends the step a message; its headers, which get a messageId unless they are `bare`."""
        given = {} if bare else {"messageId": str(uuid.uuid4()), "threadId": "thread-1", "stepId": "step_0"}
        given |= {"protocolVersion": version} if version != 1 else {}
        given |= dict(headers or {})
        whole = {"body": {} if body is None else body, "headers": {}} if message is None else message
        await asyncio.to_thread(self.rabbit.put, whole, given, properties, version=version)
        return given

    async def get(self, kind: str | None = None) -> Got:
        """The next message that leaves the step."""
        got = await asyncio.to_thread(self.rabbit.get)
        assert kind is None or got.key == kind, (got.key, self.lines[-3:])
        return got

    async def left(self) -> int:
        """How many messages are in the step's queue and with nobody."""
        return await asyncio.to_thread(self.rabbit.waiting, self.rabbit.input)

    async def holds(self, count: int) -> bool:
        """Whether so many messages come to be in the step's queue: the broker takes back what is lost in its own time."""
        async with asyncio.timeout(15):
            while await self.left() != count:
                pass
        return True

    @asynccontextmanager
    async def step(self, component: Component | Callable[[], Component], **env: str) -> AsyncIterator["Running"]:
        """The step, running; at the end it is told to stop and must have ended well."""
        running = self.started(component, **env)
        await running.ready()
        try:
            yield running
        except BaseException:
            running.task.cancel()
            raise
        assert await running.end() == 0

    def started(self, component: Component | Callable[[], Component], **env: str) -> "Running":
        given = self.environment(**{name: value for name, value in env.items() if not name.startswith("_")})
        log = log_of({**given, "LOG_LEVEL": "debug"}, lambda line: self.lines.append(json.loads(line)))
        load = component if not isinstance(component, Component) else lambda: component
        stop = asyncio.Event()
        task = asyncio.ensure_future(sail(settings_of(given), load, env=given, log=log, stop=stop))
        return Running(self, task, stop)

    def said(self, text: str) -> list[dict[str, Any]]:
        """The log lines with that text."""
        return [line for line in self.lines if text in line["msg"]]


@dataclass
class Running:
    """A step process inside the test."""

    flow: Flow
    task: "asyncio.Future[int]"
    stop: asyncio.Event

    async def ready(self) -> None:
        """Waits until the step consumes, or has ended."""
        await self.until(lambda: self.task.done() or bool(self.flow.said("Fully initialized")))

    async def until(self, true: Callable[[], Any]) -> None:
        """Waits until something is so; it must become so within 15 s."""
        async with asyncio.timeout(15):
            while not true():  # noqa: ASYNC110 - what is waited for may happen in another process
                await asyncio.sleep(0.002)

    async def end(self) -> int:
        """Tells the step to end; its exit code."""
        self.stop.set()
        return await asyncio.wait_for(self.task, 15)


async def echo(call: Call, port: Any) -> AsyncIterator[Any]:
    """Emits its input's body."""
    yield Data(call.body)


def toy(run: Any = echo, *, kind: str = "action", **facts: Any) -> Component:
    """A component with one function, `toy`."""
    make = Trigger if kind == "trigger" else Action
    own: Function = make(title="Toy", help="Emits what it is given.", run=run, **{"input": Any, **facts})
    return Component(functions={"toy": own})


def emitting(*emissions: Any) -> Component:
    """A component whose function emits just these."""

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        for emission in emissions:
            yield emission

    return toy(run)
