package personal_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/lookup"
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
			if lookup.Fold(stored) != lookup.Fold(email) {
				t.Errorf("%q and %q are not the same to who compares", stored, email)
			}
		}
	}
}

// find returns all persons who have the given text in the given field. It searches by lookups,
// which are keyed hashes of the texts.
func (w *world) find(keys *personal.Keys, field, text string) (persons []uuid.UUID, err error) {
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
