"""Every variable of the step process: whether it must be there, how it is read, what it is without."""

import pytest

from sellerport.runtimes.sailor.settings import Missing, camel_case, settings_of, whole_number

ALWAYS = (
    *("FLOW_ID", "EXEC_ID", "STEP_ID", "CONTAINER_ID", "WORKSPACE_ID", "USER_ID", "COMP_ID", "FUNCTION"),
    *("API_URI", "API_USERNAME", "API_KEY"),
)
FOR_MESSAGES = (
    *("AMQP_URI", "LISTEN_MESSAGES_ON", "PUBLISH_MESSAGES_TO", "DATA_ROUTING_KEY", "ERROR_ROUTING_KEY"),
    *("REBOUND_ROUTING_KEY", "SNAPSHOT_ROUTING_KEY", "MESSAGE_CRYPTO_PASSWORD", "MESSAGE_CRYPTO_IV"),
)
NUMBERS = {
    "RABBITMQ_PREFETCH_SAILOR": 1,
    "REBOUND_INITIAL_EXPIRATION": 15000,
    "REBOUND_LIMIT": 20,
    "API_REQUEST_RETRY_ATTEMPTS": 3,
    "API_REQUEST_RETRY_DELAY": 100,
    "DATA_RATE_LIMIT": 10,
    "ERROR_RATE_LIMIT": 2,
    "SNAPSHOT_RATE_LIMIT": 2,
    "RATE_INTERVAL": 100,
    "AMQP_PUBLISH_RETRY_DELAY": 100,
    "AMQP_PUBLISH_MAX_RETRY_DELAY": 300000,
    "AMQP_RECONNECT_ATTEMPTS": 3,
    "AMQP_RECONNECT_TIMEOUT": 100,
    "WAIT_MESSAGES_TIMEOUT": 50,
    "OUTGOING_MESSAGE_SIZE_LIMIT": 10485760,
    "PROTOCOL_VERSION": 1,
    "OBJECT_STORAGE_SIZE_THRESHOLD": 1048576,
}
SWITCHES = {
    "STARTUP_REQUIRED": False,
    "PROCESS_AMQP_DRAIN": True,
    "AMQP_PERSISTENT_MESSAGES": False,
    "NO_SELF_PASSTRHOUGH": False,
    "NO_ERROR_REPLIES": False,
    "EMIT_LIGHTWEIGHT_MESSAGE": False,
}
TEXTS = {"COMPONENT_PATH": "", "INPUT_FORMAT": "default", "OBJECT_STORAGE_URI": "", "OBJECT_STORAGE_TOKEN": ""}
ENV = {f"ELASTICIO_{name}": name.lower() for name in ALWAYS + FOR_MESSAGES}


def setting(name: str, text: str | None) -> object:
    env = ENV if text is None else {**ENV, f"ELASTICIO_{name}": text}
    return getattr(settings_of(env), name.lower())


@pytest.mark.parametrize("name", ALWAYS + FOR_MESSAGES)
def test_a_mandatory_variable_is_taken_as_it_is(name: str) -> None:
    assert setting(name, None) == name.lower()


@pytest.mark.parametrize("name", ALWAYS + FOR_MESSAGES)
@pytest.mark.parametrize("text", [None, ""])
def test_a_missing_mandatory_variable_is_named(name: str, text: str | None) -> None:
    env = {key: value for key, value in ENV.items() if key != f"ELASTICIO_{name}"}
    if text is not None:
        env[f"ELASTICIO_{name}"] = text
    with pytest.raises(Missing, match=f"^ELASTICIO_{name} is missing$"):
        settings_of(env)


def test_the_shutdown_hook_needs_no_broker() -> None:
    env = {f"ELASTICIO_{name}": "x" for name in ALWAYS} | {"ELASTICIO_HOOK_SHUTDOWN": "1"}
    assert settings_of(env).hook_shutdown is True


def test_a_shutdown_hook_that_is_false_is_false() -> None:
    assert settings_of({**ENV, "ELASTICIO_HOOK_SHUTDOWN": "false"}).hook_shutdown is False


