"""Records taken out of the database, any number of them: for the admin and for the command alike.

`selection` says which, `formats` in what form, `running` does it and keeps the account.
"""
