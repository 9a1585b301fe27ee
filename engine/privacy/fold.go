package privacy

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the same text for texts that differ by letter case only, or by how their accents are encoded: by Unicode's
// canonical caseless matching (The Unicode Standard, 3.13, D145), for every language alike. What Find looks for and what
// it finds are compared by it.
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

// folds are the forms under which a text is indexed and looked for: as it is folded today, and as it was at first, so
// that programs of before and of today find what the other has indexed while they run side by side.
func folds(text string) []string {
	today, before := Fold(text), strings.ToLower(text)
	if before == today {
		return []string{today}
	}
	return []string{today, before}
}
