"""The floor rule: which room of the house may import which, and what floor 1 may not touch.

Everything here takes source text and gives sentences back, so that the rule can be tested on bad source.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_FLOOR_1 = frozenset({"appliance.eligibility"})
_GROUND = frozenset(
    {
        "appliance.settings",
        "appliance.sharing",
        "appliance.unix_address",
        "appliance.own_socket",
        "appliance.own_files",
        "appliance.contract_files",
        "appliance.service_manager",
        "appliance.log_lines",
    }
)
_FLOOR_2 = (
    frozenset(
        {
            "appliance.ledger",
            "appliance.hatch",
            "appliance.certificate_hatch",
            "appliance.paper_hatch",
            "appliance.identity",
            "appliance.machine",
            "appliance.own_memory",
            "appliance.rulebook",
            "appliance.reset_wish",
            "appliance.share_place",
            "appliance.updates",
            "appliance.wanted",
            "appliance.wiping",
        }
    )
    | _GROUND
)
_FLOOR_3 = frozenset(
    {"appliance.devices", "appliance.sync", "appliance.web", "appliance.health", "appliance.console"}
)
_DEMO = frozenset({"appliance.demo"})
_TOP = frozenset({"appliance.cli", "appliance.__main__"})

# room -> the rooms it may import besides itself. A room that is not here has no floor, which is a violation.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "appliance": frozenset(),
    **dict.fromkeys(_FLOOR_1, frozenset()),
    # The ground needs nothing of its floor, and all of its neighbours need to know where things lie and what is there.
    **dict.fromkeys(_FLOOR_2, _FLOOR_1 | _GROUND),
    **dict.fromkeys(_FLOOR_3, _FLOOR_1 | _FLOOR_2),
    **dict.fromkeys(_DEMO, _FLOOR_1 | _FLOOR_2),
    **dict.fromkeys(_TOP, _FLOOR_1 | _FLOOR_2 | _FLOOR_3 | _DEMO | _TOP),
}

# Floor 1 is pure: the same question gives the same answer on any machine at any time.
_IMPURE = """
    asyncio builtins ctypes fcntl ftplib getpass glob http importlib locale logging mmap multiprocessing os pathlib
    pickle platform queue random secrets select selectors shelve shutil signal smtplib socket socketserver sqlite3
    ssl subprocess syslog tempfile threading time urllib.request webbrowser
"""
IMPURE_MODULES = frozenset(_IMPURE.split())
IMPURE_CALLS = frozenset({"open", "print", "input"})
CLOCK_METHODS = frozenset({"now", "today", "utcnow"})
FLOOR_1_LIBRARIES = frozenset({"lxml"})

# One module of floor 1 reads files: those that come with the package. They are installed with the code and are as fixed
# as it is, so the floor stays pure; handing them in instead would make every `Trouble(code)` ask for a loader first.
PACKAGED_DATA = {"appliance.eligibility.packaged": frozenset({"importlib.resources"})}

NOT_A_LITERAL = "?"


@dataclass(frozen=True)
class Import:
    """One imported name: `module` may be a package or something in it (`appliance.ledger.open_ledger`)."""

    module: str
    line: int


def imports_of(source: str, module: str, *, is_package: bool = False) -> Iterator[Import]:
    """Every import in `source`, which is the text of `module`: static, relative and dynamic, at any depth.

    A dynamic import whose name is not a literal is given as `NOT_A_LITERAL`. Raises `SyntaxError`.
    """
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (Import(name.name, node.lineno) for name in names)
            case ast.ImportFrom():
                base = _absolute(node.module or "", node.level, package)
                yield from (Import(f"{base}.{name.name}", node.lineno) for name in node.names)
            case ast.Call() if _called(node) in {"import_module", "__import__"}:
                yield Import(_literal_name(node, package), node.lineno)


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """One sentence for each way in which `source`, the text of `module`, breaks the floor rule."""
    room = room_of(module)
    if room is None:
        return [f"{module} stands on no floor: give it a row in tests/lint/floor_rule.py"]
    found = list(imports_of(source, module, is_package=is_package))
    complaints = [(i.line, reason) for i in found if (reason := _forbidden_import(room, i.module))]
    if room in _FLOOR_1:
        granted = PACKAGED_DATA.get(module, frozenset())
        complaints += [
            (i.line, f"floor 1 may not import {i.module}")
            for i in found
            if i.module not in granted and _is_impure(i.module)
        ]
        complaints += _impure_calls(source)
    return [f"{module}:{line}: {reason}" for line, reason in sorted(set(complaints))]


def room_of(module: str) -> str | None:
    """The room that a module of ours belongs to; None when it has none.

    >>> room_of("appliance.web.reception.pages")
    'appliance.web'
    """
    if module == "appliance":
        return module
    room = ".".join(module.split(".")[:2])
    return room if room in MAY_IMPORT else None


def _forbidden_import(room: str, imported: str) -> str | None:
    if imported == NOT_A_LITERAL:
        return None if room in _TOP else "a dynamic import whose name is not a literal hides from this rule"
    if imported.split(".", maxsplit=1)[0] != "appliance":
        return None
    target = room_of(imported)
    # `from appliance import __version__` names no room but the package's own text.
    if target in {None, "appliance", room} or target in MAY_IMPORT[room]:
        return None
    return f"{room} may not import {target}"


def _is_impure(imported: str) -> bool:
    top = imported.split(".", maxsplit=1)[0]
    if top in {"appliance", NOT_A_LITERAL}:
        return False
    if top not in sys.stdlib_module_names | FLOOR_1_LIBRARIES:
        return True
    return any(imported == name or imported.startswith(f"{name}.") for name in IMPURE_MODULES)


def _impure_calls(source: str) -> list[tuple[int, str]]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        (node.lineno, f"floor 1 may not call {_called(node)}()")
        for node in calls
        if (isinstance(node.func, ast.Name) and _called(node) in IMPURE_CALLS)
        or (isinstance(node.func, ast.Attribute) and _called(node) in CLOCK_METHODS)
    ]


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _literal_name(call: ast.Call, package: str) -> str:
    match call.args:
        case [ast.Constant(value=str(name)), *_]:
            level = len(name) - len(name.lstrip("."))
            return _absolute(name[level:], level, package)
    return NOT_A_LITERAL


def _absolute(name: str, level: int, package: str) -> str:
    if level == 0:
        return name
    parts = package.split(".")
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, *([name] if name else [])])
