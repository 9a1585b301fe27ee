package privacy

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestTextsThatAreTheSameButForCaseAndEncoding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"John@Example.com", "john@example.COM", true},
		{"ΣΊΣΥΦΟΣ@example.gr", "σίσυφος@example.gr", true},
		{"ſam@example.com", "SAM@example.com", true},
		{"andr\u00e9@example.fr", "ANDRE\u0301@example.fr", true},
		{"\u212aelvin@example.com", "kelvin@example.com", true},
		{"stra\u00dfe@example.de", "STRASSE@example.de", true},
		{"\u1e9eu@example.de", "SSU@example.de", true},
		{"\u0390@example.gr", "\u0399\u0308\u0301@example.gr", true},
		{"\u13a0@example.us", "\uab70@example.us", true},
		{"andre@example.fr", "andr\u00e9@example.fr", false},
		{"\u0131@example.tr", "i@example.tr", false},
		{"a@example.com", "b@example.com", false},
		{"", "", true},
	} {
		if same := Fold(test.one) == Fold(test.other); same != test.same {
			t.Errorf("%q and %q: the same %v", test.one, test.other, same)
		}
	}
}

// Every letter has the form of its other cases, and what is folded stays as it is.
func TestEveryLetterFoldsToOneForm(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			continue
		}
		folded := Fold(string(r))
		if again := Fold(folded); again != folded {
			t.Errorf("%q folds to %q, and that to %q", r, folded, again)
		}
		if other := unicode.SimpleFold(r); Fold(string(other)) != folded {
			t.Errorf("%q folds to %q, and %q to %q", r, folded, other, Fold(string(other)))
		}
		if composed := norm.NFC.String(string(r)); Fold(composed) != folded || Fold(norm.NFD.String(composed)) != folded {
			t.Errorf("%q folds to %q, and otherwise encoded to another", r, folded)
		}
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if folded := Fold(text); Fold(folded) != folded {
			t.Fatalf("%q folds to %q, and that to %q", text, folded, Fold(folded))
		}
	})
}
