"""A second site, on which nothing is tagged: a joiner's shop with ten vendors, as vendors say.

Only the base template knows the app. What the middleware or the guard lets through shows here.
"""
