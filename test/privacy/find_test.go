package privacy_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/privacy"
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
			found, err := w.keys.Find(t.Context(), "email", email)
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
	sum.Write([]byte("email\n" + strings.ToLower(stored)))
	if _, err := w.owner.Exec(t.Context(), `UPDATE keys.lookups SET index = $1 WHERE person_id = $2`, sum.Sum(nil), id); err != nil {
		t.Fatal(err)
	}
	for email, there := range map[string]bool{stored: true, "σίΣυφος@EXAMPLE.gr": true, "sisyphos@example.gr": false} {
		found, err := w.keys.Find(t.Context(), "email", email)
		if err != nil || slices.Contains(found, id) != there {
			t.Errorf("%q finds %v, %v", email, found, err)
		}
	}
}
