package repeats

import (
	"log/slog"
	"slices"
)

// apart lists the attributes with which lines that have the same message are not the same. Their
// values are names from the code or the configuration, so there are few.
var apart = []string{"projection", "workflow", "check", "server"}

// identity is equal for lines that are the same: they have the same level, the same message, the
// same place in the code, and the same value of the first attribute in apart that they have.
type identity struct {
	level     slog.Level
	message   string
	place     uintptr
	name, who string // the attribute; "": none
}

// identityOf returns the identity of a record. The parameter with is an attribute that all lines of
// the logger have.
func identityOf(r slog.Record, with slog.Attr) identity {
	id := identity{r.Level, r.Message, r.PC, with.Key, with.Value.String()}
	if id.name == "" {
		r.Attrs(func(a slog.Attr) bool {
			if slices.Contains(apart, a.Key) {
				id.name, id.who = a.Key, a.Value.Resolve().String()
			}
			return id.name == ""
		})
	}
	return id
}
