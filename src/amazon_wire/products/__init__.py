"""The product feed of Amazon MWS as tables: every category, every product type, every element.

Facts only: order, cardinality, choices, types with their limits, units and enumerations, as they stood in the product
document's year. Made by `scripts/build_catalogue.py`; PROVENANCE.md says from what.

`index.json` maps the component's 30 labels to elements, the best first, and lists the 57 category elements in order.
`product.json`, `types.json` and `categories/{Element}.json` map names to definitions. A name is looked for in the
file that mentions it, then in `types.json`; `<Name>` is the element of that name, and a category's element stands in
the category's own file.

A definition is one of

    "Name"                               the same as that name; `xsd:…` are XML Schema's own types
    {"base": …, facet: limit, …}         a simple type, limited by XML Schema's facets
    {"union": [type, …]}                 a simple type that takes any of them
    {"text": type, "attributes": {"unitOfMeasure!": type}}   a text with attributes, `!` where one is required
    {"of": [member, …]}                  elements in this order

and a member is one of

    "Name"  "Name type"  ["Name", definition]     an element; without a type, the element `<Name>`
    {"choice": [member, …]}                       exactly one of them; `choice?`: at most one

after whose name stands how often it may occur: nothing for at most once (in a choice: once), `!` for exactly once,
`?` for at most once, `*5` for none to five, `+5` for one to five, `*` and `+` without an end.
"""