def test_a_false_shutdown_hook_leaves_the_broker_mandatory() -> None:
    env = {f"ELASTICIO_{name}": "x" for name in ALWAYS} | {"ELASTICIO_HOOK_SHUTDOWN": "false"}
    with pytest.raises(Missing, match="ELASTICIO_AMQP_URI is missing"):
        settings_of(env)


@pytest.mark.parametrize(("name", "default"), NUMBERS.items())
@pytest.mark.parametrize("text", [None, "", "0", "many"])
def test_a_number_that_is_none_is_the_default(name: str, default: int, text: str | None) -> None:
    assert setting(name, text) == default


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("text", "number"), [("7", 7), ("12abc", 12), (" 5", 5), ("3.9", 3), ("-2", -2), ("0x10", 16)])
def test_a_number_is_what_the_text_begins_with(name: str, text: str, number: int) -> None:
    assert setting(name, text) == number


def test_publishing_is_tried_without_end() -> None:
    assert int(str(setting("AMQP_PUBLISH_RETRY_ATTEMPTS", None))) > 10**18


def test_publishing_is_tried_as_often_as_is_said() -> None:
    assert setting("AMQP_PUBLISH_RETRY_ATTEMPTS", "4") == 4


@pytest.mark.parametrize(("name", "default"), SWITCHES.items())
def test_a_switch_that_is_not_set_is_at_its_default(name: str, default: bool) -> None:
    assert setting(name, None) is default


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize(("text", "on"), [("", False), ("false", False), ("0", True), ("1", True), ("no", True)])
def test_a_switch_is_off_when_empty_or_false_and_else_on(name: str, text: str, on: bool) -> None:
    assert setting(name, text) is on


@pytest.mark.parametrize(("name", "default"), TEXTS.items())
def test_a_text_is_taken_or_its_default(name: str, default: str) -> None:
    assert (setting(name, None), setting(name, ""), setting(name, "given")) == (default, default, "given")


@pytest.mark.parametrize(("flow_type", "sample"), [("debug", True), ("ordinary", False), ("long_running", False)])
def test_a_debug_flow_is_a_sample(flow_type: str, sample: bool) -> None:
    assert settings_of({**ENV, "ELASTICIO_FLOW_TYPE": flow_type}).sample is sample


def test_step_data_are_asked_for_three_times_a_second_apart_by_default() -> None:
    settings = settings_of(ENV)
    assert (settings.step_attempts, settings.step_delay) == (3, 1000)


def test_the_environment_says_how_often_step_data_are_asked_for() -> None:
    more = {"ELASTICIO_API_REQUEST_RETRY_ATTEMPTS": "5", "ELASTICIO_API_REQUEST_RETRY_DELAY": "7"}
    settings = settings_of(ENV | more)
    assert (settings.step_attempts, settings.step_delay) == (5, 7)


def test_additional_variables_become_headers_in_camel_case() -> None:
    more = {
        "ELASTICIO_ADDITIONAL_VARS_FOR_HEADERS": "ELASTICIO_CONTRACT_ID, MY_OWN_VAR ,NOT_THERE",
        "ELASTICIO_CONTRACT_ID": "c1",
        "MY_OWN_VAR": "v",
    }
    assert settings_of(ENV | more).more_headers == {"contractId": "c1", "myOwnVar": "v"}


@pytest.mark.parametrize(
    ("name", "camel"),
    [("CONTRACT_ID", "contractId"), ("A", "a"), ("FOO_2BAR", "foo2Bar"), ("someThing-else", "someThingElse"), ("", "")],
)
def test_camel_case(name: str, camel: str) -> None:
    assert camel_case(name) == camel


@pytest.mark.parametrize("text", [None, "", "abc", "-", "0x"])
def test_no_number_is_nought(text: str | None) -> None:
    assert whole_number(text) == 0


def test_secrets_are_not_in_the_repr() -> None:
    secret = {"API_KEY", "AMQP_URI", "MESSAGE_CRYPTO_PASSWORD", "MESSAGE_CRYPTO_IV", "OBJECT_STORAGE_TOKEN"}
    env = ENV | {f"ELASTICIO_{name}": "hunter2" for name in secret}
    assert "hunter2" not in repr(settings_of(env))
