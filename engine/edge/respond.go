package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/privacy"
)

// answers says how each known error is answered. It and classify are the only
// place that chooses status codes; what they do not know is a bare 500.
var answers = []struct {
	err    error
	status int
	code   string
	detail string
}{
	{errNoRoute, 404, "no_such_route", "There is nothing at this path."},
	{errMethod, 405, "method_not_allowed", "This path does not know the method; Allow names those that it knows."},
	{auth.ErrNoToken, 401, "token_required", "Send a token of the issuer's as Authorization: Bearer TOKEN."},
	{auth.ErrBadToken, 401, "invalid_token", "The token is not valid here, or not any more; get a new one from its issuer."},
	{auth.ErrIssuerAway, 503, "issuer_unavailable", "The token can't be checked, because its issuer does not answer; nothing was done, try again."},
	{errTooManyRequests, 429, "rate_limited", "Too many requests; nothing was done, go on more slowly."},
	{errTooManyAtOnce, 429, "too_many_at_once", "Too many requests of yours run or wait at once; nothing was done, send the next when one is answered."},
	{errMediaType, 415, "unsupported_media_type", "Send the body as Content-Type: application/json, in UTF-8 and not compressed."},
	{errBodyTooLarge, 413, "body_too_large", "The body may have 65536 bytes (64 KiB)."},
	{errBodyTimeout, 408, "request_timeout", "The body did not arrive in time."},
	{errPositionNotReached, 503, "position_not_reached", "The read model has not got to Min-Position in time; try again, or wait longer by Prefer."},
	{errParked, 503, "read_model_parked", "The read model has stopped at an event of this stream, at Min-Position or before; without Min-Position it answers with what was there before that."},
	{event.ErrBeyondLog, 503, "position_not_reached", "Min-Position is further above the end of the log than the log can grow in the time to wait."},
	{errLogChanged, 409, "log_changed", "The log has gone back since this Log-Epoch, and positions and versions may be others' now; read again without Min-Position."},
	{event.ErrNotBuilt, 503, "read_model_not_built", "The read model is being built from the log; try again later."},
	{errWeakTag, 412, "precondition_failed", `If-Match has a weak tag, which matches no version. A proxy that compresses answers may have weakened it: send the tag without W/, like "3".`},
	{command.ErrPreconditionFailed, 412, "precondition_failed", "It is not at a version that If-Match names."},
	{command.ErrKeyReused, 422, "idempotency_key_reused", "This Idempotency-Key came with another request before."},
	{command.ErrKeyInUse, 409, "idempotency_key_in_use", "The first command with this Idempotency-Key is still running; send it again later."},
	{event.ErrConflict, 409, "conflict", "Others kept changing the same; nothing was done, send the command again."},
	{event.ErrStreamNotFound, 404, "not_found", "There is nothing of yours with this id."},
	{privacy.ErrErased, 422, "customer_erased", "The customer was erased."},
	{privacy.ErrKeysAway, 503, "keys_unavailable", "The keys of personal data can't be reached; nothing was done, try again."},
	{event.ErrUnfinished, 503, "unavailable", "Its history is long, and is read in steps; ask again to go on, until it is read."},
	{event.ErrUnknownEvent, 503, "unavailable", "It has an event of another version of this service, which this process does not know; nothing was done, try again."},
	{event.ErrUnavailable, 503, "unavailable", "The database can't be reached, or takes no commands now; nothing was done, try again."},
	{event.ErrLogChanged, 503, "unavailable", "The log has gone back; nothing was done, try again."},
	{errReadFailed, 503, "unavailable", "The database did not answer, or not in time; ask again, where there is a limit with a smaller one."},
	{errTooManyQueries, 503, "overloaded", "Too many queries are waiting; try again later."},
	{errTooManyWaits, 503, "overloaded", "Too many reads wait for their Min-Position; try again later."},
	{event.ErrOverloaded, 503, "overloaded", "Too many commands are waiting; nothing was done, try again later."},
	{event.ErrUnknownOutcome, 503, "outcome_unknown", "The command may have taken effect; send it again with the same Idempotency-Key to find out."},
}

