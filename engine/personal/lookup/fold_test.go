package lookup

import (
	"math/rand/v2"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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

// The capital form and the small form of a letter fold to the same form, and folding a folded text
// does not change it.
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

func FuzzFoldingTwiceIsFoldingOnce(f *testing.F) {
	for _, text := range []string{"", "John@Example.com", "ΣΊΣΥΦΟΣ", "ſẞİıŉǰΐ", "e\u0301\u0327", "\xff\u0345a"} {
		f.Add(text)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 1000 { // a plain go test runs these texts, too
		runes := make([]rune, random.IntN(20))
		for i := range runes {
			runes[i] = random.Int32N(unicode.MaxRune >> random.IntN(14))
		}
		f.Add(string(runes))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if folded := Fold(text); Fold(folded) != folded {
			t.Errorf("%q folds to %q, and that to %q", text, folded, Fold(folded))
		}
	})
}
