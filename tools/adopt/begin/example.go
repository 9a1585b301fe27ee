package begin

import (
	"regexp"
	"strings"
)

// Example holds a page of docs/ that a test pastes, and from which something new is made.
type Example struct {
	Page   string
	name   string // of the thing that the page makes
	Folder string // of its package
	naming string
	begin  string // the file to begin with
	plural string // the suffix of the plural
}

var (
	Aggregate  = Example{"docs/replace-the-sample.md", "cart", "internal/write/", "in the singular, like invoice", "internal/events/cart.go", "s"}
	Projection = Example{"docs/how-to/add-a-projection.md", "tallies", "internal/read/", "in the plural, like letters", "internal/read/tallies/tallies.go", ""}
)

// renamed replaces the example's name by another name.
func (like Example) renamed(text, name string) string {
	capital := func(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
	text = strings.NewReplacer(like.name, name, capital(like.name), capital(name), strings.ToUpper(like.name), strings.ToUpper(name)).Replace(text)
	if strings.ContainsAny(name[:1], "aeiou") {
		text = regexp.MustCompile(`\b([Aa]) (`+name+`|`+capital(name)+`)`).ReplaceAllString(text, "${1}n $2")
	}
	return text
}
