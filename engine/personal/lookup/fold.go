package lookup

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the same text for texts that differ only by letter case, or by the encoding of their
// accents. It uses Unicode's canonical caseless matching (The Unicode Standard, 3.13, D145), the
// same for every language. The text of a search and the text of a candidate are compared by it.
func Fold(text string) string {
	return norm.NFC.String(cases.Fold().String(strings.Map(oneCherokee, norm.NFD.String(text))))
}

// oneCherokee returns the capital of a Cherokee letter, since cases.Fold turns each case of these
// letters into the other.
func oneCherokee(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}
