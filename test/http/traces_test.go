package http_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/broker"
	"example.com/pgcqrs/engine/enginetest/collector"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// newTraced starts a stack whose programs send their spans to a collector, and have these further
// environment variables. The API requires tokens and stores personal data, and the projector runs the
// workflows and publishes messages.
func newTraced(t *testing.T, environment ...string) (s *stack, sent *collector.Collector, messages *broker.Broker) {
	t.Helper()
	sent, messages = collector.Start(t), startBroker(t)
	uri := "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	issuer, url := newIssuer(t, "/traced")
	s = &stack{t: t, url: testdb.New(t), issuer: issuer, client: newClient(t)}
	s.database = "DATABASE_URL=" + testdb.As(t, s.url, role.API)
	s.projector = launch(t, "projector", slices.Concat(projects(t, s.url), sent.Environment(), []string{"WORKFLOWS=on", "NATS_URL=" + messages.URL}, environment)...)
	s.environment = slices.Concat(guardedBy(url), sent.Environment(), []string{s.database, "KEY_URI=" + uri}, environment)
	s.api = launch(t, "api", s.environment...)
	return s, sent, messages
}

// clientSpan is the id of the span that a client names in its header traceparent.
const clientSpan = "00f067aa0ba902b7"

func parentOf(traceID string) []string {
	return []string{"traceparent", "00-" + traceID + "-" + clientSpan + "-01"}
}

// One trace id leads from a deposit to its decision, its flight, the read model and the message. The
// events have the traceparent of the request's span. Each log line of the request has the ids of
// the request and of the trace.
func TestADepositIsFollowedByOneTraceID(t *testing.T) {
	t.Parallel()
	s, sent, messages := newTraced(t)
	ada := s.as("ada", both)
	account, _ := s.openBy(ada)
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	deposit := s.post(account+"/deposits", `{"amount":70}`, append(parentOf(id), ada...)...)
	s.want(deposit, 200, "")
	const reads = "5bf92f3577b34da6a3ce929d0e0e4736"
	s.want(s.get(account, deposit.Header.Get("Event-Position"), append(parentOf(reads), ada...)...), 200, "")

	request := sent.Await(id, "POST /v1/accounts/{id}/deposits")
	if request.ParentID != clientSpan || request.Kind != "server" || !strings.HasSuffix(request.Service, "-api") || request.Attributes["http.route"] != "/v1/accounts/{id}/deposits" || request.Attributes["http.response.status_code"] != "200" {
		t.Errorf("the span of the request is %+v", request)
	}
	decide := sent.Await(id, "decide account")
	if decide.ParentID != request.SpanID || !decide.LinksTo(request) || decide.Attributes["engine.commands"] != "1" {
		t.Errorf("the span of the decision is %+v", decide)
	}
	flight := sent.Await(id, "flight")
	if flight.ParentID != decide.SpanID || !flight.LinksTo(decide) || flight.Attributes["engine.appends"] != "1" || flight.Attributes["engine.conflicts"] != "0" {
		t.Errorf("the span of the flight is %+v", flight)
	}
	for _, name := range []string{"project balances", "publish messages"} {
		follows := sent.Await(id, name)
		if follows.ParentID != request.SpanID || !follows.LinksTo(request) || !strings.HasSuffix(follows.Service, "-projector") {
			t.Errorf("the span %s is %+v", name, follows)
		}
	}
	parent := "00-" + id + "-" + request.SpanID + "-01"
	if n := count(t, s.url, `SELECT count(*) FROM events WHERE metadata->>'traceparent' = $1`, parent); n != 1 {
		t.Errorf("%d events have the traceparent of the request's span", n)
	}
	await.True(t, "the message has this traceparent", func() bool { return strings.Contains(messages.Messages(), parent) })

	query := sent.Await(reads, "GET /v1/accounts/{id}")
	for _, name := range []string{"wait for balances", "query balances"} {
		if part := sent.Await(reads, name); part.ParentID != query.SpanID {
			t.Errorf("the span %s is %+v", name, part)
		}
	}
	line := fmt.Sprintf(`"request_id":%q,"trace_id":%q`, deposit.Header.Get("X-Request-Id"), id)
	await.True(t, "the log has the ids", func() bool { return strings.Contains(s.api.Said(), line) })
}

