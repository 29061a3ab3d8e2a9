"""What nobody sends by mistake, for every operation of an OpenAPI document."""

import json
import socket
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse
from random import Random
from typing import Any

from generated.serving import Server

CANARY = b"hunter2"
"""It stands in what is to be refused, and in no answer."""

MISSING_ID = 2**53 - 1
MEGABYTE = 2**20

PATH_IDS = (
    *(
        "0",
        "-1",
        "-0",
        "+1",
        "01",
        "1.0",
        "1e0",
        "1_0",
        "0x1",
        "1L",
        "%201",
        "1%20",
        "1%0A",
        "1%00",
    ),
    *map(str, (2**31 - 1, 2**31, 2**32, MISSING_ID, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63))),
    *("9" * 400, "9" * 5000, "%D9%A1", "%EF%BC%91", "%ff", "%ED%A0%80", "%F0%9F%92%A9", "%", "%zz"),
    *("null", "NaN", "Infinity", "true", "hunter2", "*", "{id}", "[]", "1;x=1", "1,2", "1|2"),
    *(
        "..",
        "%2e%2e",
        "1%2F2",
        "1%252F2",
        "..%2F..%2Fetc%2Fpasswd",
        "%5C",
        "1'--",
        "%3Cb%3E",
        "%25",
    ),
)
"""In the place of an id, as they stand in a path."""

QUERY_VALUES = (
    *("", "0", "-1", "+1", "1.0", "1_0", "1e3", "%201", "1%0A", "%D9%A1", "0x1", "00", "-0"),
    *map(str, (101, 2**31, -(2**31) - 1, 2**53, 2**63, -(2**63) - 1, 2**64, 10**40)),
    *("9" * 5000, "1" + "0" * 400 + ".5", "0." + "1" * 400, "1e400", "-1e400", "1e-400"),
    *("NaN", "nan", "Infinity", "-Infinity", "inf", "sNaN", "null", "None", "true", "2", "on"),
    *("hunter2", "hunter2%00", "%00", "%ff", "%ED%A0%80", "%C0%80", "%F4%90%80%80", "%FE%FF%00a"),
    *(
        "%25",
        "_",
        "%25_%5C",
        "%5C",
        "'",
        "%22",
        "a'%20OR%201=1--",
        "%3B",
        "%F0%9F%92%A9",
        "x" * 201,
    ),
    *("x" * 6000, "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01"),
    *("2026-02-30", "2026-W01-1", "2026-001", "20260101", "1767225600", "2026-01-01T00:00:00"),
    *("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:60Z"),
    *("2026-01-01T24:00:00Z", "2026-01-01T00:00:00%2B99:99", "2026-01-01T00:00:00.1234567890Z"),
    *("24:00:00", "23:59:60", "12:00:00Z", "P9999999999D", "PT1e9S", "-P36500D", "P1Y", "PT0.5S"),
    *("ffffffff-ffff-ffff-ffff-ffffffffffff", "%7Bx%7D", "a@b", "a@%00.example", "http://[::1"),
    *("javascript:alert(1)", "http://" + "x" * 3000, "-a", "a--b", "[]", "{}", "[1,2]", "1,2"),
)
"""In the place of a value, as they stand in a query."""

CURSORS = ("A", "AAAA", "====", "*", "%C3%A9", "_-_-", "A" * 4999, "WzEsMV0=", "bnVsbA==", "%2B%2F")

