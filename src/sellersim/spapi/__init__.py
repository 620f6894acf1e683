"""SP-API's face: JSON over HTTP, a bearer token, no signature."""
