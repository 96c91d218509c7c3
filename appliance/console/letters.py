"""Large letters out of half blocks, for a word that is read from across a room, and QR codes of the same."""

import segno

FULL, UPPER, LOWER = "█", "▀", "▄"
_ROWS = 6
"""Pixels of a letter's height, two to a line of text."""
_GLYPHS = {
    "A": (".##.", "#..#", "####", "#..#", "#..#"),
    "D": ("###.", "#..#", "#..#", "#..#", "###."),
    "E": ("####", "#...", "###.", "#...", "####"),
    "G": (".###", "#...", "#.##", "#..#", ".###"),
    "I": ("#", "#", "#", "#", "#"),
    "K": ("#..#", "#.#.", "##..", "#.#.", "#..#"),
    "L": ("#...", "#...", "#...", "#...", "####"),
    "N": ("#..#", "##.#", "#.##", "#..#", "#..#"),
    "O": (".##.", "#..#", "#..#", "#..#", ".##."),
    "P": ("###.", "#..#", "###.", "#...", "#..."),
    "R": ("###.", "#..#", "###.", "#.#.", "#..#"),
    "S": (".###", "#...", ".##.", "...#", "###."),
    "T": ("#####", "..#..", "..#..", "..#..", "..#.."),
    "U": ("#..#", "#..#", "#..#", "#..#", ".##."),
    "W": ("#...#", "#...#", "#.#.#", "##.##", "#...#"),
    "Y": ("#...#", ".#.#.", "..#..", "..#..", "..#.."),
    " ": ("..", "..", "..", "..", ".."),
}


def large(word: str) -> list[str]:
    """`word` in three lines. Raises `KeyError` for a letter that there is none of."""
    rows = [".".join(_GLYPHS[letter][number] for letter in word) for number in range(_ROWS - 1)]
    pixels = [[one == "#" for one in row] for row in rows]
    return _halves([*pixels, [False] * len(pixels[0])])


def qr_lines(text: str, border: int) -> list[str]:
    """A QR code of `text` as dark on light: a full block is a light place, since terminals are dark where nothing is drawn."""
    code = segno.make(text, error="l", micro=False)
    rows = [[not one for one in row] for row in code.matrix_iter(border=border)]
    if len(rows) % 2:
        rows.append([True] * len(rows[0]))
    return _halves(rows)


def _halves(rows: list[list[bool]]) -> list[str]:
    """Two rows of pixels a line; True is drawn."""
    blocks = {(True, True): FULL, (True, False): UPPER, (False, True): LOWER, (False, False): " "}
    return [
        "".join(blocks[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]
