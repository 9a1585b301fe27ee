package event

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of tags and conditions. An append that exceeds a limit fails with ErrTags before the
// append is sent to the database.
const (
	MaxTags      = 16  // tags of one event
	MaxTagBytes  = 255 // bytes of one tag
	MaxItems     = 16  // items of one condition or query
	MaxItemTags  = 8   // tags of one item
	MaxItemTypes = 32  // event types of one item
)

// MaxBehind limits how long the check of a condition takes, because all other appends wait for the
// end of this check. The log may have at most MaxBehind events that are after the condition's
// position and have the first tag of an item. If the log has more, the append fails with
// ErrConflict. The caller can then read the events again, and gets a condition with a later
// position.
const MaxBehind = 1000

// ErrTags says that a tag, an item or a condition is not valid, or exceeds a limit. Nothing was
// appended, and the same call would fail again.
var ErrTags = errors.New("tags are not valid")

// Tagged is an event with tags, such as "course:c1" and "student:s7". A decision can read the
// events of all streams that have a tag. The decision can append its events under the Condition
// that no other event with the tag was added meanwhile. The tags of a recorded event never change.
type Tagged interface {
	Event

	// Tags returns the tags of the event. Tags must be a pure function of the event. The tags are
	// stored as they are, without encryption, and stay in the log when a person is erased:
	// therefore no tag may have personal data.
	Tags() []string
}

// Item selects the events that have all of its tags and one of its types. An item without types
// selects events of every type.
type Item struct {
	Types []string
	Tags  []string // at least one
}

// Matches reports whether the item selects an event of a type with the given tags.
func (i Item) Matches(eventType string, tags []string) bool {
	if len(i.Types) > 0 && !slices.Contains(i.Types, eventType) {
		return false
	}
	return !slices.ContainsFunc(i.Tags, func(tag string) bool { return !slices.Contains(tags, tag) })
}

// Condition refuses an append, with ErrConflict, if any of its items selects an event after the
// position After. The store checks the condition when it appends, in one step: no event can come
// between the check and the append.
type Condition struct {
	Items []Item
	After int64 // position up to which the decision has read the log (see MaxBehind)

	// Last is the id of the event at the position After. If the log has another event there,
	// because the log went back to an earlier state, the append fails with ErrConflict. If Last is
	// uuid.Nil, the id is not checked.
	Last uuid.UUID
}

// Matches reports whether any item of the condition selects an event of a type with the given tags.
func (c *Condition) Matches(eventType string, tags []string) bool {
	return c != nil && slices.ContainsFunc(c.Items, func(item Item) bool { return item.Matches(eventType, tags) })
}

// Check returns ErrTags if the condition is not valid: if After is negative, or CheckItems returns
// an error for the items.
func (c *Condition) Check() error {
	if c.After < 0 {
		return fmt.Errorf("%w: a condition begins after position %d", ErrTags, c.After)
	}
	return CheckItems(c.Items)
}

// CheckItems returns ErrTags if there are no items or too many items, or if an item is not valid.
func CheckItems(items []Item) error {
	if len(items) == 0 || len(items) > MaxItems {
		return fmt.Errorf("%w: %d items, and 1 to %d are possible", ErrTags, len(items), MaxItems)
	}
	for n, item := range items {
		if len(item.Tags) == 0 || len(item.Tags) > MaxItemTags {
			return fmt.Errorf("%w: item %d has %d tags, and 1 to %d are possible", ErrTags, n+1, len(item.Tags), MaxItemTags)
		}
		if len(item.Types) > MaxItemTypes {
			return fmt.Errorf("%w: item %d has %d types, and at most %d are possible", ErrTags, n+1, len(item.Types), MaxItemTypes)
		}
		if err := checkTexts("tag", item.Tags); err != nil {
			return err
		}
		if err := checkTexts("type", item.Types); err != nil {
			return err
		}
	}
	return nil
}

// CheckTags returns ErrTags if an event may not have the given tags.
func CheckTags(tags []string) error {
	if len(tags) > MaxTags {
		return fmt.Errorf("%w: an event has %d tags, and at most %d are possible", ErrTags, len(tags), MaxTags)
	}
	return checkTexts("tag", tags)
}

// checkTexts checks tags or event types of an item. The errors do not repeat the texts, because a
// tag may be a hash of personal data.
func checkTexts(kind string, texts []string) error {
	for n, text := range texts {
		switch {
		case text == "":
			return fmt.Errorf("%w: %s %d is empty", ErrTags, kind, n+1)
		case len(text) > MaxTagBytes:
			return fmt.Errorf("%w: %s %d has %d bytes, and at most %d are possible", ErrTags, kind, n+1, len(text), MaxTagBytes)
		case !utf8.ValidString(text):
			return fmt.Errorf("%w: %s %d is not valid UTF-8", ErrTags, kind, n+1)
		case strings.ContainsRune(text, 0):
			return fmt.Errorf("%w: %s %d has a NUL", ErrTags, kind, n+1)
		case slices.Contains(texts[:n], text):
			return fmt.Errorf("%w: %s %d is there twice", ErrTags, kind, n+1)
		}
	}
	return nil
}
