package query

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/event"
)

var entityTag = regexp.MustCompile(`(W/)?"([^"]*)"`)

// PreconditionOf reads If-Match, whose form the contract has checked. A weak tag never matches, and
// neither does a tag that is not a version of this API.
func PreconditionOf(ifMatch *string) event.Precondition {
	if ifMatch == nil {
		return event.Precondition{}
	}
	if strings.TrimSpace(*ifMatch) == "*" {
		return event.Precondition{Any: true}
	}
	condition := event.Precondition{Versions: []int64{}} // not nil: an empty list is a condition, too
	for _, tag := range entityTag.FindAllStringSubmatch(*ifMatch, -1) {
		version, err := strconv.ParseInt(tag[2], 10, 64)
		if weak := tag[1] != ""; !weak && err == nil && strconv.FormatInt(version, 10) == tag[2] {
			condition.Versions = append(condition.Versions, version)
		}
	}
	return condition
}

// HasWeakTag reports whether If-Match has a tag that can't match only because of its W/.
func HasWeakTag(ifMatch string) bool {
	for _, tag := range entityTag.FindAllStringSubmatch(ifMatch, -1) {
		if tag[1] != "" {
			return true
		}
	}
	return false
}

// NoneMatch reports whether the client has none of the versions that If-None-Match lists. The
// comparison is the weak one; a malformed header lists nothing.
func NoneMatch(ifNoneMatch *string, tag string) bool {
	if ifNoneMatch == nil {
		return true
	}
	if strings.TrimSpace(*ifNoneMatch) == "*" {
		return false
	}
	for _, listed := range entityTag.FindAllStringSubmatch(*ifNoneMatch, -1) {
		if listed[2] == tag {
			return false
		}
	}
	return true
}

// Answer is the answer of a query: the body, or 304 for a client that has it already.
type Answer struct {
	Tag      string // without quotes
	Position int64
	Link     string // of the next page, if there is one
	Personal bool   // it must not be stored anywhere: it would outlive the person's erasure
	Body     []byte // nil: 304
}

// tagOf returns a tag for a body that has no version of its own.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Write writes the answer.
func (a Answer) Write(w http.ResponseWriter) error {
	header := w.Header()
	header.Set("ETag", `"`+a.Tag+`"`)
	header.Set("Event-Position", strconv.FormatInt(a.Position, 10))
	if !a.Personal { // other answers may be stored, but must be revalidated each time
		header.Set("Cache-Control", "private, no-cache")
	}
	if a.Body == nil {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if a.Link != "" {
		header.Set("Link", "<"+a.Link+`>; rel="next"`)
	}
	header.Set("Content-Type", "application/json")
	_, err := w.Write(append(a.Body, '\n'))
	return err
}
