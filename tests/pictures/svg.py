"""Draws what the program writes on a terminal: `svg.py FOLDER`, started by demo.py.

The program runs on a terminal of its own; what it writes there, with its colours, becomes a grid of cells
and then an SVG.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from html import escape

COLUMNS = 102
CELL, LINE, MARGIN, BAR = 8.4, 19, 16, 30
FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
BACKGROUND, TEXT, DIM = "#1b1f27", "#d6dae2", "#7d8590"
COLOURS = {
    31: "#f47067",
    32: "#7ec87e",
    33: "#e0b860",
    34: "#6cb6ff",
    35: "#dcbdfb",
    36: "#6fd0d8",
    37: TEXT,
    90: DIM,
}
PART = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b.|([^\x1b])")


class Grid:
    """The cells of a terminal: a character and its style each."""

    def __init__(self, rows):
        self.cells = [[(" ", ())] * COLUMNS for _ in range(rows)]
        self.row = self.column = 0
        self.style = ()

    def write(self, text):
        for numbers, command, character in PART.findall(text):
            if character == "\n":
                self.row += 1
            elif character == "\r":
                self.column = 0
            elif character:
                self.put(character)
            elif command == "H":
                place = [int(it or 1) for it in (numbers or "1;1").split(";")]
                self.row, self.column = place[0] - 1, place[1] - 1
            elif command == "K":
                self.clear(self.row, self.column)
            elif command == "J":
                self.clear(self.row, self.column)
                for row in range(self.row + 1, len(self.cells)):
                    self.clear(row, 0)
            elif command == "m":
                self.set_style([int(it or 0) for it in numbers.split(";")])

    def put(self, character):
        if self.row < len(self.cells) and self.column < COLUMNS:
            self.cells[self.row][self.column] = (character, self.style)
        self.column += 1

    def clear(self, row, column):
        if row < len(self.cells):
            self.cells[row][column:] = [(" ", ())] * (COLUMNS - column)

    def set_style(self, numbers):
        for number in numbers:
            self.style = () if number == 0 else self.style + (number,)

    def lines(self):
        """Returns the lines as lists of runs of one style, without empty ones at the end."""
        lines = []
        for cells in self.cells:
            runs = []
            for column, (character, style) in enumerate(cells):
                if runs and runs[-1][2] == style:
                    runs[-1][1] += character
                else:
                    runs.append([column, character, style])
            lines.append(runs)
        while lines and all(not text.strip() for _, text, _ in lines[-1]):
            lines.pop()
        return lines


def drawn(lines, title):
    width = COLUMNS * CELL + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN + BAR - 8
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" font-family="{FONT}" font-size="14"'
        f' role="img" aria-label="{escape(title)}">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
    ]
    for place, colour in enumerate(["#f47067", "#e0b860", "#7ec87e"]):
        out.append(f'<circle cx="{20 + 18 * place}" cy="18" r="5.5" fill="{colour}"/>')
    for number, runs in enumerate(lines):
        top = BAR + MARGIN + number * LINE
        for column, text, style in runs:
            out += run(column, text, style, top)
    return "\n".join(out + ["</svg>\n"])


def run(column, text, style, top):
    """Draws a run of cells. Each run has its place and its width, whatever font there is."""
    stripped = text.strip()
    colours = [COLOURS[number] for number in style if number in COLOURS]
    colour = colours[-1] if colours else DIM if 2 in style else TEXT
    left = MARGIN + column * CELL
    if 7 in style:
        yield (
            f'<rect x="{left:.1f}" y="{top - 14}" width="{len(text) * CELL:.1f}"'
            f' height="{LINE}" fill="{colour}"/>'
        )
        colour = BACKGROUND
    # Words one by one: a blank is narrower in some fonts.
    weight = ' font-weight="bold"' if 1 in style else ""
    for word in re.finditer(r"\S+(?: \S+)*", text if stripped else ""):
        x = left + word.start() * CELL
        length = (word.end() - word.start()) * CELL
        yield (
            f'<text x="{x:.1f}" y="{top}" fill="{colour}"{weight} textLength="{length:.1f}"'
            f' lengthAdjust="spacingAndGlyphs">{escape(word.group())}</text>'
        )


def shown(flags, rows, acts=()):
    """Returns what the program shows on a terminal: at its end or, if it goes on, after all `acts`, each
    of which the clients do after that many seconds."""
    leader, follower = pty.openpty()
    size = struct.pack("HHHH", rows, COLUMNS, 0, 0)
    fcntl.ioctl(follower, termios.TIOCSWINSZ, size)
    environment = dict(os.environ, TERM="xterm-256color", TZ="UTC")
    environment.pop("COLUMNS", None)
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [os.environ["PROGRAM"], *flags], stdin=follower, stdout=follower, stderr=follower,
        env=environment, start_new_session=True,
    )
    os.close(follower)
    grid = Grid(rows)
    start = time.monotonic()
    acts = list(acts)
    while True:
        readable, _, _ = select.select([leader], [], [], 0.05)
        if readable:
            try:
                grid.write(os.read(leader, 1 << 16).decode())
            except OSError:
                break
        elif acts and time.monotonic() - start > acts[0][0]:
            _, act = acts.pop(0)
            if act is None:
                process.kill()
                break
            os.write(int(os.environ["CLIENTS_FD"]), act.encode() + b"\n")
    process.wait()
    return grid.lines()


def draw(folder, name, flags, rows, acts=()):
    prompt = "# rnetstat " + " ".join(flags)
    lines = shown(flags, rows, acts)
    if not acts:
        lines.insert(0, [[0, prompt, (1,)]])
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(drawn(lines, prompt[2:]))


def main(folder):
    table = "-tulpn --format table".split()
    draw(folder, "table.svg", table, 40)
    live = "-tanp --local-port 22,443 --format table 1".split()
    draw(folder, "live.svg", live, 14, [(1.2, "open"), (1.4, "close"), (2.5, None)])


main(sys.argv[1])
