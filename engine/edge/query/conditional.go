package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"example.com/pgcqrs/engine/command"
)

var entityTag = regexp.MustCompile(`(W/)?"([^"]*)"`)

// preconditionOf reads If-Match, whose form the contract has checked. A weak tag
// never matches, nor does one that is no version of ours.
func preconditionOf(ifMatch *string) command.Precondition {
	if ifMatch == nil {
		return command.Precondition{}
	}
	if strings.TrimSpace(*ifMatch) == "*" {
		return command.Precondition{Any: true}
	}
	condition := command.Precondition{Versions: []int64{}} // not nil: a list of none is a condition, too
	for _, tag := range entityTag.FindAllStringSubmatch(*ifMatch, -1) {
		version, err := strconv.ParseInt(tag[2], 10, 64)
		if weak := tag[1] != ""; !weak && err == nil && strconv.FormatInt(version, 10) == tag[2] {
			condition.Versions = append(condition.Versions, version)
		}
	}
	return condition
}

// hasWeakTag says whether If-Match has a tag that can match nothing for its W/ alone.
func hasWeakTag(ifMatch string) bool {
	for _, tag := range entityTag.FindAllStringSubmatch(ifMatch, -1) {
		if tag[1] != "" {
			return true
		}
	}
	return false
}

// noneMatch says whether the client has none of what If-None-Match lists. The
// comparison is the weak one; a malformed header lists nothing.
func noneMatch(ifNoneMatch *string, tag string) bool {
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

// answer is a query's: the body, or 304 for a client that has it.
type answer struct {
	tag      string // without its quotes
	position int64
	link     string // of the next page, if there is one
	personal bool   // it must be kept nowhere: it would outlive the person's erasure
	body     []byte // nil: 304
}

// tagOf is for what has no version of its own.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func (a answer) write(w http.ResponseWriter) error {
	header := w.Header()
	header.Set("ETag", `"`+a.tag+`"`)
	header.Set("Event-Position", strconv.FormatInt(a.position, 10))
	if !a.personal { // the others may be kept, and are asked about each time
		header.Set("Cache-Control", "private, no-cache")
	}
	if a.body == nil {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if a.link != "" {
		header.Set("Link", "<"+a.link+`>; rel="next"`)
	}
	header.Set("Content-Type", "application/json")
	_, err := w.Write(append(a.body, '\n'))
	return err
}
