"""Formulas of computed fields, and templates of titles: a small language, read by Python's own parser.

Numbers, texts, dates and lists; only what is named here can be said, and nothing is executed.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from wiki.core import i18n
from wiki.core.names import fold

LONGEST, MOST_NODES, LONGEST_TEXT = 1000, 200, 500
LARGEST = 1e15
GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BRACED = re.compile(r"\([^()]*\{[^()]*\)|\[[^\[\]]*\{[^\[\]]*\]")
LOOSE = " \t,;:|/·–—-"
"""What parts words in a template: it goes away with the words beside it."""


class BadFormula(ValueError):
    """A formula that cannot be read; the message says why, in the reader's language."""


class NoValueError(Exception):
    """What the formula needs is not there, or cannot be reckoned with."""


def fill(template: str, words: Mapping[str, str]) -> str:
    """Return a template with `{key}` replaced, without what parted words that are not there."""
    pieces = GAP.split(BRACED.sub(lambda found: _braced(found, words), template))
    made = ""
    for place in range(1, len(pieces), 2):
        before, word = pieces[place - 1], words.get(pieces[place], "")
        if word:
            made += (before if made or before.strip(LOOSE) else "") + word
        elif before.strip(LOOSE):
            made += before.rstrip(LOOSE)
    return " ".join((made + (pieces[-1] if made else pieces[-1].lstrip(LOOSE))).split()).rstrip(
        LOOSE
    )


def _braced(found: re.Match[str], words: Mapping[str, str]) -> str:
    """Return what stands in brackets, nothing when all its words are missing."""
    return found.group() if any(words.get(key) for key in GAP.findall(found.group())) else ""


def names_in(formula: str) -> set[str]:
    """Return the names a formula uses, functions aside. Raises BadFormula."""
    tree = _parsed(formula)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}


def compute(formula: str, names: Mapping[str, Any]) -> Any:
    """Return what a formula makes of these values: a number, text, True, False, or None.

    Dates come out as ISO 8601. Raises BadFormula; what is missing or impossible gives None.
    """
    tree = _parsed(formula)
    try:
        return _kept(_value(tree.body, names))
    except (NoValueError, ArithmeticError, TypeError, ValueError):
        return None


def _parsed(formula: str) -> ast.Expression:
    if len(formula) > LONGEST:
        raise BadFormula(_("At most %(count)s characters.", count=LONGEST))
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(_("This formula cannot be read.")) from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise BadFormula(_("This formula is too long."))
    for node in nodes:
        _check(node)
    return tree


def _check(node: ast.AST) -> None:
    """Refuse what is not of the language. Raises BadFormula."""
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        if not known or node.keywords:
            said = ast.unparse(node.func)[:40]
            raise BadFormula(_("There is no function called %(name)s.", name=said))
    elif isinstance(node, ast.Constant):
        if not isinstance(node.value, int | float | str | bool):
            raise BadFormula(_("This formula cannot be read."))
    elif not isinstance(node, ALLOWED):
        raise BadFormula(_("A formula has numbers, texts, fields and functions only."))


def _value(node: ast.AST, names: Mapping[str, Any]) -> Any:
    handler = HANDLERS[type(node)]
    return handler(node, names)


def _call(node: ast.Call, names: Mapping[str, Any]) -> Any:
    function = FUNCTIONS[node.func.id]  # type: ignore[attr-defined]
    return function(*(_value(argument, names) for argument in node.args))


def _binary(node: ast.BinOp, names: Mapping[str, Any]) -> Any:
    return _combined(type(node.op), _value(node.left, names), _value(node.right, names))


def _combined(how: type[ast.operator], left: Any, right: Any) -> Any:
    if left is None or right is None:
        raise NoValueError
    if how is ast.Add and (isinstance(left, str) or isinstance(right, str)):
        return (_text(left) + _text(right))[:LONGEST_TEXT]
    if isinstance(left, date):
        return _dated(how, left, right)
    return _bounded(OPERATORS[how](_number(left), _number(right)))


def _dated(how: type[ast.operator], left: date, right: Any) -> Any:
    if how is ast.Sub and isinstance(right, date):
        return (left - right).days
    if how not in (ast.Add, ast.Sub):
        raise NoValueError
    return left + timedelta(days=_number(right) * (1 if how is ast.Add else -1))


