package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/command/once"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
)

func sqlError(code string) error {
	return &pgconn.PgError{Code: code, Message: "secret of the database"}
}

func TestEveryErrorHasItsStatusAndCode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		status int
		code   string // "": the problem has no code
	}{
		"a rejection":           {&event.Rejection{Code: "level_limit", Detail: "the level is too high"}, 422, "level_limit"},
		"a stream of another":   {&event.Rejection{Code: "id_taken", Detail: "choose another id"}, 422, "id_taken"},
		"no such stream":        {event.ErrStreamNotFound, 404, "not_found"},
		"keys that are away":    {personal.ErrKeysAway, 503, "keys_unavailable"},
		"a conflict":            {event.ErrConflict, 409, "conflict"},
		"a failed If-Match":     {event.ErrPreconditionFailed, 412, "precondition_failed"},
		"a key used again":      {once.ErrKeyReused, 422, "idempotency_key_reused"},
		"a key in use":          {once.ErrKeyInUse, 409, "idempotency_key_in_use"},
		"no database":           {event.ErrUnavailable, 503, "unavailable"},
		"a long stream":         {event.ErrUnfinished, 503, "unavailable"},
		"a full queue":          {event.ErrOverloaded, 503, "overloaded"},
		"an unknown event":      {fmt.Errorf("load: %w", event.ErrUnknownEvent), 503, "unavailable"},
		"an unknown outcome":    {event.ErrUnknownOutcome, 503, "outcome_unknown"},
		"time is up":            {context.DeadlineExceeded, 503, "outcome_unknown"},
		"a lost connection":     {&net.OpError{Op: "read", Err: errors.New("secret address")}, 503, "outcome_unknown"},
		"a database that ends":  {sqlError("57P01"), 503, "outcome_unknown"},
		"an error of the SQL":   {sqlError("42P01"), 500, ""},
		"an error nobody knows": {errors.New("secret text"), 500, ""},
		"a panic":               {problem.ErrPanic, 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newService()
			f.fail = fmt.Errorf("handle command: %w", test.err)
			answer := send(t, f.client(t), http.MethodPost, fillings, `{"amount":1}`)
			said := answer.problem(t)
			if answer.status != test.status || said.Status != test.status || codeOf(said) != test.code {
				t.Errorf("got %d %s", answer.status, answer.body)
			}
			id := answer.header.Get("X-Request-Id")
			if said.RequestID != id || strings.Contains(answer.body, "secret") {
				t.Errorf("got %s", answer.body)
			}
			if bare := said.Detail == nil && said.Code == nil; bare != (test.status == 500) {
				t.Errorf("got %s", answer.body)
			}
			if retry := answer.header.Get("Retry-After") != ""; retry != (test.status == 503) {
				t.Errorf("got Retry-After %q", answer.header.Get("Retry-After"))
			}
			if logged := strings.Contains(f.logs.String(), `"msg":"request failed","request_id":"`+id); logged != (test.status >= 500 && test.code != "overloaded") {
				t.Errorf("log: %s", f.logs.String())
			}
		})
	}
}

func TestAReadModelThatHasStoppedOrIsNotBuiltIsUnavailable(t *testing.T) {
	t.Parallel()
	for code, err := range map[string]error{"read_model_parked": problem.ErrParked, "read_model_not_built": event.ErrNotBuilt} {
		f := newService()
		f.fail = fmt.Errorf("query: %w", err)
		answer := send(t, f.client(t), http.MethodGet, one, "")
		if answer.status != 503 || *answer.problem(t).Code != code || answer.header.Get("Retry-After") == "" {
			t.Errorf("%s: got %d %s", code, answer.status, answer.body)
		}
		if logged := strings.Contains(f.logs.String(), `"msg":"request failed"`); logged != (code == "read_model_not_built") {
			t.Errorf("%s: log: %s", code, f.logs.String())
		}
	}
}

func TestAReadThatTheDatabaseFailsIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, err := range []error{context.DeadlineExceeded, sqlError("53300"), sqlError("08006"), &net.OpError{Op: "dial", Err: errors.New("refused")}, &pgconn.ConnectError{}, io.ErrUnexpectedEOF} {
		f := newService()
		f.fail = err
		f.position = 0
		answer := send(t, f.client(t), http.MethodGet, "/v1/tanks/"+ada.String(), "")
		if answer.status != 503 || *answer.problem(t).Code != "unavailable" {
			t.Errorf("%T: got %d %s", err, answer.status, answer.body)
		}
	}
}

func TestRoutesAndMethodsThatThereAreNot(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for _, path := range []string{"/v1", "/v1/tanks/", "/v1/tanks/" + ada.String() + "/x", "/docs/x", "/V1/accounts", "/v1/tanks//withdrawals", "/v1//accounts"} {
		if answer := send(t, client, http.MethodGet, path, ""); answer.status != 404 || *answer.problem(t).Code != "no_such_route" {
			t.Errorf("%s: got %d %s", path, answer.status, answer.body)
		}
	}
	for path, allow := range map[string]string{
		tanks: "GET, HEAD, POST", fillings: "POST", closure: "POST",
		"/v1/tanks/" + ada.String(): "GET, HEAD", "/": "GET, HEAD", "/healthz": "GET, HEAD", "/docs": "GET, HEAD",
	} {
		answer := send(t, client, http.MethodDelete, path, "")
		if answer.status != 405 || answer.header.Get("Allow") != allow || *answer.problem(t).Code != "method_not_allowed" {
			t.Errorf("%s: got %d, Allow %q", path, answer.status, answer.header.Get("Allow"))
		}
	}
}

func codeOf(p problem.Problem) string {
	if p.Code == nil {
		return ""
	}
	return *p.Code
}
