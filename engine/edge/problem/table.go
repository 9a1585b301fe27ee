package problem

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"example.com/pgcqrs/engine/command/once"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
)

// Problem is the body of the answer to a failed request (RFC 9457).
type Problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    *string       `json:"detail,omitempty"`
	Instance  *string       `json:"instance,omitempty"`
	Code      *string       `json:"code,omitempty"`
	RequestID string        `json:"request_id"`
	Errors    *[]FieldError `json:"errors,omitempty"`
}

// Row says how the service answers an error, and every error that wraps this error.
type Row struct {
	Err    error
	Status int
	Code   string // stable: clients distinguish errors by the code
	Detail string
}

// Known has the rows for the engine's errors. Only the rows and Classify choose status codes. An
// error without a row is answered with the status 500 and without a code.
var Known = []Row{
	{ErrNoRoute, 404, "no_such_route", "There is nothing at this path."},
	{ErrMethod, 405, "method_not_allowed", "This path does not support the method; the header Allow lists those that it does."},
	{auth.ErrNoToken, 401, "token_required", "Send a token of the issuer's as Authorization: Bearer TOKEN."},
	{auth.ErrBadToken, 401, "invalid_token", "The token is not valid here, or not any more; get a new one from its issuer."},
	{auth.ErrIssuerAway, 503, "issuer_unavailable", "The token can't be checked, because its issuer does not answer. Nothing was done; retry."},
	{ErrTooManyRequests, 429, "rate_limited", "Too many requests per second. Nothing was done; send fewer."},
	{ErrTooManyAtOnce, 429, "too_many_at_once", "Too many of your requests run or wait at once. Nothing was done; wait for an answer before you send the next."},
	{ErrNotAcceptable, 406, "not_acceptable", "Accept names none of the forms of this answer; the contract lists them."},
	{ErrPositionAhead, 409, "position_ahead", "The position is ahead of the log: it belongs to another log, or to another service."},
	{ErrTooManyStreams, 503, "overloaded", "This process has as many open feeds as it may. Retry later; another process may have room."},
	{ErrMediaType, 415, "unsupported_media_type", "Send the body as Content-Type: application/json, in UTF-8 and not compressed."},
	{ErrBodyTooLarge, 413, "body_too_large", "The body may have at most 65536 bytes (64 KiB)."},
	{ErrBodyTimeout, 408, "request_timeout", "The body did not arrive in time."},
	{ErrPositionNotReached, 503, "position_not_reached", "The read model has not reached Min-Position in time. Retry, or allow a longer wait with Prefer."},
	{ErrParked, 503, "read_model_parked", "The read model could not apply an event of this stream, at Min-Position or before. Without Min-Position it answers with the state before that event."},
	{event.ErrBeyondLog, 503, "position_not_reached", "Min-Position is further above the end of the log than the log can grow in the time to wait."},
	{ErrLogChanged, 409, "log_changed", "The log went back since this Log-Epoch, as after a restore: positions and versions may belong to other events now. Read again without Min-Position."},
	{event.ErrNotBuilt, 503, "read_model_not_built", "The read model is being built from the log. Retry later."},
	{ErrWeakTag, 412, "precondition_failed", `If-Match has a weak tag, which matches no version. A proxy that compresses answers may have weakened it: send the tag without W/, like "3".`},
	{event.ErrPreconditionFailed, 412, "precondition_failed", "The resource is not at a version that If-Match names."},
	{once.ErrKeyReused, 422, "idempotency_key_reused", "This Idempotency-Key was used for another request before."},
	{once.ErrKeyInUse, 409, "idempotency_key_in_use", "The first command with this Idempotency-Key is still running. Retry later."},
	{event.ErrConflict, 409, "conflict", "The stream was changed concurrently too often. Nothing was done; retry."},
	{event.ErrStreamNotFound, 404, "not_found", "There is nothing of yours with this id."},
	{personal.ErrKeysAway, 503, "keys_unavailable", "The keys of personal data can't be reached. Nothing was done; retry."},
	{event.ErrUnfinished, 503, "unavailable", "The history of the resource is long, and is read in steps. Retry until it is read."},
	{event.ErrUnknownEvent, 503, "unavailable", "The resource has an event of another version of this service, which this process does not know. Nothing was done; retry."},
	{event.ErrUnavailable, 503, "unavailable", "The database can't be reached, or accepts no commands now. Nothing was done; retry."},
	{event.ErrLogChanged, 503, "unavailable", "The log went back, as after a restore. Nothing was done; retry."},
	{ErrReadFailed, 503, "unavailable", "The database did not answer in time. Retry; if the query has a limit, with a smaller one."},
	{ErrTooManyQueries, 503, "overloaded", "Too many queries are waiting. Retry later."},
	{ErrTooManyWaits, 503, "overloaded", "Too many reads wait for their Min-Position. Retry later."},
	{event.ErrOverloaded, 503, "overloaded", "Too many commands are waiting. Nothing was done; retry later."},
	{event.ErrUnknownOutcome, 503, "outcome_unknown", "The command may have taken effect. Send it again with the same Idempotency-Key to find out."},
}

// Table has the rows for the service's own errors. Classify searches the rows of a Table first,
// and then Known.
type Table []Row

// Classify returns the problem details (RFC 9457) for an error of a command or of a query.
func (t Table) Classify(command bool, err error) Problem {
	if fields, ok := errors.AsType[Invalid](err); ok {
		problem := newProblem(400, "invalid_request", countOf(fields))
		problem.Errors = new([]FieldError(fields))
		return problem
	}
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return newProblem(422, rejection.Code, rejection.Detail)
	}
	if missing, ok := errors.AsType[ScopeMissing](err); ok {
		return newProblem(403, "insufficient_scope", "The token was not given for the scope "+missing.Scope+".")
	}
	if unready, ok := errors.AsType[NotReady](err); ok {
		return newProblem(503, "not_ready", unready.Error())
	}
	for _, row := range slices.Concat(t, Known) {
		if errors.Is(err, row.Err) {
			return newProblem(row.Status, row.Code, row.Detail)
		}
	}
	if !unreachable(err) {
		return Problem{Type: "about:blank", Title: http.StatusText(500), Status: 500}
	}
	if command {
		return t.Classify(command, event.ErrUnknownOutcome)
	}
	return t.Classify(command, ErrReadFailed)
}

func newProblem(status int, code, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: &code, Detail: &detail}
}

func countOf(fields Invalid) string {
	if len(fields) == 1 {
		return "The request has an invalid field."
	}
	return fmt.Sprintf("The request has %d invalid fields.", len(fields))
}
