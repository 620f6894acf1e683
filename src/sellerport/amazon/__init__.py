"""A client library for Amazon's seller APIs: MWS and SP-API behind one port. Imports nothing above it."""
