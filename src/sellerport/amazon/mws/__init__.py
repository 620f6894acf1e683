"""The adapter to MWS as it was documented until its end in 2024."""
