//go:build all && unix

package restore_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
)

// The encryption keys have a separate backup, which is older than the backup of the rest of the
// database. A person who was erased between the two backups stays erased after both backups are
// restored. The data of all other persons can be read.
func TestKeysAreRestoredApart(t *testing.T) {
	t.Parallel()
	broker, server := startBroker(t), startServer(t)
	key := "KEY_URI=file://" + filepath.Join(t.TempDir(), "key.json")
	source := database(t, server)
	run(t, []string{"DATABASE_URL=" + source, key}, own("migrate"))
	before := serve(t, source, broker, key)
	ada, bob := before.register("Ada Unforgotten"), before.register("Bob Remembered")

	keys, rest := filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "rest")
	run(t, nil, tool(t, "pg_dump"), "--format=custom", "--schema=keys", "--file="+keys, "--dbname="+source)
	before.call(http.MethodDelete, "/v1/customers/"+ada.String(), "")
	run(t, nil, tool(t, "pg_dump"), "--format=custom", "--exclude-schema=keys", "--file="+rest, "--dbname="+source)
	before.stop()
	server.Stop()

	restored := databaseURL(t, startServer(t).URL, "restored")
	run(t, nil, tool(t, "psql"), "--dbname="+databaseURL(t, restored, "postgres"), "--command=CREATE DATABASE restored",
		"--command="+roles)
	for _, dump := range []string{keys, rest} { // the order matters: a trigger in rest calls a function of keys
		run(t, nil, tool(t, "pg_restore"), "--exit-on-error", "--dbname="+restored, dump)
	}
	if said := run(t, []string{"DATABASE_URL=" + restored}, own("migrate"), "erase-again"); !strings.HasPrefix(said, "1 keys") {
		t.Errorf("it says %s", said)
	}
	after := serve(t, restored, broker, key)
	if export := after.call(http.MethodGet, "/v1/customers/"+ada.String()+"/export", ""); strings.Contains(export, "Unforgotten") || !strings.Contains(export, `"erased"`) {
		t.Errorf("Ada, who was erased: %s", export)
	}
	if export := after.call(http.MethodGet, "/v1/customers/"+bob.String()+"/export", ""); !strings.Contains(export, "Bob Remembered") {
		t.Errorf("Bob: %s", export)
	}
	after.call(http.MethodDelete, "/v1/customers/"+bob.String(), "")
	if left := one[int](t, connect(t, restored), `SELECT count(*) FROM keys.persons`); left != 0 {
		t.Errorf("%d keys are left of nobody", left)
	}
}

// register registers a customer, waits until the read model contains the customer, and returns the
// customer's id.
func (s *service) register(name string) uuid.UUID {
	s.t.Helper()
	made, err := s.post("/v1/customers", `{"name":"`+name+`","email":"`+strings.ReplaceAll(name, " ", ".")+`@example.com"}`)
	if err != nil {
		s.t.Fatal(err)
	}
	await.True(s.t, name+" can be read", func() bool {
		status, _ := s.api.Probe("/v1/customers/" + made.ID.String())
		return status == http.StatusOK
	})
	return made.ID
}

// call sends a request and returns the body of the answer. call fails the test if the answer is not
// a success.
func (s *service) call(method, path, body string) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.api.Address+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s %v", method, path, answer.StatusCode, text, err)
	}
	return string(text)
}
