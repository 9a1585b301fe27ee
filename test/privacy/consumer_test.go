package privacy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/test/testdb"
)

// The page docs/how-to/forget-a-person.md contains SQL for other services that have received a
// person's data in messages. The statements delete this data after the message about an erasure.
// The order in which messages and answers of the API arrive makes no difference. A repeated message
// makes no difference either.
func TestAConsumerForgets(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/how-to/forget-a-person.md")
	if err != nil {
		t.Fatal(err)
	}
	_, marked, _ := strings.Cut(string(text), "<!-- consumer -->\n```sql\n")
	statements, _, found := strings.Cut(marked, "```")
	if !found {
		t.Fatal("the page has no such statements")
	}
	conn, err := pgx.Connect(t.Context(), testdb.New(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	execute := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	execute(statements)
	for name, come := range map[string]string{
		"as it happened":                         "learn, forget",
		"the erasure twice":                      "learn, forget, forget",
		"an answer that was asked for before":    "learn, forget, learn",
		"the erasure first":                      "forget, learn",
		"all again":                              "learn, learn, forget, learn, learn, forget",
		"an erasure of whom nobody has heard of": "forget",
	} {
		id := uuid.New().String()
		for verb := range strings.SplitSeq(come, ", ") {
			execute(map[string]string{
				"learn": `EXECUTE learn ('` + id + `', '` + unique + `', 'zaphod@example.com')`, "forget": `EXECUTE forget ('` + id + `')`,
			}[verb])
		}
		var row string
		var forgotten bool
		if err := conn.QueryRow(t.Context(), `SELECT c::text, forgotten_at IS NOT NULL FROM contacts c WHERE person_id = $1`, id).Scan(&row, &forgotten); err != nil {
			t.Fatal(err)
		}
		if !forgotten || strings.Contains(row, "aphod") {
			t.Errorf("%s: %s", name, row)
		}
	}
	id := uuid.New().String()
	execute(`EXECUTE learn ('` + id + `', 'x', 'x'); EXECUTE learn ('` + id + `', '` + unique + `', 'y')`)
	var name string
	if err := conn.QueryRow(t.Context(), `SELECT name FROM contacts WHERE person_id = $1`, id).Scan(&name); err != nil || name != unique {
		t.Errorf("somebody who was not erased is %q: %v", name, err)
	}
}
