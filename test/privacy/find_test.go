package privacy_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/privacy"
)

func TestPersonsAreFoundWhateverTheLetterCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for stored, asked := range map[string][]string{
		"John@example.com":                {"john@example.com", "JOHN@EXAMPLE.COM"},
		"ΣΊΣΥΦΟΣ@example.gr":              {"σίσυφος@example.gr", "Σίσυφοσ@example.gr"},
		"\u017fam@example.com":            {"sam@example.com", "SAM@example.com"},
		"andr\u00e9@example.fr":           {"andre\u0301@example.fr", "ANDRE\u0301@example.fr", "ANDR\u00c9@example.fr"},
		"zoe\u0308@example.nl":            {"zo\u00eb@example.nl"},
		"stra\u00dfe@example.de":          {"STRASSE@example.de"},
		"\u212aelvin@thermo.example":      {"kelvin@thermo.example"},
		"\u1f84\u0345x@iota.example":      {"\u1f84\u0345X@iota.example"},
		"\u0412\u0421\u0415@example.test": {"\u0432\u0441\u0435@example.test"},
	} {
		id, _ := w.register("Somebody", stored)
		for _, email := range append(asked, stored) {
			found, err := w.find(w.keys, "email", email)
			if err != nil || !slices.Equal(found, []uuid.UUID{id}) {
				t.Errorf("%q is not found by %q: %v, %v", stored, email, found, err)
			}
			if privacy.Fold(stored) != privacy.Fold(email) {
				t.Errorf("%q and %q are not the same to who compares", stored, email)
			}
		}
	}
}

// What was indexed in lower case, before Unicode's folding, is found as it was.
func TestWhoIsIndexedInLowerCaseIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const stored = "Σίσυφος@example.gr"
	id, _ := w.register("Sisyphos", stored)
	for _, sql := range []string{`DELETE FROM keys.lookups WHERE index <> $1 AND person_id = $2`, `INSERT INTO keys.lookups (field, index, person_id) VALUES ('email', $1, $2) ON CONFLICT DO NOTHING`} {
		if _, err := w.owner.Exec(t.Context(), sql, w.indexOf(t, strings.ToLower(stored)), id); err != nil {
			t.Fatal(err)
		}
	}
	for email, there := range map[string]bool{stored: true, "σίΣυφος@EXAMPLE.gr": true, "sisyphos@example.gr": false} {
		found, err := w.find(w.keys, "email", email)
		if err != nil || slices.Contains(found, id) != there {
			t.Errorf("%q finds %v, %v", email, found, err)
		}
	}
}

// find returns everybody who is indexed by a text.
func (w *world) find(keys *privacy.Keys, field, text string) (persons []uuid.UUID, err error) {
	w.t.Helper()
	indexes, err := keys.Indexes(w.t.Context(), field, text)
	if err != nil {
		return nil, err
	}
	rows, err := w.owner.Query(w.t.Context(), `SELECT DISTINCT person_id FROM keys.lookups WHERE field = $1 AND index = ANY ($2)`, field, indexes)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// indexOf is what a text is indexed by, as it stands.
func (w *world) indexOf(t *testing.T, text string) []byte {
	t.Helper()
	var wrapped []byte
	if err := w.owner.QueryRow(t.Context(), `SELECT wrapped FROM keys.secrets WHERE name = 'lookups'`).Scan(&wrapped); err != nil {
		t.Fatal(err)
	}
	operator, err := privacy.OperatorKey(w.uri)
	if err != nil {
		t.Fatal(err)
	}
	key, err := operator.Decrypt(wrapped, []byte("lookups"))
	if err != nil {
		t.Fatal(err)
	}
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte("email\n" + text))
	return sum.Sum(nil)
}

// A program of before, which looks for lower case alone, finds who is registered today.
func TestWhoIsRegisteredIsFoundByProgramsOfBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"john@example.com", "Stra\u00dfe@example.de", "zoe\u0308@example.nl", "\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3@example.gr"} {
		id, _ := w.register("Somebody", email)
		var there bool
		if err := w.owner.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM keys.lookups WHERE index = $1 AND person_id = $2)`, w.indexOf(t, strings.ToLower(email)), id).Scan(&there); err != nil || !there {
			t.Errorf("%q is not there in lower case: %v", email, err)
		}
	}
}
