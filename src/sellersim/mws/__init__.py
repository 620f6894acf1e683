"""MWS's face: form-encoded requests under Signature V2, answers in XML."""
