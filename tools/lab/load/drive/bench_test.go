package drive_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// BenchmarkClient measures the time of a request, first with the HTTP client of package wire and
// then with the client of net/http. The server, whose handler does nothing, runs on the same
// processors as the client.
func BenchmarkClient(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	b.Run("own", func(b *testing.B) { benchmark(b, server.URL, get("/")) })
	b.Run("net-http", func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
		defer client.CloseIdleConnections()
		benchmark(b, server.URL, func(c *drive.Client) {
			answer, err := client.Get(server.URL)
			if err == nil {
				_, err = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
			c.Record("get", c.Began(), wire.Answer{Status: 200}, err)
		})
	})
}

func benchmark(b *testing.B, url string, step drive.Step) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	result, err := drive.Run(b.Context(), drive.Plan{URLs: []string{url}, Step: step, Clients: 64, Count: int64(b.N)})
	if err != nil || result.Failed() > 0 {
		b.Fatal(err, result)
	}
}