// openBy opens an account with a token.
func (s *stack) openBy(token []string) (path, position string) {
	s.t.Helper()
	opened := s.post("/v1/accounts", `{"owner":"planted-label","currency":"EUR"}`, token...)
	s.want(opened, 201, "")
	return opened.Header.Get("Location"), opened.Header.Get("Event-Position")
}

// One trace id leads from the request of a transfer through all steps of the workflow: each
// reaction, each job, and the decisions, flights and messages that follow from them. All events of
// the transfer have this trace id.
func TestATransferIsFollowedByOneTraceID(t *testing.T) {
	t.Parallel()
	s, sent, _ := newTraced(t)
	ada := s.as("ada", both)
	from, _ := s.openBy(ada)
	to, _ := s.openBy(ada)
	s.want(s.post(from+"/deposits", `{"amount":700}`, ada...), 200, "")
	const id = "6bf92f3577b34da6a3ce929d0e0e4736"
	asked := s.post("/v1/transfers", transferOf(from, to, 300), append(parentOf(id), ada...)...)
	s.want(asked, 202, "")
	place := asked.Header.Get("Location")
	await.True(t, "the transfer is completed", func() bool { return s.get(place, "", ada...).Fields(t)["status"] == "completed" })

	const steps = `SELECT count(*) FROM events WHERE substr(metadata->>'traceparent', 4, 32) = $1`
	if n := count(t, s.url, steps, id); n != 5 {
		t.Errorf("%d events have the trace id, want the request, two steps and the two notes of them", n)
	}
	sent.Await(id, "POST /v1/transfers")
	sent.Await(id, "project transfers")
	await.True(t, "all jobs are traced", func() bool { return len(sent.Of(id, "workflow_command transfers")) == 4 })
	for name, least := range map[string]int{"react transfers": 4, "decide account": 2, "decide transfer": 2, "flight": 5, "publish messages": 5} {
		await.True(t, fmt.Sprintf("%d spans %s", least, name), func() bool { return len(sent.Of(id, name)) >= least })
	}
	spans := make(map[string]collector.Span)
	for _, span := range sent.Spans() {
		spans[span.SpanID] = span
	}
	for _, job := range sent.Of(id, "workflow_command transfers") {
		above := spans[job.ParentID]
		if above.Name != "POST /v1/transfers" && above.Name != "workflow_command transfers" {
			t.Errorf("a job follows from %+v, want the request or another job", above)
		}
		if job.Failed || job.Attributes["engine.outcome"] != "done" {
			t.Errorf("the span of a job is %+v", job)
		}
	}
}

