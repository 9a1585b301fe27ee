//go:build all

package adopt_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// These pages of docs/ explain how to change the stored form of an event or of a read model. Each
// page changes the code of the template's sample. No two pages change the same part of the sample.
const (
	changesShapes     = "../../../docs/how-to/change-the-shape-of-an-event.md"
	renamesEvent      = "../../../docs/how-to/rename-an-event.md"
	changesProjection = "../../../docs/how-to/change-a-projection.md"
)

// TestShapesChangeUnderWhatIsStored runs a second release of the service on the data of the first
// release. In the second release, one event has a new form, a second event has a new name, and a
// read model has a new column. The second release must read, decide on and project the events that
// the first release recorded.
func TestShapesChangeUnderWhatIsStored(t *testing.T) { //nolint:tparallel // the subtests depend on each other
	t.Parallel()
	dir, data := clone(t), dataDir(t)
	t.Run("a release records", func(t *testing.T) {
		startOn(t, dir, data).moves(t, `accounts -d '{"id":"`+moved+`","owner":"Ada","currency":"EUR"}'`,
			`accounts/`+moved+`/deposits -d '{"amount":1000}'`, `accounts/`+moved+`/withdrawals -d '{"amount":250}'`)
	})
	golden := goldenFiles(t, dir)
	projection := blocksOf(t, changesProjection)
	live := len(projection) - 1 // index of the block that needs the running service
	for _, block := range slices.Concat(blocksOf(t, changesShapes), blocksOf(t, renamesEvent), projection[:live]) {
		paste(t, dir, block)
	}
	lacksNone(t, goldenFiles(t, dir), golden)

	service := startOn(t, dir, data)
	service.moves(t, `accounts/`+moved+`/deposits -d '{"amount":7}'`, `accounts/`+moved+`/withdrawals -d '{"amount":750}'`)
	service.has(t, storedSQL, "account.opened.1 account.money_deposited.1 account.money_withdrawn.1 account.credited.1 account.money_withdrawn.2")
	service.has(t, paidInSQL, "7 of 7")
	said := service.paste(t, projection[live], "postgres://postgres@127.0.0.1:5432/pgcqrs", service.database)
	if !strings.Contains(said, "the new tables serve") {
		t.Errorf("the rebuild says %s", said)
	}
	service.has(t, paidInSQL, "1007 of 7")
}

const (
	moved = "0197a1f2-5c3d-7e4f-8a9b-00000000005e" // id of the account

	storedSQL = `SELECT string_agg(type || '.' || schema_version, ' ' ORDER BY position) FROM events WHERE stream_type = 'account'`
	paidInSQL = `SELECT paid_in || ' of ' || balance FROM balances WHERE account_id = '` + moved + `'`
)

// moves sends commands with the token of the user Ada. Then it waits until the account's balance
// includes the effect of the last command.
func (s *service) moves(t *testing.T, commands ...string) {
	t.Helper()
	const read = `; curl -fsS $API/v1/accounts/` + moved + ` -H "$ADA" -H "Min-Position: $AT"`
	script := `API=` + s.api + ` ADA="Authorization: Bearer $(curl -fsS ` + s.issuer + `/tokens/ada)"`
	for _, command := range commands {
		script += `; SAID=$(curl -fsS -H "$ADA" -H 'Content-Type: application/json' $API/v1/` + command + `)`
	}
	paste(t, s.dir, script+`; AT=$(sed 's/.*"position":"\([0-9]*\)".*/\1/' <<< "$SAID")`+read)
}

// has checks that a query returns the expected text.
func (s *service) has(t *testing.T, sql, want string) {
	t.Helper()
	if got := s.asked(t, sql); got != want {
		t.Errorf("it has %q, not %q", got, want)
	}
}

func (s *service) asked(t *testing.T, sql string) (text string) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), s.database)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(t.Context())
	if err := connection.QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// goldenFiles returns the contents of a copy's golden files, grouped by the stored name and the
// version of the event. Some golden files contain an event without one of its optional fields, and
// the names of these files say so. Such a file belongs to the same version of the event as the file
// with the field.
func goldenFiles(t *testing.T, dir string) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "internal/events/testdata/*.[0-9]*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d golden files: %v", len(paths), err)
	}
	files := make(map[string][]string)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		shape := regexp.MustCompile(`(-[a-z-]+)?\.json$`).ReplaceAllString(filepath.Base(path), "")
		files[shape] = append(files[shape], string(content))
	}
	return files
}

// lacksNone checks that each old golden file still exists and is unchanged, and that at least one
// golden file is new.
func lacksNone(t *testing.T, now, before map[string][]string) {
	t.Helper()
	for shape, contents := range before {
		for _, content := range contents {
			if !slices.Contains(now[shape], content) {
				t.Errorf("the golden file of %s is gone: %s", shape, content)
			}
		}
	}
	for _, shape := range []string{"account.credited.1", "account.money_withdrawn.2", "account.paid_out.1", "account.noted.1"} {
		if len(now[shape]) != 1 {
			t.Errorf("%s has %d golden files", shape, len(now[shape]))
		}
	}
	if len(now["account.closed.1"]) != 2 {
		t.Errorf("account.closed.1 is %q, which is not one without a reason and one with it", now["account.closed.1"])
	}
}
