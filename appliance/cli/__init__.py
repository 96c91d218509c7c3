"""Floor 4: the command line. Assembles and starts everything; JSON on stdout, troubles on stderr."""