def _unary(node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
    value = _value(node.operand, names)
    if isinstance(node.op, ast.Not):
        return not value
    return -_number(value) if isinstance(node.op, ast.USub) else _number(value)


def _logic(node: ast.BoolOp, names: Mapping[str, Any]) -> bool:
    every = all if isinstance(node.op, ast.And) else any
    return every(bool(_value(one, names)) for one in node.values)


def _comparison(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    left = _value(node.left, names)
    for how, other in zip(node.ops, node.comparators, strict=True):
        right = _value(other, names)
        if not _compared(type(how), left, right):
            return False
        left = right
    return True


def _compared(how: type[ast.cmpop], left: Any, right: Any) -> bool:
    if how in (ast.In, ast.NotIn):
        held = (
            {fold(one) if isinstance(one, str) else one for one in right or ()}
            if not isinstance(right, str)
            else fold(right)
        )
        return ((fold(left) if isinstance(left, str) else left) in held) == (how is ast.In)
    if isinstance(left, str) and isinstance(right, str):
        left, right = fold(left), fold(right)
    if how in (ast.Eq, ast.NotEq):
        return (left == right) == (how is ast.Eq)
    if left is None or right is None:
        raise NoValueError
    return bool(COMPARISONS[how](left, right))


def _choice(node: ast.IfExp, names: Mapping[str, Any]) -> Any:
    return _value(node.body if _value(node.test, names) else node.orelse, names)


def _power(left: float, right: float) -> float:
    if abs(right) > 100 or (left and abs(right) * abs(math.log10(abs(left))) > 15):
        raise NoValueError
    found = left**right
    if isinstance(found, complex):
        raise NoValueError
    return found


def _number(value: Any) -> int | float:
    if value is None or not isinstance(value, int | float):
        raise NoValueError
    return value


def _bounded(value: Any) -> Any:
    if isinstance(value, int | float) and not abs(value) <= LARGEST:
        raise NoValueError
    return value


def _flat(values: tuple[Any, ...]) -> list[int | float]:
    """Return the numbers among arguments and lists, without what is missing."""
    every = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [_number(one) for one in every if one is not None]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return "" if value is None else str(value)


def _mean(*values: Any) -> float:
    found = _flat(values)
    if not found:
        raise NoValueError
    return sum(found) / len(found)


def _rounded(value: Any, digits: Any = 0) -> float:
    found = round(_number(value), max(-9, min(9, int(_number(digits)))))
    return int(found) if digits == 0 else found


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def _kept(value: Any) -> Any:
    """Return a result as it is stored."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        found = round(float(_bounded(value)), 6)
        return int(found) if found.is_integer() else found
    if isinstance(value, date):
        return value.isoformat()
    return _text(value)[:LONGEST_TEXT].strip() or None


ALLOWED = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Name,
    ast.Load,
    ast.List,
    ast.Tuple,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
)
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.BitXor: _power,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sum": lambda *values: sum(_flat(values)),
    "min": lambda *values: min(_flat(values)),
    "max": lambda *values: max(_flat(values)),
    "mean": _mean,
    "round": _rounded,
    "abs": lambda value: abs(_number(value)),
    "floor": lambda value: math.floor(_number(value)),
    "ceil": lambda value: math.ceil(_number(value)),
    "sqrt": lambda value: math.sqrt(_number(value)),
    "exp": lambda value: _bounded(math.exp(_number(value))),
    "log10": lambda value: math.log10(_number(value)),
    "sin": lambda value: math.sin(_number(value)),
    "cos": lambda value: math.cos(_number(value)),
    "tan": lambda value: math.tan(_number(value)),
    "len": lambda value: len(value or ""),
    "text": _text,
    "lower": lambda value: _text(value).lower(),
    "upper": lambda value: _text(value).upper(),
    "today": i18n.today,
    "day": _day,
    "year": lambda value: _day(value).year,
    "month": lambda value: _day(value).month,
    "days": lambda start, end: (_day(end) - _day(start)).days,
    "test": lambda value, wanted: _compared(
        ast.In if isinstance(value, list) else ast.Eq,
        *((wanted, value) if isinstance(value, list) else (value, wanted)),
    ),
}
HANDLERS: dict[type[ast.AST], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: lambda node, names: node.value,
    ast.Name: lambda node, names: names.get(node.id),
    ast.List: lambda node, names: [_value(one, names) for one in node.elts],
    ast.Tuple: lambda node, names: [_value(one, names) for one in node.elts],
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logic,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Call: _call,
}
