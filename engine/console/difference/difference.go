package difference

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// mostChanges limits the changes between two values.
const mostChanges = 100

// mostValue limits the bytes of a changed value.
const mostValue = 400

// Change is one place at which two JSON values differ.
type Change struct {
	Path   string // such as Lines[2].Amount; "": the whole value
	Before string // JSON; "": the place is new
	After  string // JSON; "": the place is gone
}

// Between returns the places at which two JSON values differ, ordered by path. A value that is nil
// or not JSON counts as null. If there are many places, Between returns only the first.
func Between(before, after []byte) []Change {
	var found changes
	found.compare("", decode(before), decode(after))
	return found
}

func decode(data []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // a float64 could not tell two large numbers apart
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

type changes []Change

func (c *changes) compare(path string, before, after any) {
	before, after = named(before), named(after)
	switch was := before.(type) {
	case map[string]any:
		if is, same := after.(map[string]any); same {
			c.compareFields(path, was, is)
			return
		}
	case []any:
		if is, same := after.([]any); same {
			c.compareItems(path, was, is)
			return
		}
	}
	if before != after { // two objects or two lists were compared above; other values are comparable
		c.add(Change{path, shown(before), shown(after)})
	}
}

func (c *changes) compareFields(path string, before, after map[string]any) {
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		at := name
		if path != "" {
			at = path + "." + name
		}
		was, had := before[name]
		is, has := after[name]
		switch {
		case !had:
			c.add(Change{at, "", shown(named(is))})
		case !has:
			c.add(Change{at, shown(named(was)), ""})
		default:
			c.compare(at, was, is)
		}
	}
}

func (c *changes) compareItems(path string, before, after []any) {
	for i := range max(len(before), len(after)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(before):
			c.add(Change{at, "", shown(after[i])})
		case i >= len(after):
			c.add(Change{at, shown(before[i]), ""})
		default:
			c.compare(at, before[i], after[i])
		}
	}
}

func (c *changes) add(change Change) {
	if len(*c) < mostChanges {
		*c = append(*c, change)
	}
}

// named returns a UUID that was encoded as a list of 16 bytes as text, and any other value unchanged.
func named(value any) any {
	list, is := value.([]any)
	if !is || len(list) != len(uuid.UUID{}) {
		return value
	}
	var id uuid.UUID
	for i, item := range list {
		digits, _ := item.(json.Number)
		n, err := strconv.ParseUint(digits.String(), 10, 8)
		if err != nil {
			return value
		}
		id[i] = byte(n)
	}
	return id.String()
}

// shown returns a value as JSON in one line.
func shown(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // the page's template escapes
	if encoder.Encode(value) != nil {
		return "?"
	}
	return cut(Hide(string(bytes.TrimSpace(text.Bytes()))), mostValue)
}
