package edge

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func discard(f *service) *slog.Logger { return slog.New(slog.NewJSONHandler(&f.logs, nil)) }

type nopWriter struct{ header http.Header }

func (w nopWriter) Header() http.Header       { return w.header }
func (nopWriter) Write(p []byte) (int, error) { return len(p), nil }
func (nopWriter) WriteHeader(int)             {}

// Otherwise the client takes half an answer for a whole one.
func TestAPanicAfterTheAnswerHasBegunBreaksTheConnection(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"a panic in the middle": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half")) // to nobody
			panic("secret of the panic")
		},
		"an abort": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		f := newService()
		s := &Stack{Options: Options{Logger: discard(f)}.withDefaults()}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if recover() != http.ErrAbortHandler { //nolint:errorlint // the very value
					t.Errorf("%s: the connection stays open", name)
				}
			}()
			s.identify(s.recoverPanics(handler)).ServeHTTP(&recorder{ResponseWriter: nopWriter{http.Header{}}}, r)
		}()
		if logged := strings.Contains(f.logs.String(), "secret of the panic"); logged != (name != "an abort") {
			t.Errorf("%s: log %q", name, f.logs.String())
		}
	}
}