FRAGMENTS: dict[str, tuple[bytes, ...]] = {
    "null": (b"null",),
    "boolean": (b"true", b"false"),
    "integer": (
        *(b"0", b"-1", b"1", b"-0", b"101", b"2147483648", b"-2147483649", b"9007199254740992"),
        *(b"9223372036854775808", b"-9223372036854775809", b"1" + b"0" * 40, b"9" * 4000),
    ),
    "number": (b"1.5", b"0.1e1", b"-0.0", b"1e308", b"1e-400", b"0." + b"3" * 400),
    "string": (
        *(b'""', b'"1"', b'"-1"', b'" 1"', b'"1.0"', b'"true"', b'"null"', b'"NaN"', b'"Infinity"'),
        *(b'"-Infinity"', b'"sNaN"', b'"1e400"', b'"1e-400"', b'"' + b"9" * 5000 + b'"'),
        *(b'"hunter2"', b'"%_\\\\"', b'"\\ufeffx"', b'"\xf0\x9f\x92\xa9"', b'"\\u202e"', b'"\'"'),
        *(b'"' + b"x" * 300 + b'"', b'"' + b"\xc3\xa4" * 100000 + b'"', b'"<script>"', b'"\\n"'),
        *(b'"0001-01-01"', b'"9999-12-31"', b'"0000-00-00"', b'"2026-02-30"', b'"20260101"'),
        *(b'"0001-01-01T00:00:00+14:00"', b'"9999-12-31T23:59:59.999999-14:00"'),
        *(b'"2026-01-01T00:00:00"', b'"2026-01-01 00:00:00Z"', b'"2026-01-01T00:00:60Z"'),
        *(b'"1767225600"', b'"24:00:00"', b'"23:59:59.9999999"', b'"12:00:00+01:00"', b'"1:00"'),
        *(b'"P99999999999Y"', b'"-P100Y"', b'"P1Y"', b'"PT1e400S"', b'"P"', b'"1 day, 0:00:00"'),
        *(
            b'"{11111111-1111-4111-8111-111111111111}"',
            b'"urn:uuid:x"',
            b'"a@b"',
            b'"a@b.example\xc2\xa0"',
        ),
        *(b'"http://a/\\u0000"', b'"http://[::1"', b'"http://\xc3\xa4/"', b'"http://user:pw@a/"'),
    ),
    "array": (b"[]", b"[1]", b"[1,1]", b"[null]", b"[0]", b"[[]]", b'["1"]', b"[true]", b"[1.5]"),
    "object": (b"{}", b'{"a":1}', b'{"":null}', b'{"__class__":"x"}', b'{"$ref":"#"}'),
}
"""Values of JSON, as they are sent, by their type."""

NEVER = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"9" * 5000, b"undefined", b"01"),
    *(b'"hunter2\\ud800"', b'"\\udfff\\ud800hunter2"', b'"hunter2\\u0000"', b'"hunter2\xff"'),
    *(b'"hunter2\xed\xa0\x80"', b"'hunter2'", b'"hunter2', b'"hunter2\n"', b'"\\x41"', b""),
)
"""What stands for no value that any field takes."""

METHODS = ("HEAD", "OPTIONS", "TRACE", "PUT", "POST", "GET", "DELETE", "PATCH", "QUERY")


