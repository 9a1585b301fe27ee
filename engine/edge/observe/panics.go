package observe

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/problem/respond"
	"example.com/pgcqrs/engine/edge/request"
)

// Recover answers 500 if a handler panics. If the handler has already written a part of its answer,
// Recover closes the connection instead. Recover is the first handler that Observe calls, so that
// Observe also counts the answer after a panic.
func Recover(answers *respond.Writer) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				cause := recover()
				if cause == nil {
					return
				}
				if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares this error in the same way
					panic(cause)
				}
				if recorder, ok := w.(*recorder); ok && recorder.begun {
					request.Of(r.Context()).Outcome = request.BrokenOff
					answers.Log(r, http.StatusInternalServerError, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
					panic(http.ErrAbortHandler) // the connection must break, so that the client does not take a part of the answer for the whole answer
				}
				answers.Fail(w, r, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
			}()
			next.ServeHTTP(w, r)
		})
	}
}
