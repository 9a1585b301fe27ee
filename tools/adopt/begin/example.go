package begin

import (
	"regexp"
	"strings"
)

// Example is a page of docs/ that a test pastes: what something new begins as.
type Example struct {
	Page   string
	name   string // of what the page makes
	Folder string // of its package
	naming string
	begin  string // the file to begin with
	plural string // what the name gets where there are many
}

var (
	Aggregate  = Example{"docs/replace-the-sample.md", "cart", "internal/write/", "in the singular, like invoice", "internal/events/cart.go", "s"}
	Projection = Example{"docs/how-to/add-a-projection.md", "tallies", "internal/read/", "in the plural, like letters", "internal/read/tallies/tallies.go", ""}
)

// renamed puts another name in the example's place.
func (like Example) renamed(text, name string) string {
	capital := func(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
	text = strings.NewReplacer(like.name, name, capital(like.name), capital(name), strings.ToUpper(like.name), strings.ToUpper(name)).Replace(text)
	if strings.ContainsAny(name[:1], "aeiou") {
		text = regexp.MustCompile(`\b([Aa]) (`+name+`|`+capital(name)+`)`).ReplaceAllString(text, "${1}n $2")
	}
	return text
}
