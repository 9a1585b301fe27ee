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

// The attacker is this program with an argument; in this test it is the test binary.
func TestMain(m *testing.M) {
	if generator.Generates() {
		os.Exit(generator.Generate(context.Background(), catalog.Send))
	}
	_ = os.Setenv("UNSAFE_DATABASE", "accept") // the tests' server, for the programs
	os.Exit(m.Run())
}

// A busy machine disturbs one try, but not each of several.
const tries = 3

// No client stops another one. The limits allow for a busy machine: they find a missing bound, not
// the cost of an attack.
func TestNoClientStopsAnother(t *testing.T) { //nolint:paralleltest // it measures
	url := testdb.New(t)
	o := options{}.shortened()
	w, err := world.New(t.Context(), o.world, database.URLs{Owner: url, API: testdb.As(t, url, role.API), Projector: testdb.As(t, url, role.Projector)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	for _, a := range catalog.All { //nolint:paralleltest // it measures
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
