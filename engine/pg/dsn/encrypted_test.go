package dsn

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

// Unencrypted returns the host of a database on another machine if the URL does not require TLS.
func TestConnectionsThatNeedNotBeEncrypted(t *testing.T) { //nolint:paralleltest // the test changes the environment
	for _, name := range []string{"PGSSLMODE", "PGHOST", "PGSSLROOTCERT"} {
		t.Setenv(name, "")
	}
	for url, want := range map[string][]string{
		"postgres://u:secret@db.example.com/x":                                           {"db.example.com"},
		"postgres://u:secret@db.example.com/x?sslmode=disable":                           {"db.example.com"},
		"postgres://u:secret@db.example.com/x?sslmode=allow":                             {"db.example.com"},
		"postgres://u:secret@db.example.com/x?sslmode=prefer":                            {"db.example.com"},
		"postgres://u:secret@10.0.0.7:6432/x?sslmode=disable":                            {"10.0.0.7"},
		"postgres://u:secret@127.0.0.1,db.example.com/x?sslmode=disable":                 {"db.example.com"},
		"postgres://u:secret@a.example.com,b.example.com/x?sslmode=prefer":               {"a.example.com", "b.example.com"},
		"postgres://u:secret@db.example.com/x?sslmode=require":                           nil,
		"postgres://u:secret@db.example.com/x?sslmode=verify-full":                       nil,
		"postgres://u:secret@127.0.0.1/x?sslmode=disable":                                nil,
		"postgres://u:secret@[::1]/x?sslmode=disable":                                    nil,
		"postgres://u:secret@localhost/x":                                                nil,
		"postgres:///x?host=/var/run/postgresql&user=u&password=secret":                  nil,
		"postgres://u:secret@/x?host=/var/run/postgresql,db.example.com&sslmode=disable": {"db.example.com"},
	} {
		config, err := Config(url, "test")
		if err != nil {
			t.Fatal(url, err)
		}
		if got := Unencrypted(config.ConnConfig); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
		var log bytes.Buffer
		WarnUnencrypted(config.ConnConfig, "DATABASE_URL", slog.New(slog.NewTextHandler(&log, nil)))
		if said := log.String(); (said != "") != (want != nil) || strings.Contains(said, "secret") || said != "" && !strings.Contains(said, "variable=DATABASE_URL") {
			t.Errorf("%s: the log says %q", url, said)
		}
	}
}
