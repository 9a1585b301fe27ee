//go:build all && linux

package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/test/testdb"
	"example.com/pgcqrs/tools/lab/attacks/catalog"
	"example.com/pgcqrs/tools/lab/attacks/database"
	"example.com/pgcqrs/tools/lab/attacks/generator"
	"example.com/pgcqrs/tools/lab/attacks/report"
	"example.com/pgcqrs/tools/lab/attacks/world"
)

// The attacker process is this program, started with an argument. In a test, this program is the
// test binary.
func TestMain(m *testing.M) {
	if generator.Generates() {
		os.Exit(generator.Generate(context.Background(), catalog.Send))
	}
	_ = os.Setenv("UNSAFE_DATABASE", "accept") // lets the programs accept the tests' server
	os.Exit(m.Run())
}

// tries is the number of attempts for an attack. The test fails only if every attempt fails,
// because a busy machine may disturb a single attempt.
const tries = 3

// This test checks that no client can stop the service for another client. The limits allow slow
// answers, because the machine may be busy. So the test finds out whether the service lacks a
// bound, but does not measure how much an attack slows other clients.
func TestNoClientStopsAnother(t *testing.T) { //nolint:paralleltest // parallel tests would disturb the measurement
	url := testdb.New(t)
	o := options{}.shortened()
	w, err := world.New(t.Context(), o.world, database.URLs{
		Owner: url, API: testdb.As(t, url, role.API), Projector: testdb.As(t, url, role.Projector), Worker: testdb.As(t, url, role.Worker),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	for _, a := range catalog.All { //nolint:paralleltest // parallel tests would disturb the measurement
		t.Run(a.Name, func(t *testing.T) {
			var wrong []string
			for range tries {
				r, err := suffer(t.Context(), w, o, a)
				if err != nil {
					t.Fatal(err)
				}
				t.Log(r.Line())
				if wrong = r.Wrong(report.Generous); len(wrong) == 0 {
					return
				}
			}
			t.Error(strings.Join(wrong, "; "))
		})
	}
}
