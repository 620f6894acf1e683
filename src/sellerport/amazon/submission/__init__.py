"""Feeds on their way: rows become documents, documents one submission, and reports come back to the rows.

`sentence` says a wish's rows as messages, `documents` writes and cuts them; `once` claims a wish and `ongoing` carries it out,
through `opening` (one submission at a time) and the `journal` of `entries`; `courier` is what a protocol has to offer;
`reports` and `joining` bring Amazon's words back to the rows. `feeding` is all of it as the port shows it.
"""
