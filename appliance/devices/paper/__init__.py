"""Papers read from a picture: found, straightened, recognised; every value confirmed twice or refused."""
