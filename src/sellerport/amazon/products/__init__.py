"""Products, in both of Amazon's languages: the tables of the old product feed, and the attributes of listings. Pure."""
