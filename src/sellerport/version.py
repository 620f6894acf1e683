"""The version, as the distribution's metadata has it."""

from importlib.metadata import version

__version__ = version("sellerport")
