package dsn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/failure"
)

// Hide returns an error that says why a connection failed, but does not contain the URL.
func Hide(err error) error {
	if explained := cmp.Or(refusedParameter(err), refusedValue(err)); explained != nil {
		return explained
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("%s (SQLSTATE %s)", pgErr.Message, pgErr.Code)
	}
	if connectErr, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return errors.Unwrap(connectErr)
	}
	return err
}

// refusedParameter explains the error of a pooler that refuses a parameter at the start of a
// session. For any other error, refusedParameter returns nil.
func refusedParameter(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Code != failure.ProtocolViolation || !strings.Contains(pgErr.Message, "startup parameter") {
		return nil
	}
	said, ours := pgErr.Message, []string{"jit", SynchronousCommit, Isolation, StatementTimeout, LockTimeout, IdleTimeout, SearchPathName}
	if !slices.ContainsFunc(ours, func(name string) bool { return strings.Contains(said, name) }) {
		said = "unsupported startup parameter" // the URL sets the parameter, and its name may be part of a password
	}
	return fmt.Errorf("the pooler says %q: give PgBouncer ignore_startup_parameters = %s, and what else the URL sets, and set them for the role instead",
		said, strings.Join(ours, ","))
}

// refusedValue explains the error of a server that refuses a parameter of the URL. For any other
// error, refusedValue returns nil. The server's error contains the name and the value of the
// parameter, but the explanation contains neither of them. If the password in the URL is not
// escaped, the name and the value may be parts of the password.
func refusedValue(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Severity != "FATAL" || !failure.Is(err, failure.UndefinedObject, failure.InvalidParameterValue) {
		return nil
	}
	return fmt.Errorf("the server does not know a parameter that the URL sets, or not its value (SQLSTATE %s)", pgErr.Code)
}
