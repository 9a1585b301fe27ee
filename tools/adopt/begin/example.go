package begin

import (
	"regexp"
	"strings"
)

// Example describes a page of docs/ with an example of an aggregate or a projection. New copies
// the code of the page under a new name, and so makes an aggregate or a projection. A test runs the
// page's code blocks.
type Example struct {
	Page   string
	name   string // the name of the aggregate or projection on the page
	Folder string // the parent folder of its package
	naming string
	begin  string // the file that the user edits first
	plural string // the suffix of the plural of name
}

var (
	Aggregate  = Example{"docs/replace-the-sample.md", "cart", "internal/write/", "in the singular, like invoice", "internal/events/cart.go", "s"}
	Projection = Example{"docs/how-to/add-a-projection.md", "tallies", "internal/read/", "in the plural, like letters", "internal/read/tallies/tallies.go", ""}
)

// renamed replaces the example's name in a text by the new name.
func (like Example) renamed(text, name string) string {
	capital := func(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
	text = strings.NewReplacer(like.name, name, capital(like.name), capital(name), strings.ToUpper(like.name), strings.ToUpper(name)).Replace(text)
	if strings.ContainsAny(name[:1], "aeiou") {
		text = regexp.MustCompile(`\b([Aa]) (`+name+`|`+capital(name)+`)`).ReplaceAllString(text, "${1}n $2")
	}
	return text
}
