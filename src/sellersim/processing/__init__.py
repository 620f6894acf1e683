"""What Amazon does with a feed: reads its document, judges each message, changes the world, writes the report.

`read` and `grammar` know XML, `xml_feed` and `json_feed` walk the messages of a document, and one module a kind of
message judges it. Judges know neither HTTP nor the form of a report; what they find are Issues of `issues`.
"""
