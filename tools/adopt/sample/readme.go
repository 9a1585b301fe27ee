package sample

import (
	"regexp"
	"strings"
)

// ofYours replaces the sample's names in the README's picture.
var ofYours = strings.NewReplacer("account.Decide ──▶", "your.Decide ─────▶", "balances.Queries ◀──", "your.Queries ◀──────", "balances.Apply ◀──", "your.Apply ◀──────")

// ofSampleInLayout removes what the README's layout says of the sample, where no marks can stand.
var ofSampleInLayout = strings.NewReplacer(", and all that is tried on the sample", "", ", takes the sample out", "")

// blanks matches the empty lines that are left where a part was removed.
var blanks = regexp.MustCompile(`\n{3,}`)

// ofEngine returns the README without the sample's parts, and with a picture that has none of the
// sample's names.
func ofEngine(readme string) string {
	return ofSampleInLayout.Replace(ofYours.Replace(blanks.ReplaceAllString(readme, "\n\n")))
}
