package failure

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATEs on which code depends. If PostgreSQL has another name for a SQLSTATE, the comment after
// the constant has that name.
const (
	NoRight = "42501" // insufficient_privilege

	ProtocolViolation     = "08P01" // a pooler refuses a parameter at a session's start
	InvalidParameterValue = "22023"
	UniqueViolation       = "23505"
	CheckViolation        = "23514"
	NoPreparedStatement   = "26000" // invalid_sql_statement_name: a pooler has lost a prepared statement
	DependentObjectsExist = "2BP01"
	InvalidSchemaName     = "3F000"
	DeadlockDetected      = "40P01"
	UndefinedColumn       = "42703"
	UndefinedObject       = "42704"
	UndefinedFunction     = "42883"
	UndefinedTable        = "42P01"
	DuplicatePrepared     = "42P05" // duplicate_prepared_statement: a pooler shares a session between connections
	LockNotAvailable      = "55P03" // lock_timeout has expired
	QueryCanceled         = "57014" // statement_timeout has expired, or somebody has cancelled the statement
	InternalError         = "XX000"
)

// Code returns the SQLSTATE of an error, or "" if the error has none.
func Code(err error) string {
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code
	}
	return ""
}

// Class returns the first two characters of an error's SQLSTATE, or "" if the error has none.
func Class(err error) string {
	code := Code(err)
	if len(code) < 2 {
		return "" // a server that is not PostgreSQL may send no SQLSTATE
	}
	return code[:2]
}

// Is reports whether an error has one of the given SQLSTATEs.
func Is(err error, states ...string) bool {
	code := Code(err)
	return code != "" && slices.Contains(states, code)
}

// IsConnect reports whether an error says that no connection was made.
func IsConnect(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}
