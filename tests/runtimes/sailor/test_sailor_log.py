"""The level and the lines of the log, without a process around them."""

import json
import logging
from typing import Any

import pytest
import structlog

from sellerport.errors import InputError, Problem, Rejected
from sellerport.runtimes.sailor.log import Log, log_of, take_events


def lines(env: dict[str, str]) -> tuple[Log, list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    return log_of(env, lambda line: found.append(json.loads(line))), found


@pytest.mark.parametrize(
    ("env", "levels"),
    [
        ({}, [30, 40, 50, 60]),
        ({"LOG_LEVEL": "debug"}, [20, 30, 40, 50, 60]),
        ({"LOG_LEVEL": "warn"}, [40, 50, 60]),
        ({"LOG_LEVEL": "50"}, [50, 60]),
        ({"LOG_LEVEL": "nonsense"}, [30, 40, 50, 60]),
        ({"NODE_ENV": "test"}, []),
        ({"NODE_ENV": "test", "LOG_LEVEL": "fatal"}, [60]),
    ],
)
def test_what_is_said_at_which_level(env: dict[str, str], levels: list[int]) -> None:
    log, found = lines(env)
    for say in (log.debug, log.info, log.warn, log.error, log.fatal):
        say("said")
    assert [line["level"] for line in found] == levels


def test_an_error_has_name_message_stack_and_code() -> None:
    log, found = lines({})
    log.error("it failed", Rejected("no", code="InvalidInput"))
    error = found[0]["err"]
    assert (error["name"], error["message"], error["code"]) == ("Rejected", "InvalidInput: no", "InvalidInput")
    assert "Rejected" in error["stack"]


def test_a_wrong_input_is_told_by_its_place_alone() -> None:
    log, found = lines({})
    log.error("wrong", InputError([Problem("body", "$.a", "Expected text, got 'secret'")]))
    assert found[0]["err"]["message"] == "body $.a"
    assert "secret" not in json.dumps(found)


def test_events_are_lines_and_a_retry_is_told_by_whoever_tries_again() -> None:
    log, found = lines({})
    try:
        take_events(log)
        structlog.get_logger().warning("stamina.retry_scheduled", caused_by="x")
        structlog.get_logger().info("amazon.again", attempt=2)
    finally:
        structlog.reset_defaults()
    assert [(line["msg"], line["attempt"]) for line in found] == [("amazon.again", 2)]


def test_a_fact_of_any_name_is_no_accident() -> None:
    log, found = lines({})
    log.info("said", msg="no", level=1, error="x", self=2)
    assert (found[0]["msg"], found[0]["level"], found[0]["error"]) == ("said", 30, "x")


def test_a_childs_lines_carry_its_facts() -> None:
    log, found = lines({"ELASTICIO_FLOW_ID": "f"})
    log.child(messageId="m").child(name="component").info("said", rows=7)
    assert {name: found[0][name] for name in ("name", "tag", "messageId", "rows")} == {
        "name": "component",
        "tag": "f",
        "messageId": "m",
        "rows": 7,
    }


def test_facts_that_json_does_not_know_are_text() -> None:
    log, found = lines({})
    log.info("said", place=logging)
    assert "logging" in found[0]["place"]
