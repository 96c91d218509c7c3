"""Where the things of one demo lie below its state folder `DIR`."""

from pathlib import Path

SOCKET_NAME = "pcscd.comm"
LONGEST_SOCKET_PATH = 107


def run_folder(state: Path) -> Path:
    """Sockets and logs of the running demo."""
    return state / "run"


def cards_socket(state: Path) -> Path:
    """The control socket of the card world."""
    return run_folder(state) / "cards.sock"


def cards_folder(state: Path) -> Path:
    """Keys, certificates and PIN counters of the demo's cards, one folder a person, and the demo CA's."""
    return state / "demo" / "cards"


def pcscd_pointer(state: Path) -> Path:
    """A file that names the folder of pcscd's socket when `DIR/run/pcscd` is too deep for a unix socket."""
    return run_folder(state) / "pcscd.path"


def pcscd_folder(state: Path) -> Path:
    """The folder that the card world shows to its pcscd as /run/pcscd."""
    pointer = pcscd_pointer(state)
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    return run_folder(state) / "pcscd"


def pcscd_socket(state: Path) -> Path:
    """The value for PCSCLITE_CSOCK_NAME that leads a PC/SC client to this demo's readers."""
    return pcscd_folder(state) / SOCKET_NAME


def center_socket(state: Path) -> Path:
    """The control socket of the virtual center."""
    return run_folder(state) / "center.sock"


def center_folder(state: Path) -> Path:
    """The CAs and certificates of the virtual center's world."""
    return state / "demo" / "center"


def center_file(state: Path) -> Path:
    """JSON with the address of the running virtual center."""
    return state / "demo" / "center.json"


def terminal_socket(state: Path) -> Path:
    """The control socket of the virtual terminal."""
    return run_folder(state) / "terminal.sock"


def terminal_folder(state: Path) -> Path:
    """req, res and face of the virtual terminal of `madoguchi demo --terminal`."""
    return state / "demo" / "terminal"


def camera_socket(state: Path) -> Path:
    """The control socket of the virtual camera."""
    return run_folder(state) / "camera.sock"


def camera_frames(state: Path) -> Path:
    """Where the virtual camera hands out its frames."""
    return run_folder(state) / "frames.sock"
