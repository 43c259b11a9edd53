"""The scanner of untagged markup."""
