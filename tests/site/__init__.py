"""The demonstration site: a clinic's page, before and after. Also the end-to-end tests' target."""