// classify says how an error of a command, or of a query, is answered.
func classify(command bool, err error) Problem {
	if fields, ok := errors.AsType[invalid](err); ok {
		problem := newProblem(400, "invalid_request", countOf(fields))
		problem.Errors = new([]FieldError(fields))
		return problem
	}
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return newProblem(422, rejection.Code, rejection.Detail)
	}
	if missing, ok := errors.AsType[scopeMissing](err); ok {
		return newProblem(403, "insufficient_scope", "The token was not given for the scope "+missing.scope+".")
	}
	if unready, ok := errors.AsType[notReady](err); ok {
		return newProblem(503, "not_ready", unready.Error())
	}
	for _, answer := range answers {
		if errors.Is(err, answer.err) {
			return newProblem(answer.status, answer.code, answer.detail)
		}
	}
	if !unreachable(err) {
		return Problem{Type: "about:blank", Title: http.StatusText(500), Status: 500}
	}
	if command {
		return classify(command, event.ErrUnknownOutcome)
	}
	return classify(command, errReadFailed)
}

// unreachable says that time was up or the database away.
func unreachable(err error) bool {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	switch sqlClass(err) {
	case "08", "40", "53", "57": // connection, rolled back (by a standby that has to go on), resources, operator's intervention
		return true
	}
	return false
}

// sqlClass is the first two characters of an error's SQLSTATE, "" if it has none.
func sqlClass(err error) string {
	state, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(state.Code) < 2 {
		return ""
	}
	return state.Code[:2]
}

func newProblem(status int, code, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: &code, Detail: &detail}
}

func countOf(fields invalid) string {
	if len(fields) == 1 {
		return "The request has an invalid field."
	}
	return fmt.Sprintf("The request has %d invalid fields.", len(fields))
}

// fail answers with an error.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, command.ErrPreconditionFailed) && hasWeakTag(r.Header.Get("If-Match")) {
		err = fmt.Errorf("%w: %w", errWeakTag, err)
	}
	request := requestOf(r.Context())
	problem := classify(request.changes(r.Method), err)
	problem.RequestId = request.id
	request.outcome = "error"
	if problem.Code != nil {
		request.outcome = *problem.Code
	}
	_, probe := errors.AsType[notReady](err) // readiness itself logs what has changed
	if problem.Status >= 500 && !probe && !comesOften(err) {
		s.logFailure(r, problem.Status, err)
	}
	failureHeaders(w.Header(), r, problem.Status, err)
	body, err := json.Marshal(problem)
	if err != nil {
		panic(err) // strings and numbers only
	}
	w.WriteHeader(problem.Status)
	_, _ = w.Write(append(body, '\n')) // the client is gone if this fails
}

func failureHeaders(header http.Header, r *http.Request, status int, err error) {
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	if status >= http.StatusInternalServerError {
		header.Del("Parked-Position") // it is of a row that is not shown
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		header.Set("Retry-After", "1")
	}
	if status == http.StatusMethodNotAllowed {
		header.Set("Allow", allowed(r))
	}
	if challenge := challengeOf(err); challenge != "" {
		header.Set("WWW-Authenticate", challenge)
	}
	if known, ok := errors.AsType[positioned](err); ok {
		header.Set("Event-Position", strconv.FormatInt(known.position, 10))
	}
}

// challengeOf is what a client that was turned away for its token is told (RFC 6750, 3).
func challengeOf(err error) string {
	missing, ok := errors.AsType[scopeMissing](err)
	switch {
	case ok:
		return `Bearer error="insufficient_scope", scope="` + missing.scope + `"`
	case errors.Is(err, auth.ErrBadToken):
		return `Bearer error="invalid_token"`
	case errors.Is(err, auth.ErrNoToken):
		return "Bearer"
	}
	return ""
}

// comesOften says of a failure that one client may cause it by the thousand, and the metrics have it.
func comesOften(err error) bool {
	return errors.Is(err, event.ErrOverloaded) || errors.Is(err, event.ErrBeyondLog) || errors.Is(err, errParked)
}

// logFailure keeps the text of an error that the client must not see.
func (s *server) logFailure(r *http.Request, status int, err error) {
	level := slog.LevelError
	if status != http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s.Logger.LogAttrs(r.Context(), level, "request failed",
		append(requestOf(r.Context()).who(), slog.Int("status", status), slog.Any("error", err))...)
}

// allowed lists the methods that the request's path knows.
func allowed(r *http.Request) string {
	routes := chi.RouteContext(r.Context()).Routes
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
			methods = append(methods, method)
			if method == http.MethodGet {
				methods = append(methods, http.MethodHead) // middleware.GetHead
			}
		}
	}
	return strings.Join(methods, ", ")
}
