"""Takes one protection at a time out of a generated project: its own tests must fail each time.

    PYTHONPATH=tests python -m generated.mutants_run [PART OF A NAME]

Prints a line per mutant, and how many were killed. The projects have all of accounts and a resource
of each kind of access: one of the defaults, and others for what their options have otherwise.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conftest import spawn

RESOURCES = (
    ("Ticket", "title:str:1..40:unique:search", "parent:self:null"),
    ("Notice", "text:str", "--access", "admin"),
    ("Article", "text:str", "--access", "public-read"),
    ("Reply", "text:str", "ticket:Ticket", "tasks:many:Task", "--versioned"),
)


@dataclass(frozen=True)
class Mutant:
    """One protection that goes.

    Attributes:
        name: what it is.
        path: the file that it stands in, below the package.
        before: what stands there, once.
        after: what stands there without it.
        within: the start of the function in which it is looked for, if not anywhere.
    """

    name: str
    path: str
    before: str
    after: str
    within: str = ""


def projects() -> dict[str, dict[str, Iterator[Mutant]]]:
    """Return the mutants of each project, by its options and the tests to begin with."""
    return {
        "": default(),
        "style=async database=postgresql foreign_rows=404 ids=uuid": {
            "tasks tickets ownership": hidden_rows("await "),
            "tickets database_conflicts": constraints('getattr(cause, "constraint_name", None)'),
            "database": connections(),
        },
        "database=postgresql foreign_rows=404": {
            "tasks tickets ownership": hidden_rows(),
            "tickets database_conflicts": constraints("error.orig.diag.constraint_name"),
        },
    }


def default() -> dict[str, Iterator[Mutant]]:
    """Return the mutants of a project without options."""
    return {
        "ownership tasks tickets": ownership(),
        "users auth notices": roles(),
        "auth tasks users config errors replies": caps(),
        "tokens": claims(),
        "sessions passwords auth": sessions(),
        "throttle": throttles(),
        "waiting": turns(),
        "database_conflicts tickets replies errors": mapping(),
        "replies": versions(),
    }


def ownership() -> Iterator[Mutant]:
    """Yield the filters by owner, and the checks of references."""
    path = "access.py"
    yield Mutant(
        "filter of lists", path, '.where(model.user_id == bindparam("current_user_id"))', ""
    )
    yield Mutant("owner of a row", path, "if row.user_id != user.id:", "if False:")
    yield from references()
    every = 'Rows(__import__("sqlmodel").select(Ticket), {}),'
    path = "services/ticket_service.py"
    yield Mutant("rows of references", path, "owned(Ticket, user),", every)


def references(wait: str = "") -> Iterator[Mutant]:
    """Yield the checks of references; the code of an asynchronous project waits for them."""
    path = "services/ticket_service.py"
    check = f"    {wait}check_references(session, values, _targets(user))\n"
    for function in ("create", "update"):
        yield Mutant(f"references of {function}", path, check, "", within=f"def {function}_ticket")


def roles() -> Iterator[Mutant]:
    """Yield the checks of who is an administrator, or active."""
    yield Mutant("admin of resources", "access.py", "if not user.is_admin:", "if False:")
    path = "services/user_admin_service.py"
    yield Mutant("admin of accounts", path, "if not user.is_admin:", "if False:")
    yield Mutant("last administrator", path, "if session.scalar(admins) is None:", "if 0:")
    yield Mutant("sessions of who is closed out", path, "if not user.is_active:", "if False:")
    path = "routers/users.py"
    yield Mutant("dependency of /users", path, ", dependencies=[Depends(get_current_admin)]", "")
    path = "services/user_service.py"
    yield Mutant("verified at login", path, " and user.is_verified:", ":")
    active = "        col(User.is_active),\n"
    yield Mutant("active at each request", path, active, "", within="BY_TOKEN")
    yield Mutant("active after a hash", path, f"    {active}", "", within="def change_as_read")
    known = "            col(User.password_hash) == user.password_hash,\n"
    yield Mutant("password after a hash", path, known, "")
    checked = "or not change_as_read(session, user, is_verified=True):"
    unchecked = 'or setattr(user, "is_verified", True):'
    yield Mutant("mail after a sign-up", path, checked, unchecked)
    kept = "        (col(User.is_verified), col(User.password_hash)), else_"
    yield Mutant("password at a sign-up", path, kept, "        (col(User.id) < 0, ''), else_")


def caps() -> Iterator[Mutant]:
    """Yield the limits of what a request may ask for, and what it may not name.

    Of an email address the length is held twice: by its schema, and by what reads it.
    """
    yield Mutant("unknown names", "schemas/base.py", 'extra="forbid", ', "")
    yield Mutant("NUL", "schemas/base.py", "and UNSTORABLE.search(value)", "and False")
    yield Mutant("greatest id", "schemas/base.py", ", le=2**53 - 1", "")
    yield Mutant("least id", "schemas/base.py", "ge=1, ", "")
    yield Mutant("limit of lists", "schemas/lists.py", "le=100, ", "")
    yield Mutant("least limit", "schemas/lists.py", "ge=1, ", "")
    yield Mutant("limit of accounts", "schemas/user.py", "le=100, ", "")
    yield Mutant("number of ids", "schemas/types.py", "len(ids) > MAX_IDS", "False")
    yield Mutant("longest password", "schemas/user.py", ", max_length=128", "")
    yield Mutant("shortest password", "schemas/user.py", "min_length=8, ", "")
    yield Mutant("size of bodies", "main.py", "max_body_size=MAX_BODY_SIZE", "max_body_size=2**40")
    yield Mutant("length of cursors", "schemas/lists.py", "max_length=5000, ", "")
    yield Mutant("length of searches", "schemas/lists.py", "max_length=200, ", "")
    yield Mutant("least search", "schemas/lists.py", "min_length=1, ", "")
    yield Mutant("length of links", "schemas/credentials.py", "max_length=1000, ", "")
    old = "Annotated[str, Field(max_length=128)]"
    yield Mutant("length of old passwords", "schemas/credentials.py", old, "str")
    yield Mutant("length of refresh tokens", "schemas/token.py", " = Field(max_length=100)", "")
    yield Mutant("length of versions", "etags.py", "max_length=1000, ", "")
    yield Mutant("number of errors", "problems.py", "[:MAX_ERRORS]", "")
    yield Mutant("most sessions", "config.py", ", le=32)", ")")
    yield Mutant("least sessions", "config.py", "default=16, ge=1, ", "default=16, ")
    yield Mutant("life of tokens", "config.py", ", le=MAX_TOKEN_MINUTES)", ")")
    yield Mutant("life of sessions", "config.py", ", le=365)", ")")
    yield Mutant("length of long texts", "schemas/task.py", "max_length=1000", "")
    yield Mutant("length of keys", "config.py", "Field(min_length=32)", "Field()")
    yield Mutant("length of texts", "schemas/task.py", ", max_length=200", "")
    twice = "if len(request.query_params.getlist(name)) > 1:"
    yield Mutant("parameters that are given twice", "dependencies.py", twice, "if False:")
    once = "    dependencies=[Depends(refuse_repeated)],\n"
    yield Mutant("the same of tasks", "routers/tasks.py", once, "")
    yield Mutant("the same of accounts", "routers/users.py", once, "")
    yield Mutant("signed cursors", "pagination.py", "if hmac.compare_digest(", "if 1 or (")


def claims() -> Iterator[Mutant]:
    """Yield what is asked of a token."""
    path = "security.py"
    # PyJWT itself requires the audience and the issuer that it is told to compare.
    for claim in ('"exp", ', '"iat", ', '"jti", ', '"nbf", ', '"sub", ', ', "type"'):
        yield Mutant(f"required {claim.strip(', ')}", path, claim, "")
    yield Mutant("issuer", path, "        issuer=ISSUER,\n", "")
    yield Mutant("one audience", path, ', "strict_aud": True', "")
    # The algorithm is held twice: PyJWT is told the one, and the header must name it.
    yield Mutant("header", path, 'decoded["header"] == HEADER\n        and ', "")
    yield Mutant("kind", path, '        and claims["type"] == kind\n', "")
    times = "        and all(type(claims[name]) is int for name in TIMES)\n"
    yield Mutant("types of times", path, times, "")
    yield Mutant("form of the subject", path, '        and ID.fullmatch(claims["sub"])\n', "")
    two = 'if len(request.headers.getlist("Authorization")) > 1:'
    yield Mutant("one header", "dependencies.py", two, "if False:")
    yield Mutant("length", path, "if len(token) > MAX_TOKEN_LENGTH:", "if False:")
    yield Mutant("end of the remembered", path, 'if claims["exp"] + LEEWAY > time():', "if True:")
    yield Mutant("form of the session", path, " and ID.fullmatch(session_id)", "")


def sessions() -> Iterator[Mutant]:
    """Yield what ends a session, and the uses of what may be used once."""
    path = "services/user_service.py"
    yield Mutant("session", path, '        UserSession.id == bindparam("session_id"),\n', "")
    yield Mutant("its end", path, '        UserSession.expires_at > bindparam("now"),\n', "")
    yield Mutant("verified once", path, "    if user.is_verified or not", "    if not")
    path = "services/session_service.py"
    yield Mutant("spent tokens", path, ", col(RefreshToken.spent_at).is_(None)", "")
    family = "        session.exec(delete(UserSession).where(col(UserSession.id).in_(known)))\n"
    yield Mutant("end of the family", path, family, "")
    yield Mutant("expiry at refresh", path, ", UserSession.expires_at > now", "")
    yield Mutant("active at refresh", path, ", col(User.is_active))", ")")
    yield Mutant(
        "hash of tokens", path, "sha256(refresh_token.encode()).hexdigest()", "refresh_token"
    )
    yield Mutant(
        "commit of the end",
        "database.py",
        "            await run_in_threadpool(session.commit)\n            raise",
        "            raise",
    )
    path = "services/password_service.py"
    end = "    session_service.end_all(session, user)\n"
    yield Mutant("sessions at a change", path, end, "", within="def change_password")
    yield Mutant("sessions at a reset", path, end, "", within="def reset_password")
    yield Mutant("old password", path, "if not matches:", "if False:")
    path = "services/mail_link_service.py"
    yield Mutant("state of links", path, ' or claims.get("state") != _state(user)', "")


def throttles() -> Iterator[Mutant]:
    """Yield the limits of attempts."""
    for router, action, rest in (
        ("auth", "sign-up", ", data.email"),
        ("auth", "verify-email", ""),
        ("auth", "resend-verification", ", data.email"),
        ("auth", "login", ", form.username"),
        ("passwords", "password", ", user.email"),
        ("passwords", "forgot-password", ", data.email"),
        ("passwords", "reset-password", ""),
    ):
        call = f'    throttle("{action}"{rest})\n'
        yield Mutant(f"throttle of {action}", f"routers/{router}.py", call, "")
    path = "services/throttle_service.py"
    yield Mutant("attempts per account", path, "= ATTEMPTS_PER_ACCOUNT", "= 10**6")
    yield Mutant("attempts per address", path, ": ATTEMPTS_PER_ADDRESS", ": 10**6")
    yield Mutant("attempts are kept", "dependencies.py", "        session.commit()\n", "")


def turns() -> Iterator[Mutant]:
    """Yield what keeps the hashing of passwords from taking all sessions."""
    for router, inline, listed in (("auth", "login", "sign-up"), ("passwords", "change", "reset")):
        path = f"routers/{router}.py"
        yield Mutant(f"turn of {inline}", path, ", dependencies=[HashingTurn]", "")
        yield Mutant(f"turn of {listed}", path, "    dependencies=[HashingTurn],\n", "")
    half = "get_settings().max_sessions // 2"
    yield Mutant("sessions that are left to others", "dependencies.py", half, "64")
    yield Mutant("time to come back", "errors.py", "    retry_after = 1\n", "")


def mapping() -> Iterator[Mutant]:
    """Yield what turns a refusal of the database into an answer."""
    yield Mutant("unique by name", "conflicts.py", "if name in taken:", "if False:")
    yield Mutant("other unique", "conflicts.py", 'if name.startswith(("pk_", "uq_")):', "if False:")
    stale = "except StaleDataError"
    yield Mutant("rows that are gone", "conflicts.py", stale, "except ZeroDivisionError")
    yield Mutant("foreign keys", "conflicts.py", 'if name.startswith("fk_"):', "if False:")
    yield Mutant("challenge", "problems.py", "headers = CHALLENGE if", "headers = None if")
    own = 'message=item["msg"].removeprefix("Value error, "),'
    yield Mutant("no input in a 422", "problems.py", own, 'message=str(item.get("input")),')


def versions() -> Iterator[Mutant]:
    """Yield what keeps a change from what its author has not seen."""
    path = "versions.py"
    check = "if versions is not None and row.version not in versions:"
    yield Mutant("version that was seen", path, check, "if False:")
    yield Mutant("change meanwhile", path, "except StaleDataError", "except ZeroDivisionError")
    counted = '{"version_id_col": cls.__table__.c.version}'
    yield Mutant("count of changes", "models/versioned.py", counted, "{}")
    yield Mutant("one change", "linking.py", "with session.no_autoflush:", "if True:")
    yield Mutant("version that must be named", "etags.py", "if if_match is None:", "if False:")
    yield Mutant("weak tags", "etags.py", r"(?:^|[\s,])", "")


def hidden_rows(wait: str = "") -> Iterator[Mutant]:
    """Yield the filters by owner where the rows of others are as none, and those of references."""
    path = "access.py"
    yield Mutant("owner of a hidden row", path, " or row.user_id != user.id:", ":")
    yield Mutant("owner of a public row", path, "if row.user_id != user.id:", "if False:")
    yield from references(wait)


def constraints(name: str) -> Iterator[Mutant]:
    """Yield what tells which constraint of PostgreSQL a change violates."""
    yield Mutant("name of the constraint", "conflicts.py", name, "None")


def connections() -> Iterator[Mutant]:
    """Yield what keeps asyncpg from what others would not."""
    path = "database.py"
    closed = "if connection.driver_connection.is_closed():"
    yield Mutant("closed connections", path, closed, "if False:")
    yield Mutant("days", path, "await connection.set_type_codec(", "dict(name=")
    kept = "            await session.commit()\n            raise"
    yield Mutant("commit of the end", path, kept, "            raise")


def mutated(source: str, mutant: Mutant) -> str:
    """Return a source without a protection."""
    found = source.find(mutant.before, source.index(mutant.within))
    assert found >= 0, f"{mutant.name}: {mutant.path} has no {mutant.before!r}"
    return source[:found] + mutant.after + source[found + len(mutant.before) :]


def failure(shop: Path, tests: list[str]) -> str:
    """Return the first of some tests that fails, or nothing."""
    program = [str(shop / ".venv/bin/python"), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    # a folder of its own: the one of all pytests would be closed to their servers
    argv = [*program, f"--basetemp={shop.parent}/t", *tests]
    done = subprocess.run(argv, cwd=shop, capture_output=True, text=True, check=False)
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found[1] if found else ""


def main() -> None:
    """Try all mutants, or those of which the name has a part."""
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    counted = survived = 0
    for options, groups in projects().items():
        chosen = [
            (first, mutant)
            for first, found in groups.items()
            for mutant in found
            if part in mutant.name
        ]
        counted += len(chosen)
        survived += examine(options, chosen) if chosen else 0
    print(f"{counted - survived} of {counted} killed")
    sys.exit(bool(survived))


def examine(options: str, chosen: list[tuple[str, Mutant]]) -> int:
    """Try mutants in a new project, each after the tests to begin with; return how many survive."""
    survived = 0
    with tempfile.TemporaryDirectory(prefix="rafters-mutants-") as name:
        shop = made(Path(name), options)
        for first, mutant in chosen:
            file = shop / "src/shop" / mutant.path
            source = file.read_text(encoding="utf-8")
            file.write_text(mutated(source, mutant), encoding="utf-8")
            likely = [f"tests/test_{name}.py" for name in first.split()]
            told = failure(shop, likely) or failure(shop, ["tests"])
            file.write_text(source, encoding="utf-8")
            survived += not told
            print(f"{'killed by ' + told if told else 'SURVIVED'}: {mutant.name}", flush=True)
    return survived


def made(folder: Path, options: str, *words: str) -> Path:
    """Make a project that has the resources; return its folder."""
    sets = [word for option in options.split() for word in ("--set", option)]
    new = spawn("new", "shop", "--yes", "--no-git", "--verify", "none", *sets, *words, cwd=folder)
    assert new.code == 0, new.err
    for resource in RESOURCES:
        added = spawn("add", *resource, "--verify", "none", cwd=folder / "shop")
        assert added.code == 0, added.err
    return folder / "shop"


if __name__ == "__main__":
    main()
