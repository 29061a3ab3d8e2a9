"""Names that generated code has uses of its own for.

Tests hold these sets against the templates and against SQLModel, and print what is missing.
"""

CLASSES = frozenset(
    """
    APIRoute APIRouter ASGITransport AccessToken AfterValidator Annotated Any ApplicationError
    Argon2Hasher AsyncEngine AsyncGenerator AsyncSession AutoString AutogenContext Awaitable
    BackgroundTasks Base BaseModel BaseSettings BaseTransport BeforeValidator BigInteger
    BlockingPortal Boolean Callable ClassVar Column ColumnElement ConfigDict ConflictError
    CoreSchema Create CurrentUser DBAPIConnection Date Decimal DefaultExecutionContext Depends
    Duration Email EmailMessage EmailVerification Engine ExactJSON ExactNumeric FastAPI Field
    FiniteFloat ForbiddenError ForeignKey Generic GetJsonSchemaHandler Given HTTPException
    HTTPMethod HTTPStatus Header Headers Health IPv6Address IPv6Network Id Ids Index Int32 Int53
    IntegrityError InvalidInput InvalidInputError Iterator JSON Json JsonFormatter JsonSchemaValue
    LinkToken Literal LogIn MailRequest Mapping MappingProxyType Maybe Message MetaData Moment
    NamedTuple NoNull None NotFoundError NullPool Numeric OAuth2PasswordBearer
    OAuth2PasswordRequestForm OneCall OperationalError OptionalTokenDep Owned OwnedRow Page PageOf
    PageQuery Password PasswordChange PasswordHash PasswordReset Path PreconditionFailedError
    PreconditionRequiredError PrefixRouter Problem Protocol Public Query QueryModel QueuePool
    RefreshToken Request RequestBody RequestInput RequestModel RequestValidationError Response Row
    Rows RunAsync SQLModel Scaled Search SecretKey SecretStr SelectOfScalar SentMail Sequence
    Session SessionDep Settings SettingsConfigDict Slug Sort SpentTokenError StaleDataError
    StaticPool String Table TestClient Text ThreadPoolExecutor Throttle Throttled Time Token
    TokenDep TokenRefresh TooManyAttemptsError TypeAdapter TypeVar UTCDateTime UUID
    UnauthorizedError UnexpectedProblem UniqueConstraint Update Url User UserCreate UserPublic
    UserQuery UserSession UserUpdate Uuid ValidationError ValidationProblem Versioned Versions
    VersionsDep Visitor
    """.split()  # noqa: SIM905  (a word list reads better than quoted words)
)
"""Classes and types that generated modules define or import."""

CONSTANTS = frozenset(
    {"FILTERS", "ETAG", "LOCATION", "OPEN", "PAGE", "REQUIRED", "TAKEN", "UTC", "WHOLE"}
)
"""Constants beside which the class of a resource stands."""

VARIABLES = frozenset(
    """
    add_links as check_references col conditions conflicts count delete delete_links dt etag exists
    fetch_page func get_current_user get_owned get_public id ids insert_row linked_ids lists
    matching op owned page page_headers problems public read_links refuse_repeated replace_links
    require_admin router row rows sa search select sort sqlalchemy sqlmodel targets text unchanged
    update user_id utc_now values version versions visible_users
    """.split()  # noqa: SIM905  (likewise)
)
"""Lower-case names that the modules of a resource use, of which its row must not have one."""

MODULES = frozenset(
    {"base", "credentials", "health", "lists", "message", "session", "throttle", "token", "types"}
    | {"user", "versioned"}
)
"""Modules of models and schemas, so that no resource's may be called so."""

ROUTERS = frozenset({"auth", "health", "passwords", "users"})
"""Modules of routers."""

SERVICES = frozenset(
    {"account_mail", "health", "mail_link", "password", "session", "throttle", "user"}
    | {"user_admin"}
)
"""Modules of services, without `_service`."""

TESTS = frozenset(
    {"auth", "config", "database", "database_conflicts", "errors", "health", "layers", "logs"}
    | {"mail", "make_admin", "middleware", "migrations", "openapi", "ownership", "passwords"}
    | {"routing", "sessions", "throttle", "tokens", "users", "waiting"}
)
"""Modules of tests, without `test_`."""

FUNCTIONS = frozenset(
    """
    get_by_token get_current_user get_current_visitor get_engine get_liveness get_me
    create_access_token create_async_engine create_engine delete_links get_current_admin get_owned
    get_public get_readiness get_session get_settings get_throttle get_user get_versions get_visitor
    list_ids list_users log_in login operation_id read_root sign_up update_links update_user
    """.split()  # noqa: SIM905  (likewise)
)
"""Functions whose names might be those of a resource's operations."""

TABLES = frozenset({"alembic_version", "refresh_tokens", "throttles", "user_sessions", "users"})
"""Tables that are there already."""

SYSTEM_FIELDS = frozenset({"id", "created_at", "updated_at", "user_id"})
"""What every resource has, or may get."""

MODEL_NAMES = frozenset(
    """
    construct copy dict from_orm json metadata mro parse_file parse_obj parse_raw refuse_unstorable
    register registry schema schema_json sqlmodel_update take_whole update_forward_refs validate
    cls self
    """.split()  # noqa: SIM905  (likewise)
)
"""Attributes of every SQLModel class, `model_…` aside, and of every schema."""

ANNOTATIONS = frozenset({"bool", "dict", "dt", "float", "int", "list", "set", "str", "utc_now"})
"""Names in the bodies of generated classes: a field of that name would hide them."""

AMBIGUOUS = frozenset({"i", "l", "o"})
"""Letters that look like digits: linters refuse `l` as a variable, and `I` and `O` as classes."""

SYSTEM_COLUMNS = frozenset(
    {"_rowid_", "cmax", "cmin", "ctid", "oid", "rowid", "tableoid", "xmax", "xmin"}
)
"""Columns that every table of PostgreSQL or SQLite has."""

UNQUOTED = frozenset(
    {"collation", "concurrently", "lateral", "nothing", "returning", "system_user", "tablesample"}
)
"""Words that PostgreSQL or SQLite takes only in quotes, in which SQLAlchemy does not put them."""
