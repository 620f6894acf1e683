"""The adapter to the Selling Partner API as it is today."""
