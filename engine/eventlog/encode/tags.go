package encode

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
)

// addTags adds the tags of the event that becomes the next event of the chain of appends.
func (r *Rows) addTags(e event.Event) error {
	tagged, ok := e.(event.Tagged)
	if !ok {
		return nil
	}
	tags := tagged.Tags()
	if err := event.CheckTags(tags); err != nil {
		return fmt.Errorf("encode %s: %w", e.EventType(), err)
	}
	for _, tag := range tags {
		r.Tags = append(r.Tags, TagRow{Event: len(r.Events), Tag: tag})
		r.Bytes += len(tag)
	}
	return nil
}

// checkCondition checks the condition of the next append of the chain of appends. If an event of an
// earlier append of the chain of appends matches the condition, checkCondition returns
// event.ErrConflict: the append was decided without this event.
func (r *Rows) checkCondition(c *event.Condition) error {
	if c == nil {
		return nil
	}
	if err := c.Check(); err != nil {
		return err
	}
	tags := make(map[int][]string)
	for _, row := range r.Tags {
		tags[row.Event] = append(tags[row.Event], row.Tag)
	}
	for i, own := range tags {
		if c.Matches(r.Events[i].Type, own) {
			return fmt.Errorf("%w: event %d of the chain", event.ErrConflict, i+1)
		}
	}
	return nil
}

// addCondition adds the items of an append's condition. The parameter stream is the index of the
// append's first stream.
func (r *Rows) addCondition(stream int, c *event.Condition) {
	if c == nil {
		return
	}
	for _, item := range c.Items {
		r.Items = append(r.Items, ItemRow{Stream: stream, After: c.After, Last: c.Last, Item: item})
		for _, text := range item.Tags {
			r.Bytes += len(text)
		}
	}
}
