package lookup

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the same text for texts that differ by letter case only, or by how their accents are encoded: by Unicode's
// canonical caseless matching (The Unicode Standard, 3.13, D145), for every language alike. A text that is looked for
// and one that is found are compared by it.
func Fold(text string) string {
	return norm.NFC.String(cases.Fold().String(strings.Map(oneCherokee, norm.NFD.String(text))))
}

// oneCherokee returns the capital of a Cherokee letter, which cases.Fold turns into the small one, and the small one into
// the capital.
func oneCherokee(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}
