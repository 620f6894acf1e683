"""One file, one trigger."""
