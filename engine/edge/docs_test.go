package edge

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/contracttest"
)

const bundle = "/docs/swagger-ui-bundle.js"

// The uncompressed script of the docs page is served almost as fast as the compressed one, because
// the service decompresses the script only once.
func TestTheDocsBundleIsInflatedOnce(t *testing.T) { //nolint:paralleltest // the test measures time
	const factor = 20 // decompressing the script takes over 100 times as long as serving it
	served := newService().handler(t)
	took := func(encoding string) time.Duration {
		best := time.Hour
		for range 10 {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, bundle, http.NoBody)
			r.Header.Set("Accept-Encoding", encoding)
			start := time.Now()
			served.ServeHTTP(nopWriter{http.Header{}}, r)
			best = min(best, time.Since(start))
		}
		return best
	}
	if plain, compressed := took("identity"), took("gzip"); plain > factor*compressed {
		t.Errorf("without compression it takes %v, and %v with it", plain, compressed)
	}
}

// The docs page's script has the same content with and without compression. If a client already has
// the script, the service answers 304.
func TestTheDocsBundleInBothEncodings(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: contracttest.InProcess(newService().handler(t))}
	plain := send(t, client, http.MethodGet, bundle, "")
	compressed := send(t, client, http.MethodGet, bundle, "", "Accept-Encoding", "gzip")
	reader, err := gzip.NewReader(bytes.NewReader([]byte(compressed.body)))
	if err != nil {
		t.Fatal(err)
	}
	inflated, err := io.ReadAll(reader)
	if err != nil || string(inflated) != plain.body || len(inflated) < 1<<20 {
		t.Errorf("%d bytes and %d: %v", len(inflated), len(plain.body), err)
	}
	for _, first := range []reply{plain, compressed} {
		again := send(t, client, http.MethodGet, bundle, "", "Accept-Encoding", first.header.Get("Content-Encoding"), "If-None-Match", first.header.Get("ETag"))
		if again.status != 304 || first.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("again: got %d, after %v", again.status, first.header)
		}
	}
}

// If a service turns the docs off, it serves neither the docs page nor the contract. The
// operations of the API are served as before.
func TestTheDocsCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	f := newService()
	f.options = func(o *Options) { o.WithoutDocs = true }
	client := f.client(t)
	for _, path := range []string{"/", "/docs", bundle, "/docs/init.js", "/openapi.yaml"} {
		if got := send(t, client, http.MethodGet, path, ""); got.status != 404 || *got.problem(t).Code != "no_such_route" {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"/healthz", "/v1/trail"} {
		if got := send(t, client, http.MethodGet, path, ""); got.status != 200 {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
}
