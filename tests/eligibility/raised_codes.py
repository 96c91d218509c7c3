"""Which codes a source can raise `Trouble` with, as far as that can be seen without running it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

CODE = re.compile(r"[A-Z]{2,}-[0-9]{3}")
NOT_OURS = frozenset({"SHA-256", "SHA-384", "SHA-512", "AES-256", "RSA-2048", "UTF-8"})


@dataclass(frozen=True)
class Raise:
    """One `Trouble(…)` of a source: the codes it can have; `unseen` is the text of what could not be followed."""

    line: int
    codes: frozenset[str]
    unseen: str = ""


def raises(source: str) -> Iterator[Raise]:
    """Every place where a source makes a `Trouble` or a class derived from it, whose name ends in Trouble."""
    tree = ast.parse(source)
    follower = _Follower(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func).endswith("Trouble") and node.args:
            codes = follower.values(node.args[0])
            unseen = "" if codes is not None else ast.unparse(node.args[0])
            yield Raise(node.lineno, codes or frozenset(), unseen)


def mentioned_codes(source: str) -> Iterator[str]:
    """Every literal that looks like one of our codes, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)) if CODE.fullmatch(text) and text not in NOT_OURS:
                yield text


class _Follower:
    """Follows an expression to the strings it can be: literals, alternatives, names and tables of its module.

    A name counts for all that is ever assigned to it in the module, whatever the function: too much, never too little.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._assigned: dict[str, list[ast.expr]] = {}
        self._foreign: set[str] = set()
        self._following: set[str] = set()
        for node in ast.walk(tree):
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._note_target(target, value)
            case (ast.AnnAssign(target=target, value=ast.expr() as value)) | ast.NamedExpr(
                target=target, value=value
            ):
                self._note_target(target, value)
            case ast.arg(arg=name):
                self._foreign.add(name)
            case ast.For(target=target) | ast.comprehension(target=target):
                self._foreign |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}

    def _note_target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assigned.setdefault(target.id, []).append(value)
        else:
            self._foreign |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}

    def values(self, node: ast.expr) -> frozenset[str] | None:
        """The strings that `node` can be; None when it cannot be followed to its end."""
        match node:
            case ast.Constant(value=str(text)):
                return frozenset({text})
            case ast.IfExp(body=one, orelse=other):
                return self._all([one, other])
            case ast.BoolOp(op=ast.Or(), values=parts):
                return self._all(parts)
            case ast.NamedExpr(value=value):
                return self.values(value)
            case ast.Dict(values=parts):
                return self._all(parts)
            case ast.Subscript(value=ast.Name() as table):
                return self.values(table)
            case ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="get"), args=[_, *default]):
                return self._all([table, *default])
            case ast.Name(id=name) if name in self._assigned and name not in self._foreign | self._following:
                self._following.add(name)
                try:
                    return self._all(self._assigned[name])
                finally:
                    self._following.discard(name)
        return None

    def _all(self, nodes: list[ast.expr]) -> frozenset[str] | None:
        found = [self.values(node) for node in nodes]
        return None if None in found else frozenset().union(*(codes for codes in found if codes is not None))


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
