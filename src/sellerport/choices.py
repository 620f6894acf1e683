"""Choices of a form that have to be looked up at Amazon, with the credentials of the account whose form it is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sellerport.amazon.account import Credentials, problems_of
from sellerport.amazon.connect import Connector, Surroundings
from sellerport.amazon.port import Amazon
from sellerport.contract import Model
from sellerport.errors import InputError, Problem
from sellerport.reading import read_form

Choice = Callable[[Mapping[str, Any], Amazon], Awaitable[Mapping[str, str]]]
WAIT = 45.0  # seconds: a platform gives a form's look-up a minute


def looked_up(connector: Connector, choice: Choice) -> Model:
    """The choice as a model: it connects by the cfg's credentials and asks."""

    async def model(cfg: Mapping[str, Any], env: Mapping[str, str]) -> Mapping[str, str]:
        problems: list[Problem] = []
        credentials: Credentials | None = read_form(Credentials, cfg, problems)
        problems += problems_of(cfg)
        if credentials is None or problems:
            raise InputError(problems)
        async with connector.connect(credentials, Surroundings(env, wait_limit=WAIT)) as amazon:
            return await choice(cfg, amazon)

    return model
