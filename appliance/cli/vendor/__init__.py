"""`madoguchi vendor`: the kit of those who write a consumer: a box to develop against, results to play, a check to pass."""
