"""The suite on every database that the app supports, each a real server of its own."""
