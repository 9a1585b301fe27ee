package sample

import (
	"regexp"
	"strings"
)

// ofYours are the sample's names in the README's picture, and what stands there without it.
var ofYours = strings.NewReplacer("account.Decide ──▶", "your.Decide ─────▶", "balances.Queries ◀──", "your.Queries ◀──────", "balances.Apply ◀──", "your.Apply ◀──────")

// ofSampleInLayout are what the README's layout says of the sample, where no marks can stand.
var ofSampleInLayout = strings.NewReplacer(", and all that is tried on the sample", "", ", takes the sample out", "")

// blanks are empty lines that are left where something stood between them.
var blanks = regexp.MustCompile(`\n{3,}`)

// ofEngine returns the README, without the sample's parts, with a picture that has none of its names.
func ofEngine(readme string) string {
	return ofSampleInLayout.Replace(ofYours.Replace(blanks.ReplaceAllString(readme, "\n\n")))
}
