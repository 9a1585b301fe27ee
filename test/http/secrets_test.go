package http_test

import (
	"bytes"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
)

// secret is a password that occurs nowhere else, so the test can find it in any output.
const secret = "hunter2-is-a-secret"

// The programs never show a secret in logs, answers, metrics or errors. If a program refuses to
// start because a secret is wrong, it does not show the wrong secret.
func TestSecretsAreNotSaid(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	said := s.get("/v1/trail", "").Body + s.get("/v1/trail?limit=x", "").Body + s.post("/v1/nowhere", `{"amount":1}`).Body
	for _, p := range []*programs.Program{s.api, s.projector} {
		_, ready := p.Probe("/readyz")
		said += p.Metrics() + ready + p.Said()
	}
	_, given, _ := strings.Cut(s.database, "=")
	if password := passwordOf(t, given); strings.Contains(said, password) {
		t.Errorf("the password of the database was said: %s", around(said, password))
	}
	wrong, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	wrong.User = url.UserPassword(wrong.User.Username(), secret)
	relay := "DATABASE_URL=" + testdb.As(t, s.url, role.Projector)
	away := "postgres://service:" + secret + "@127.0.0.1:1/orders"
	for name, environment := range map[string][]string{
		"a wrong password":         {"DATABASE_URL=" + wrong.String()},
		"nobody there":             {"DATABASE_URL=" + away},
		"a URL that is none":       {"DATABASE_URL=postgres://service:" + secret + "@%zz/orders"},
		"a port that is none":      {"DATABASE_URL=postgres://service:" + secret + "@127.0.0.1:port/orders"},
		"another read database":    {s.database, "READ_DATABASE_URL=postgres://service:" + secret + "@127.0.0.1:port/orders"},
		"another listen database":  {s.database, "LISTEN_DATABASE_URL=postgres://service:" + secret + "@127.0.0.1:port/orders"},
		"another worker's login":   {relay, "WORKER_DATABASE_URL=postgres://worker:" + secret + "@127.0.0.1:port/orders"},
		"another service login":    {"DATABASE_URL=" + s.url, "SERVICE_DATABASE_URL=postgres://service:" + secret + "@127.0.0.1:port/orders"},
		"a broker that is away":    {relay, "WORKFLOWS=off", "NATS_URL=nats://" + secret + "@127.0.0.1:1"},
		"a broker that is none":    {relay, "WORKFLOWS=off", "NATS_URL=nats://user:" + secret + "@127.0.0.1:port"},
		"half of it as a host":     {"DATABASE_URL=postgres://service:p@" + secret + "/word@127.0.0.1:1/orders"},
		"half of a parameter":      {"DATABASE_URL=" + given + "&password=a&" + secret + "=b"},
		"one slash":                {"DATABASE_URL=postgres:/service:" + secret + "@127.0.0.1/orders?sslmode=disable"},
		"half of it after a comma": {relay, "WORKFLOWS=off", "NATS_URL=nats://user:" + secret + ",x@127.0.0.1:1"},
		"an issuer's":              {s.database, "AUTH=oidc", "AUTH_AUDIENCE=x", "AUTH_ISSUER=http://user:" + secret + "@127.0.0.1:1"},
		"a collector":              {s.database, "OTEL_EXPORTER_OTLP_ENDPOINT=http://user:" + secret + "@127.0.0.1:1", "OTEL_EXPORTER_OTLP_HEADERS=api-key=" + secret},
		"headers that are none":    {s.database, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_HEADERS=" + secret},
		"a short key of snapshots": {s.database, "SNAPSHOT_KEY=" + secret},
		"a secret in a bad place":  {s.database, "COMMAND_TIMEOUT=" + secret, "POLL_INTERVAL=" + secret},
	} {
		for _, program := range []string{"api", "projector", "migrate"} {
			if output := outputOf(t, program, environment); strings.Contains(output, secret) {
				t.Errorf("%s, %s: %s", program, name, around(output, secret))
			}
		}
	}
}

// outputOf returns the output of a program. If the program does not end, outputOf stops waiting
// after three seconds.
func outputOf(t *testing.T, program string, environment []string) string {
	t.Helper()
	command := exec.Command(programs.Path(program))
	command.Env = append([]string{"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "SHUTDOWN_TIMEOUT=1s"}, environment...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(3*time.Second, func() { _ = command.Process.Kill() })
	defer stop.Stop()
	_ = command.Wait() // the error is expected: most likely the program could not start
	return output.String()
}

func passwordOf(t *testing.T, given string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	return password
}

// around returns the output just before and after a secret, for the error message of the test.
func around(text, what string) string {
	at := strings.Index(text, what)
	return text[max(0, at-200):min(len(text), at+len(what)+100)]
}
