"""The app's admin within other people's: settings of a site with each, and what must hold there."""
