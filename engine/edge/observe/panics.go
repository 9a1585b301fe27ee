package observe

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"example.com/pgcqrs/engine/edge/failure"
	"example.com/pgcqrs/engine/edge/problem"
)

// Recover turns a panic into a 500, unless the answer has begun. It stands right behind Observe.
func Recover(answers *failure.Writer) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				cause := recover()
				if cause == nil {
					return
				}
				if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
					panic(cause)
				}
				if recorder, ok := w.(*recorder); ok && recorder.begun {
					answers.Log(r, http.StatusInternalServerError, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
					panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
				}
				answers.Fail(w, r, fmt.Errorf("%w: %v\n%s", problem.ErrPanic, cause, debug.Stack()))
			}()
			next.ServeHTTP(w, r)
		})
	}
}
