package edge

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestTheAccessLogNamesTheRouteAndNothingOfTheRequest(t *testing.T) {
	t.Parallel()
	f := newService()
	f.log = true
	client := f.client(t)
	answer := send(t, client, http.MethodPost, fillings, `{"amount":1,"note":"secret"}`, "X-Request-Id", "secret", "X-Correlation-Id", "secret", "Idempotency-Key", "secret")
	send(t, client, http.MethodGet, tanks+"?place=secret", "")
	send(t, client, http.MethodGet, "/secret", "")
	send(t, client, "SECRET", tanks, "")
	send(t, client, http.MethodGet, "/healthz", "")
	lines := strings.Split(strings.TrimSpace(f.logs.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("got %d lines: %s", len(lines), f.logs.String())
	}
	if text := strings.ToLower(f.logs.String()); strings.Contains(text, "secret") || strings.Contains(text, ada.String()) {
		t.Errorf("got %s", text)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"method": "POST", "route": "/v1/tanks/{id}/fillings", "status": 200.0, "outcome": "done", "bytes_in": 28.0, "bytes_out": 74.0, "request_id": answer.header.Get("X-Request-Id")} {
		if line[name] != want {
			t.Errorf("%s: got %v, want %v", name, line[name], want)
		}
	}
	if _, ok := line["duration_ms"].(float64); !ok {
		t.Errorf("got %v", line)
	}
}

func TestTheAccessLogCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	f := newService()
	send(t, f.client(t), http.MethodGet, one, "")
	if f.logs.Len() > 0 {
		t.Errorf("got %s", f.logs.String())
	}
}

func TestMetricsCountByRouteAndOutcome(t *testing.T) {
	t.Parallel()
	f := newService()
	client := f.client(t)
	send(t, client, http.MethodPost, fillings, `{"amount":1}`)
	f.result.Replayed = true
	send(t, client, http.MethodPost, fillings, `{"amount":1}`, "Idempotency-Key", "k")
	send(t, client, http.MethodPost, fillings, `{"amount":0}`)
	send(t, client, http.MethodGet, one, "", "Min-Position", "1")
	send(t, client, http.MethodGet, "/whatever/"+ada.String(), "")
	send(t, client, "BREW", tanks, "")
	metrics := send(t, client, http.MethodGet, "/metrics", "")
	for _, line := range []string{
		`http_requests_total{method="POST",route="/v1/tanks/{id}/fillings",status="2xx"} 2`,
		`http_requests_total{method="POST",route="/v1/tanks/{id}/fillings",status="4xx"} 1`,
		`http_requests_total{method="GET",route="/v1/tanks/{id}",status="2xx"} 1`,
		`http_requests_total{method="GET",route="none",status="4xx"} 1`,
		`http_requests_total{method="other",route="none",status="4xx"} 1`,
		`http_commands_total{command="fill",outcome="done"} 1`,
		`http_commands_total{command="fill",outcome="replayed"} 1`,
		`http_commands_total{command="fill",outcome="invalid_request"} 1`,
		`http_request_duration_seconds_count{method="POST",route="/v1/tanks/{id}/fillings"} 3`,
		`http_request_size_bytes_sum{method="POST",route="/v1/tanks/{id}/fillings"} 36`,
		`http_response_size_bytes_count{method="GET",route="/v1/tanks/{id}"} 1`,
		`http_min_position_wait_seconds_count{outcome="reached",read_model="levels"} 1`,
	} {
		if !strings.Contains(metrics.body, line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
	if strings.Contains(metrics.body, ada.String()) || strings.Contains(metrics.body, "BREW") {
		t.Error("a label holds what a client made up")
	}
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	client := newService().client(t)
	for path, cache := range map[string]string{
		one: "private, no-cache", tanks: "private, no-cache", none: "no-store", "/x": "no-store", "/healthz": "no-store", "/docs": "no-cache",
	} {
		header := send(t, client, http.MethodGet, path, "").header
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != cache || header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: got %v", path, header)
		}
	}
}

// Each line of the access log says how the request ended, by the code of the problem if there is
// one: also a request that was refused because of its input, or answered with a stored answer.
func TestTheAccessLogSaysHowARequestEnded(t *testing.T) {
	t.Parallel()
	f := newService()
	f.log = true
	client := f.client(t)
	send(t, client, http.MethodPost, fillings, `{"amount":1}`)
	send(t, client, http.MethodPost, fillings, `{"amount":0}`)
	send(t, client, http.MethodGet, "/nowhere", "")
	f.result.Replayed = true
	send(t, client, http.MethodPost, fillings, `{"amount":1}`, "Idempotency-Key", "k")
	lines := f.logged(t, "request")
	for i, want := range []struct {
		outcome      string
		status, body float64
	}{{"done", 200, 12}, {"invalid_request", 400, 12}, {"no_such_route", 404, 0}, {"replayed", 200, 12}} {
		if line := lines[i]; line["outcome"] != want.outcome || line["status"] != want.status || line["bytes_in"] != want.body {
			t.Errorf("got %v, want %+v", line, want)
		}
	}
}