@dataclass(frozen=True)
class Attack:
    """One request.

    Attributes:
        method: of HTTP, or none of it.
        target: path and query, as they are sent.
        allowed: the statuses that may be answered.
        body: as it is sent.
        headers: beside those that every request has.
        chunked: whether the body is sent without its length.
    """

    method: str
    target: str
    allowed: frozenset[int]
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    chunked: bool = False

    def __str__(self) -> str:
        """Return what is needed to see which one it is."""
        body = self.body if len(self.body) < 200 else self.body[:200] + b"..."
        return f"{self.method} {self.target[:200]} {dict(self.headers)} {body!r}"


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Attributes:
        status: of HTTP.
        kind: the type of the content.
        body: its bytes.
    """

    status: int
    kind: str
    body: bytes


@dataclass(frozen=True)
class Operation:
    """An operation of the document, and what is valid for it.

    Attributes:
        method: of HTTP.
        path: with a name in braces for an id.
        about: what the document says.
        schemas: those that it refers to.
        others: methods that the path has beside.
        valid: a body that it takes.
    """

    method: str
    path: str
    about: dict[str, Any]
    schemas: dict[str, Any]
    others: frozenset[str]
    valid: dict[str, Any]

    @property
    def declared(self) -> frozenset[int]:
        """The statuses that the document declares."""
        return frozenset(map(int, self.about["responses"]))

    @property
    def target(self) -> str:
        """A path that leads somewhere, unless the operation would end what others need."""
        return self._at(str(MISSING_ID) if self.method == "DELETE" else "1")

    @property
    def content(self) -> str:
        """The types of the body that it takes."""
        return " ".join(self.about.get("requestBody", {}).get("content", {}))

    @property
    def properties(self) -> dict[str, Any]:
        """The fields of its body, if it has one of JSON."""
        content = self.about.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "/")
        schema = self.schemas.get(reference.rpartition("/")[2], {})
        return dict(schema.get("properties", {}))

    def attacks(self) -> Iterator[Attack]:
        """Yield the requests."""
        yield from self._paths()
        yield from self._queries()
        yield from self._methods()
        yield from self._headers()
        if "requestBody" in self.about:
            yield from self._bodies()
            for name in self.properties:
                yield from self._values(name)

    def _at(self, row_id: str) -> str:
        before, brace, rest = self.path.partition("{")
        return f"{before}{row_id}{rest.partition('}')[2]}" if brace else self.path

    def _send(
        self,
        body: bytes | None = None,
        *,
        target: str = "",
        headers: Mapping[str, str] | None = None,
        allowed: Iterable[int] = (),
        chunked: bool = False,
    ) -> Attack:
        """Return a request to the operation, valid but for what is given."""
        takes_body = "requestBody" in self.about
        kind = {"Content-Type": "application/json"} if takes_body else {}
        if body is None:
            body = json.dumps(self.valid).encode() if takes_body else b""
        return Attack(
            self.method,
            target or self.target,
            frozenset(allowed) or self.declared,
            body,
            kind if headers is None else headers,
            chunked,
        )

    def _paths(self) -> Iterator[Attack]:
        for row_id in PATH_IDS if "{" in self.path else ():
            yield self._send(target=self._at(row_id), allowed=self.declared | {404, 405})
        for path in (
            f"{self.target}/",
            f"/{self.target}",
            f"{self.target}//x",
            f"{self.target}%00",
        ):
            yield self._send(target=path, allowed={404, 405, 422, 401})
        yield self._send(target=f"{self.target}#fragment")

    def _queries(self) -> Iterator[Attack]:
        unknown = ["x", "x=hunter2", "limit", "=", "&&&", "%00=%00", "%ff", "a[]=1", "?", "%"]
        for query in unknown:
            yield self._send(target=f"{self.target}?{query}")
        for parameter in self.about.get("parameters", ()):
            if parameter["in"] == "query":
                name = parameter["name"]
                values = (*QUERY_VALUES, *(CURSORS if name == "cursor" else ()))
                for value in values:
                    yield self._send(target=f"{self.target}?{name}={value}")
                yield self._send(target=f"{self.target}?{name}=1&{name}=hunter2")
                yield self._send(target=f"{self.target}?{name}[]=1")
                yield self._send(target=f"{self.target}?{name.upper()}=1")

    def _methods(self) -> Iterator[Attack]:
        for method in METHODS:
            if method not in self.others and method != self.method:
                yield Attack(method, self.target, frozenset({405}))

    def _headers(self) -> Iterator[Attack]:
        kind = {"Content-Type": "application/json"} if "requestBody" in self.about else {}
        for headers in (
            {"Accept": "text/html"},
            {"Accept": "*"},
            {"Accept-Encoding": "br;q=x"},
            {"X-Request-ID": "a b\tc"},
            {"X-Request-ID": "x" * 10000},
            {"X-Request-ID": "\xe4\xff"},
            {"If-None-Match": "*"},
            {"If-Match": '"x"'},
            {"Range": "bytes=0-1"},
            {"Cookie": "=; a=\xff"},
            {"X-HTTP-Method-Override": "DELETE"},
            {"X-Forwarded-For": "\xff, 1.2.3.4"},
            {"Expect": "100-continue"},
        ):
            yield self._send(headers=kind | headers)
        yield self._send(headers=kind | {"Host": "evil.example"}, allowed={400})
        yield self._send(headers=kind | {"Host": "\xff"}, allowed={400})

    def _bodies(self) -> Iterator[Attack]:
        whole = json.dumps(self.valid).encode()
        refused = {400, 413, 422}
        for body in (
            *(b"", b" ", b"null", b"true", b"1", b'"hunter2"', b"[]", b"[{}]", b"{", b"}", b"{}}"),
            *(b'{"hunter2"}', b"{'hunter2': 1}", b'{"x": NaN}', b'{"hunter2": 1,}', b"hunter2"),
            *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf" + whole, whole + b"\x00", whole + whole),
            *(
                b'{"\\ud800": 1}',
                b'{"\xff": 1}',
                b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            ),
            *(b"[" * 200_000, b'{"a":' * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000),
            b'{"x": 1' + b"".join(b', "x%d": 1' % number for number in range(20_000)) + b"}",
            *(
                b" " * MEGABYTE + b" ",
                b" " * 20 * MEGABYTE,
                b'{"a": "' + b"x" * 20 * MEGABYTE + b'"}',
            ),
        ):
            if body.strip() and body[:3] != b"\xef\xbb\xbf" and "json" in self.content:
                yield self._send(body, allowed=self.declared & refused)
            else:
                yield self._send(body)
        for codec in ("utf-16", "utf-16-be", "utf-32"):
            yield self._send(whole.decode().encode(codec))
        yield self._send(b" " * 2 * MEGABYTE, chunked=True, allowed=self.declared & {413, 422})
        yield self._send(whole, chunked=True)
        yield self._send(b"x", headers={"Content-Encoding": "gzip"})
        for kind in (
            *(
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "*/*",
                "/",
                ";",
            ),
            *(
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "application/json; charset=x",
            ),
            *("application/json;charset=utf-16", "application/problem+json", "APPLICATION/JSON"),
            *("application/json\xff", "application/octet-stream", "application/jsonx", ""),
        ):
            yield self._send(whole, headers={"Content-Type": kind})
        yield self._send(whole, headers={})
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        yield self._send(
            b"--x\r\nContent-Disposition: form-data\r\n\r\n\xff\r\n--x--", headers=form
        )
        for charset in ("utf-7", "unicode_escape", "undefined", "idna", "utf-16", "x"):
            part = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n+2AA-\\ud800\r\n'
            body = part % b"username" + part % b"password" + b"--x--\r\n"
            form = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
            yield self._send(body, headers=form)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"username=%ff&password=%00", b"&=&&", b"username=a&username=b&password=" * 9):
            yield self._send(body, headers=form)

    def _values(self, name: str) -> Iterator[Attack]:
        """Yield requests with each value in a field, to be refused if it is of another type."""
        refused = self.declared & {400, 422}
        types = self._types(self.properties[name])
        for kind, fragments in FRAGMENTS.items():
            # 1.0 is an integer by JSON Schema, as 1 is a number
            near = {"integer": "number", "number": "integer"}.get(kind)
            taken = kind in types or near in types
            for fragment in fragments if self.method == "POST" else fragments[:5]:
                yield self._send(self._with(name, fragment), allowed=() if taken else refused)
        for fragment in NEVER:
            yield self._send(self._with(name, fragment), allowed=refused)
        if types & {"array", "object"}:
            for depth in (50, 150, 240, 260, 500, 900, 990, 2000):
                yield self._send(self._with(name, b"[" * depth + b"]" * depth))
                yield self._send(self._with(name, b'{"a":' * depth + b"1" + b"}" * depth))
            for item in (b"0,", b'"hunter2",', b"{},"):
                yield self._send(self._with(name, b"[" + item * 50_000 + b"0]"))
        key = json.dumps(name).encode()
        yield self._send(b"{" + key + b": 1, " + self._with(name, b"null")[1:])

    def _types(self, schema: dict[str, Any]) -> set[str]:
        """Return the types that a schema takes, as far as it says so."""
        if "$ref" in schema:
            return self._types(self.schemas[schema["$ref"].rpartition("/")[2]])
        parts = schema.get("anyOf", ())
        return set().union(*map(self._types, parts)) if parts else {schema["type"]}

    def _with(self, name: str, fragment: bytes) -> bytes:
        """Return the valid body, but for one field."""
        rest = json.dumps({key: value for key, value in self.valid.items() if key != name})
        comma = b"" if rest == "{}" else b", "
        return rest.encode()[:-1] + comma + json.dumps(name).encode() + b": " + fragment + b"}"


def operations(document: dict[str, Any], valid: Mapping[str, dict[str, Any]]) -> list[Operation]:
    """Return the operations of a document; those that end what others need come last.

    Args:
        document: of OpenAPI.
        valid: bodies by the ids of the operations that take them.
    """
    found = [
        Operation(
            method.upper(),
            path,
            about,
            document["components"]["schemas"],
            frozenset(map(str.upper, item)),
            valid.get(about["operationId"], {}),
        )
        for path, item in document["paths"].items()
        for method, about in item.items()
    ]
    return sorted(found, key=lambda operation: "logout" in operation.path)


def send(port: int, attack: Attack, user: Mapping[str, str]) -> Answer:
    """Return the answer to a request of a user."""
    own = {"Host": "127.0.0.1", "Connection": "close"} | dict(user) | dict(attack.headers)
    if attack.chunked:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(attack.body), attack.body)
        own["Transfer-Encoding"] = "chunked"
    else:
        body = attack.body
        own["Content-Length"] = str(len(body))
    lines = [f"{attack.method} {attack.target} HTTP/1.1", *(f"{k}: {v}" for k, v in own.items())]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has all
            connection.sendall(head + body)
        answer = HTTPResponse(connection, method=attack.method)
        answer.begin()
        return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())


def fault(attack: Attack, answer: Answer) -> str:
    """Return what is wrong with an answer; empty if nothing is."""
    if answer.status not in attack.allowed:
        return f"{answer.status} is not among {sorted(attack.allowed)}"
    if answer.status < 400 or attack.method == "HEAD":
        return ""
    if answer.kind != "application/problem+json":
        return f"an error is {answer.kind}: {answer.body[:200]!r}"
    problem = json.loads(answer.body)
    own = {"type", "title", "status", "detail"}
    if (
        problem["status"] != answer.status
        or problem.keys() - own - {"errors"}
        or own - problem.keys()
    ):
        return f"the problem is {problem}"
    parts = problem.get("errors", [])
    if any(part.keys() != {"location", "message", "type"} for part in parts):
        return f"the parts of the problem are {parts[:3]}"
    if CANARY in answer.body:
        return f"the input comes back: {answer.body[:300]!r}"
    if len(answer.body) > 100_000:
        return f"{len(answer.body)} bytes of error"
    return ""


def attack(
    server: Server, user: Mapping[str, str], valid: Mapping[str, dict[str, Any]], most: int
) -> tuple[Counter[str], list[str]]:
    """Send what is hostile, and return how much that was for each resource, and what went wrong.

    Args:
        server: the application.
        user: headers of whom the requests come from.
        valid: bodies by the ids of the operations that take them.
        most: requests to each operation; with more, chance chooses, and always the same ones.
    """
    random = Random(0)  # noqa: S311  (chance is not a secret here)
    counted, faults = Counter[str](), []
    for operation in operations(server.document(), valid):
        attacks = list(operation.attacks())
        for chosen in random.sample(attacks, min(most, len(attacks))):
            counted[operation.path.partition("/{")[0]] += 1
            if found := fault(chosen, send(server.port, chosen, user)):
                faults.append(f"{found}\n    {chosen}")
    return counted, faults
