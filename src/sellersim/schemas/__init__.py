"""The simulator's own product type schemas: Amazon's shape and vocabulary, our choice of attributes.

Nothing here is copied from Amazon's schemas, which are not public; each document says so in its `$comment`.
"""
