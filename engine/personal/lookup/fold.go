package lookup

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the same text for texts that differ only by letter case, or by the encoding of their
// accents. Fold uses Unicode's canonical caseless matching (The Unicode Standard, 3.13, D145),
// which is the same for every language. To compare the text of a search with the text of a
// candidate, fold both texts first.
func Fold(text string) string {
	return norm.NFC.String(cases.Fold().String(strings.Map(oneCherokee, norm.NFD.String(text))))
}

// oneCherokee returns the capital form of a Cherokee letter. Without oneCherokee, the two forms of
// the letter would not become equal: cases.Fold changes the capital form to the small form, and the
// small form to the capital form.
func oneCherokee(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}
