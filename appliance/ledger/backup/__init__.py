"""One encrypted file of what a box cannot get again: made while it works, looked into, and put into an empty state folder."""