// No span has a text of a client, data of a person, a subject, a token or an id of a stream. The
// test plants such texts in all parts of requests, and searches all received bytes for them.
func TestTracesHaveNothingPersonal(t *testing.T) {
	t.Parallel()
	s, sent, _ := newTraced(t)
	ada := s.as("planted-subject", both)
	account, position := s.openBy(ada)
	other, _ := s.openBy(ada)
	keyed := append([]string{"Idempotency-Key", "planted-key", "User-Agent", "planted-agent", "tracestate", "planted=state", "baggage", "planted=baggage"}, ada...)
	s.want(s.post(account+"/deposits", `{"amount":700,"reference":"planted-reference"}`, keyed...), 200, "")
	s.want(s.post("/v1/transfers", strings.Replace(transferOf(account, other, 1), "rent", "planted-reference", 1), ada...), 202, "")
	s.want(s.post(account+"/withdrawals", `{"amount":9999,"reference":"planted-reference"}`, ada...), 422, "insufficient_funds")
	registered := s.post("/v1/customers", body("planted-name", "planted-mail@example.com"), ada...)
	s.want(registered, 201, "")
	customer := registered.Header.Get("Location")
	s.want(s.get(customer, registered.Header.Get("Event-Position"), ada...), 200, "")
	s.want(s.post("/v1/customers", body("planted-name", "planted-mail@example.com"), ada...), 422, "email_taken")
	s.finds(ada, "planted-mail@example.com", registered.Header.Get("Event-Position"), 1, false)
	s.want(s.get("/v1/accounts?owner=planted-label", position, ada...), 200, "")
	s.want(s.get("/v1/planted-path?planted-query=1", "", ada...), 404, "no_such_route")
	s.want(s.send("DELETE", customer, "", ada...), 200, "")
	s.want(s.post("/v1/accounts", `{"owner":`, ada...), 400, "invalid_request")

	await.True(t, "the last request is traced", func() bool {
		spans := sent.Spans()
		return count(t, s.url, `SELECT count(*) FROM events e, checkpoints c WHERE c.projection = 'customers' AND e.position > c.position`) == 0 &&
			strings.Contains(fmt.Sprint(spans), "DELETE /v1/customers/{id}") && strings.Contains(fmt.Sprint(spans), "workflow_command transfers")
	})
	s.api.Stop() // sends the last spans
	s.projector.Stop()
	received := sent.Received()
	planted := []string{"planted", filepath.Base(account), filepath.Base(customer), strings.TrimPrefix(ada[1], "Bearer "), "Bearer", s.api.Address}
	planted = append(planted, passwordOf(t, strings.TrimPrefix(s.database, "DATABASE_URL=")), base64.StdEncoding.EncodeToString([]byte("planted")))
	for _, text := range planted {
		if strings.Contains(received, text) {
			t.Errorf("a span has %q: %s", text, around(received, text))
		}
	}
	if len(sent.Spans()) < 30 {
		t.Errorf("only %d spans were received", len(sent.Spans()))
	}
}

// A collector that can't be reached stops nothing: the programs start, answer, and end in time. The
// log says once that spans are lost, without a password or a header. Without an endpoint the log
// says nothing about traces.
func TestACollectorThatIsAway(t *testing.T) {
	t.Parallel()
	s := newStack(t, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://user:"+secret+"@127.0.0.1:1/", "OTEL_EXPORTER_OTLP_HEADERS=api-key="+secret,
		"OTEL_BSP_SCHEDULE_DELAY=10", "OTEL_EXPORTER_OTLP_TIMEOUT=200", "OTEL_BSP_EXPORT_TIMEOUT=200", "LOG_REPEATS=1")
	account, _ := s.open("Ada", "EUR")
	for range 20 {
		s.want(s.post(account+"/deposits", `{"amount":1}`), 200, "")
	}
	await.True(t, "the log says it", func() bool { return strings.Contains(s.api.Said(), "traces can't be sent") })
	s.api.Stop()
	if said := s.api.Said(); strings.Count(said, `"msg":"traces can't be sent`) != 1 || strings.Contains(said, secret) {
		t.Errorf("the log says it more than once, or with a secret: %s", said)
	}
	if said := s.projector.Said(); strings.Contains(said, "traces") {
		t.Errorf("a projector without an endpoint says %s", said)
	}
}

// A malformed setting of traces is an error at the start. The error names the variable, and does not
// show the value.
func TestMalformedSettingsOfTracesAreRefused(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	for variable, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": "planted:4318", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://",
		"OTEL_EXPORTER_OTLP_HEADERS": "planted", "OTEL_RESOURCE_ATTRIBUTES": "a=%zz",
		"OTEL_TRACES_SAMPLER": "planted", "OTEL_TRACES_SAMPLER_ARG": "1.5", "OTEL_SDK_DISABLED": "planted", "OTEL_TRACES_EXPORTER": "planted",
		"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_BSP_SCHEDULE_DELAY": "planted", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/planted.pem",
	} {
		environment := []string{"DATABASE_URL=" + url, "UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"}
		if variable == "OTEL_EXPORTER_OTLP_ENDPOINT" {
			environment = environment[:len(environment)-1]
		}
		for _, program := range []string{"api", "projector"} {
			said := programs.Refused(t, program, append(environment, variable+"="+value)...)
			if !strings.Contains(said, variable) || strings.Contains(said, "planted") {
				t.Errorf("%s with %s=%s says %s", program, variable, value, said)
			}
		}
	}
}
