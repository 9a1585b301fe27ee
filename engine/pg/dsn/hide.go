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

// Hide returns the reason of a failed connection without the URL.
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

// refusedParameter explains a pooler's refusal of a parameter that the sessions set at the start.
func refusedParameter(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Code != failure.ProtocolViolation || !strings.Contains(pgErr.Message, "startup parameter") {
		return nil
	}
	said, ours := pgErr.Message, []string{"jit", SynchronousCommit, Isolation, StatementTimeout, LockTimeout, IdleTimeout, SearchPathName}
	if !slices.ContainsFunc(ours, func(name string) bool { return strings.Contains(said, name) }) {
		said = "unsupported startup parameter" // a parameter of the URL; its name may be part of a password
	}
	return fmt.Errorf("the pooler says %q: give PgBouncer ignore_startup_parameters = %s, and what else the URL sets, and set them for the role instead",
		said, strings.Join(ours, ","))
}

// refusedValue explains the server's refusal of a parameter of the URL, without the name and the
// value that the server quotes: if the password is not escaped they may be part of it.
func refusedValue(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || pgErr.Severity != "FATAL" || !failure.Is(err, failure.UndefinedObject, failure.InvalidParameterValue) {
		return nil
	}
	return fmt.Errorf("the server does not know a parameter that the URL sets, or not its value (SQLSTATE %s)", pgErr.Code)
}
