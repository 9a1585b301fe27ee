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

// PreconditionOf decodes the header If-Match. The form of the header was already checked against
// the contract. A weak tag, or a tag that is not a version number, matches no version.
func PreconditionOf(ifMatch *string) event.Precondition {
	if ifMatch == nil {
		return event.Precondition{}
	}
	if strings.TrimSpace(*ifMatch) == "*" {
		return event.Precondition{Any: true}
	}
	condition := event.Precondition{Versions: []int64{}} // not nil: an empty list accepts no version
	for _, tag := range entityTag.FindAllStringSubmatch(*ifMatch, -1) {
		version, err := strconv.ParseInt(tag[2], 10, 64)
		if weak := tag[1] != ""; !weak && err == nil && strconv.FormatInt(version, 10) == tag[2] {
			condition.Versions = append(condition.Versions, version)
		}
	}
	return condition
}

// HasWeakTag reports whether the header If-Match has a weak tag. A weak tag matches no version.
func HasWeakTag(ifMatch string) bool {
	for _, tag := range entityTag.FindAllStringSubmatch(ifMatch, -1) {
		if tag[1] != "" {
			return true
		}
	}
	return false
}

// NoneMatch reports whether the header If-None-Match does not list the tag, so that the client
// needs the body. The comparison is weak (RFC 9110, 8.8.3.2). A header without a valid tag lists no
// tag.
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

// Answer is the answer to a query: a body, or the status 304 if the client already has the body.
type Answer struct {
	Tag      string // entity tag without its quotes
	Position int64
	Link     string // link to the next page; "": there is no next page
	Personal bool   // whether the body has personal data, so that no cache may store it: the stored copy would remain after the person was erased
	Body     []byte // nil: the status is 304
}

// tagOf returns an entity tag for a body that has no version number: a hash of the body.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Write writes the answer's headers and its body.
func (a Answer) Write(w http.ResponseWriter) error {
	header := w.Header()
	header.Set("ETag", `"`+a.Tag+`"`)
	header.Set("Event-Position", strconv.FormatInt(a.Position, 10))
	if !a.Personal { // a client may store other answers, but must revalidate them at each use
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
