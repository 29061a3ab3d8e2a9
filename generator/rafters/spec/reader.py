"""A field out of the tokens of its line, and all that is wrong with them."""

import re
from decimal import Decimal
from typing import Any

from rafters.spec import advice, identifiers, rules, values
from rafters.spec.resource import NUMBERS, RELATIONS, SELF, TYPES, Field
from rafters.spec.syntax import FLAGS, Draft, Fault, Token

_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_PAIR = re.compile(r"(\d{1,4})[,.-](\d{1,4})", re.ASCII)
_WORDS = re.compile(r"[A-Za-z0-9_,-]+")
_BASIC = frozenset({"boolean", "integer", "string"})


def read(draft: Draft, resource: str) -> Field | list[Fault]:
    """Return the field of a line in tokens, or what is wrong with it.

    Args:
        draft: the line.
        resource: the name of the resource that the field belongs to.
    """
    reader = _Reader(draft, resource)
    found = reader.read()
    if reader.faults:
        return sorted(reader.faults, key=lambda fault: fault.token.start)
    return found


class _Reader:
    """A line in tokens on its way to a field."""

    def __init__(self, draft: Draft, resource: str) -> None:
        """Start with nothing known."""
        self.draft = draft
        self.resource = resource
        self.faults: list[Fault] = []
        self.places: dict[str, Token] = {}
        self.parts: dict[str, Any] = {}
        self.kind = ""

    def read(self) -> Field:
        """Return the field; `faults` then says whether it is one."""
        self._type()
        if self.kind:
            for token in self.draft.modifiers:
                self._modifier(token)
            self._default()
        name = self.draft.name
        item = Field(name.text, self.kind, **self.parts)
        if self.kind and not self.faults:
            for breach in rules.breaches(item):
                token = self.places.get(breach.part, self.draft.type)
                self._fault(breach.code, breach.message, breach.hint, token)
        fault = identifiers.field_fault(item.name, item.type)
        if fault:
            self._fault("bad-name", fault.message, fault.hint, name)
        return item

    def _fault(self, code: str, message: str, hint: str, token: Token) -> None:
        self.faults.append(Fault(code, message, hint, token))

    def _put(self, part: str, value: object, token: Token) -> None:
        if part in self.places:
            self._fault("bad-modifier", f"{part} is given twice", "leave one out", token)
        self.places[part] = token
        self.parts[part] = value

    def _type(self) -> None:
        """Find the type, and the target where that stands in its place."""
        token = self.draft.type
        text = token.text
        if text in TYPES:
            self.kind = text
        elif not text:
            name = self.draft.name.text or "name"
            start = max(token.start, 0)
            self._fault(
                "bad-type", "expected a type after ':'", f"try {name}:str", Token("", start, start)
            )
        elif text == SELF or (_PASCAL.fullmatch(text) and text.lower() not in TYPES | _BASIC):
            many = [one for one in self.draft.modifiers if one.text == "many" and not one.key]
            for one in many:
                self.draft.modifiers.remove(one)
            self.kind = "many" if many else "ref"
            self._put("target", self._target(text), token)
        else:
            self._unknown_type(token)

    def _target(self, text: str) -> str:
        return SELF if text == self.resource else text

    def _unknown_type(self, token: Token) -> None:
        message = f"no type: expected {', '.join(sorted(TYPES))}, or a resource's name"
        hint = advice.on_type(self.draft.name.text, token.text)
        self._fault("bad-type", message, hint, token)

    def _modifier(self, token: Token) -> None:
        """Take one modifier."""
        text = token.text
        if token.key:
            self._keyed(token)
        elif text in FLAGS:
            self._put(text, value=True, token=token)
        elif ".." in text:
            self._bounds(token)
        elif self.kind == "decimal" and (pair := _PAIR.fullmatch(text)):
            self._put("digits", (int(pair[1]), int(pair[2])), token)
        elif self.kind == "enum" and self._is_values(token):
            self._put("values", tuple(word.strip() for word in text.split(",")), token)
        elif self.kind in RELATIONS and (text == SELF or _PASCAL.fullmatch(text)):
            self._put("target", self._target(text), token)
        else:
            self._unknown_modifier(token)

    def _is_values(self, token: Token) -> bool:
        """Tell whether a modifier of an enum is its values."""
        text = token.text
        if "," in text:
            return True
        return (
            bool(_WORDS.fullmatch(text))
            and "values" not in self.places
            and not any("," in other.text for other in self.draft.modifiers if not other.key)
        )

    def _keyed(self, token: Token) -> None:
        if not token.text:
            hint = "write what it is, or leave it out"
            self._fault("bad-modifier", f"nothing stands after {token.key}=", hint, token)
        elif token.key == "on_delete" and token.text not in rules.ENDINGS:
            hint = advice.near(token.text, rules.ENDINGS)
            self._fault("bad-modifier", "expected cascade, restrict or null", hint, token)
        else:
            self._put(token.key, token.text, token)

    def _bounds(self, token: Token) -> None:
        whole = self.kind not in {"float", "decimal"}
        found: list[int | Decimal | None] = []
        for text in token.text.split("..", 1):
            number = values.number(text.strip(), whole=whole)
            found.append(number)
            if number is None and text.strip():
                what = "whole numbers" if whole else "numbers"
                hint = "try 1..200" if self.kind not in NUMBERS else "try 0..100"
                message = f"expected {what} around '..'"
                self._fault("bad-modifier", message, hint, token)
                return
        if found == [None, None]:
            self._fault("bad-modifier", "expected a number before or after '..'", "", token)
            return
        self._put("min", found[0], token)
        self.parts["max"] = found[1]

    def _unknown_modifier(self, token: Token) -> None:
        expected = {"decimal": ", 10,2", "enum": ", low,high", "ref": ", User", "many": ", User"}
        message = (
            f"no modifier: expected {', '.join(FLAGS)}, on_delete=, regex=, 1..200"
            f"{expected.get(self.kind, '')}"
        )
        hint = advice.on_modifier(self.kind, token.text, in_regex="regex" in self.places)
        self._fault("bad-modifier", message, hint, token)

    def _default(self) -> None:
        """Take the default, in its canonical form if it has one."""
        for token in self.draft.defaults[1:]:
            self._fault("bad-default", "a field has one default", "leave one out", token)
        for token in self.draft.defaults[:1]:
            if not token.text:
                hint = "leave '=' out, or add :null"
                self._fault("bad-default", "nothing stands after '='", hint, token)
                continue
            digits = self.parts.get("digits") if self.kind == "decimal" else None
            kind = Field("", self.kind, digits=digits)
            text = values.canonical(kind, token.text)
            self._put("default", token.text if text is None else text, token)
