package query

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

	"example.com/pgcqrs/engine/edge/problem"
)

const usualLimit = 50

// Cursor says where a page of a list starts. Clients must not interpret the encoded cursor.
type Cursor struct {
	Of      string    `json:"o"` // name of the list and its order; a cursor of another list is refused
	Key     string    `json:"k,omitempty"`
	ID      uuid.UUID `json:"i,omitzero"`
	Version int64     `json:"v,omitempty"`
}

// Encode returns the cursor as the text that clients get.
func (c Cursor) Encode() *string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // the cursor has only strings and numbers, so encoding can't fail
	}
	return new(base64.RawURLEncoding.EncodeToString(text))
}

// CursorOf decodes a cursor, which must belong to the list that the caller names. If text is nil,
// CursorOf returns the zero Cursor, the start of the first page.
func CursorOf(text *string, of string) (Cursor, error) {
	if text == nil {
		return Cursor{}, nil
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(*text)
	if err != nil {
		return Cursor{}, BadCursor()
	}
	var c Cursor
	decoder := json.NewDecoder(bytes.NewReader(decoded))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil || !utf8.Valid(decoded) || strings.ContainsRune(c.Key, 0) || c.Version < 0 {
		return Cursor{}, BadCursor()
	}
	if c.Of != of {
		return Cursor{}, badCursor("belongs to another list or sort; send it with what it came from")
	}
	return c, nil
}

// BadCursor returns the error for a text that is not a cursor of this API.
func BadCursor() error { return badCursor("is not one of this API's cursors") }

func badCursor(detail string) error {
	return problem.Invalid{{Field: "cursor", Rule: new("cursor"), Detail: detail}}
}

// LimitOf returns how many items a page may have: the limit that the client has sent, or the
// default if limit is nil.
func LimitOf(limit *int) int {
	if limit == nil {
		return usualLimit
	}
	return *limit
}

// Page encodes a list as an answer. The parameter from is the request's URL, and next is the cursor
// of the next page. If next is not nil, the answer has a link to the next page.
func Page(from *url.URL, body any, next *string, position int64, ifNoneMatch *string) (Answer, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return Answer{}, fmt.Errorf("encode page: %w", err)
	}
	a := Answer{Tag: tagOf(text), Position: position, Body: text, Link: nextLink(from, next)}
	if !NoneMatch(ifNoneMatch, a.Tag) {
		a.Body = nil
	}
	return a, nil
}

// nextLink returns a link to the next page: the request's URL with its filters and the next cursor.
// The link is relative (RFC 3986, 4.2), so that it also works if a proxy serves the API under a
// path prefix. The link repeats the last segment of the path. Some client libraries are older than
// RFC 3986, and would drop the last segment if the link began with the query.
func nextLink(from *url.URL, next *string) string {
	if next == nil {
		return ""
	}
	return NextLink(from, "cursor", *next)
}

// NextLink returns a relative link to the request's URL, with a new value for one query parameter.
func NextLink(from *url.URL, name, value string) string {
	query := from.Query()
	query.Set(name, value)
	return path.Base(from.Path) + "?" + query.Encode()
}
