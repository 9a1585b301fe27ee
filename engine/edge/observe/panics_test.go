package observe

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/edge/problem/respond"
	"example.com/pgcqrs/engine/edge/request"
)

type nopWriter struct{ header http.Header }

func (w nopWriter) Header() http.Header       { return w.header }
func (nopWriter) Write(p []byte) (int, error) { return len(p), nil }
func (nopWriter) WriteHeader(int)             {}

// If a handler panics after a part of its answer was written, the connection is closed. Otherwise
// the client would take the part for the whole answer.
func TestAPanicAfterTheAnswerHasBegunBreaksTheConnection(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"a panic in the middle": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half")) // the writer of this test has no client
			panic("secret of the panic")
		},
		"an abort": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		var logs bytes.Buffer
		answers := &respond.Writer{Logger: slog.New(slog.NewJSONHandler(&logs, nil))}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if recover() != http.ErrAbortHandler { //nolint:errorlint // the test compares the value itself
					t.Errorf("%s: the connection stays open", name)
				}
			}()
			request.Identify(Recover(answers)(handler)).ServeHTTP(&recorder{ResponseWriter: nopWriter{http.Header{}}}, r)
		}()
		if logged := strings.Contains(logs.String(), "secret of the panic"); logged != (name != "an abort") {
			t.Errorf("%s: log %q", name, logs.String())
		}
	}
}
