package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

const usualLimit = 50

// cursor is where a page starts. Clients take it as opaque.
type cursor struct {
	Of      string    `json:"o"` // the list and its order: a cursor of another one is refused
	Key     string    `json:"k,omitempty"`
	ID      uuid.UUID `json:"i,omitzero"`
	Version int64     `json:"v,omitempty"`
}

func (c cursor) encode() *string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return new(base64.RawURLEncoding.EncodeToString(text))
}

// cursorOf reads a cursor of the named list; the zero cursor if there is none.
func cursorOf(text *string, of string) (cursor, error) {
	if text == nil {
		return cursor{}, nil
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(*text)
	if err != nil {
		return cursor{}, badCursor("is not one of this API's cursors")
	}
	var c cursor
	decoder := json.NewDecoder(bytes.NewReader(decoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil || !utf8.Valid(decoded) || strings.ContainsRune(c.Key, 0) || c.Version < 0 {
		return cursor{}, badCursor("is not one of this API's cursors")
	}
	if c.Of != of {
		return cursor{}, badCursor("belongs to another list or sort; send it with what it came from")
	}
	return c, nil
}

func badCursor(detail string) error {
	return invalid{{Field: "cursor", Rule: new("cursor"), Detail: detail}}
}

func limitOf(limit *int) int {
	if limit == nil {
		return usualLimit
	}
	return *limit
}

// page turns a list's body into its answer.
func page(r *request, body any, next *string, position int64, ifNoneMatch *string) (answer, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return answer{}, fmt.Errorf("encode page: %w", err)
	}
	a := answer{tag: tagOf(text), position: position, body: text, link: nextLink(r.url, next)}
	if !noneMatch(ifNoneMatch, a.tag) {
		a.body = nil
	}
	return a, nil
}

// nextLink returns the request's own query, filters and all, from the next cursor on. It is relative (RFC 3986, 4.2), so
// that it leads back to the path that the client knows, whatever a proxy puts before it. It repeats the path's last part:
// some clients' libraries are of before RFC 3986, and take that part from a reference that begins with the query.
func nextLink(from *url.URL, next *string) string {
	if next == nil {
		return ""
	}
	query := from.Query()
	query.Set("cursor", *next)
	return path.Base(from.Path) + "?" + query.Encode()
}
