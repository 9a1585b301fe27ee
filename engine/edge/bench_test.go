package edge

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkCommand measures a command without the network and without an event log.
func BenchmarkCommand(b *testing.B) {
	for name, logged := range map[string]bool{"": false, "logged": true} {
		b.Run(name, func(b *testing.B) {
			f := newService()
			f.options = func(o *Options) {
				o.Logger, o.AccessLog = slog.New(slog.NewJSONHandler(io.Discard, nil)), logged //nolint:sloglint // the benchmark includes the cost of formatting
			}
			handler := f.handler(b)
			b.ReportAllocs()
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://api"+fillings, strings.NewReader(`{"amount":1250,"note":"rain"}`))
				r.Header = http.Header{"Content-Type": {jsonType}, "Idempotency-Key": {"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"}}
				handler.ServeHTTP(nopWriter{http.Header{}}, r)
			}
		})
	}
}

type nopWriter struct{ header http.Header }

func (w nopWriter) Header() http.Header       { return w.header }
func (nopWriter) Write(p []byte) (int, error) { return len(p), nil }
func (nopWriter) WriteHeader(int)             {}
