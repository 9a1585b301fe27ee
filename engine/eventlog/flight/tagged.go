package flight

import "example.com/pgcqrs/engine/eventlog/encode"

// tagColumns has the parameters that append_tagged.sql and append_full.sql have in addition to
// those of columns. The parameters of conditions follow the parameters of the streams. The
// parameters of tags follow all parameters of append.sql.
type tagColumns struct {
	// one entry per item of a condition
	itemStream []int64
	itemAfter  []int64
	itemLast   [][16]byte
	itemTags   []int64 // number of the item's last tag
	itemTypes  []int64 // number of the item's last type
	// one entry per tag of an item
	itemTag []string
	// one entry per type of an item
	itemType []string
	// one entry per tag of an event
	tagEvent []int64
	tag      []string
}

// needed reports whether the batch has tags or conditions, and therefore needs append_tagged.sql or
// append_full.sql.
func (c *tagColumns) needed() bool { return len(c.tagEvent) > 0 || len(c.itemStream) > 0 }

// conditions returns the parameters that describe the conditions.
func (c *tagColumns) conditions() []any {
	return []any{c.itemStream, c.itemAfter, c.itemLast, c.itemTags, c.itemTypes, c.itemTag, c.itemType}
}

// ofEvents returns the parameters that describe the tags of events.
func (c *tagColumns) ofEvents() []any { return []any{c.tagEvent, c.tag} }

// add adds the tags and items of a chain of appends. The parameters streams and events are the
// numbers of streams and of events that the batch had before the chain of appends was added.
func (c *tagColumns) add(rows *encode.Rows, streams, events int) {
	for i := range rows.Tags {
		row := &rows.Tags[i]
		c.tagEvent = append(c.tagEvent, int64(events+row.Event+1))
		c.tag = append(c.tag, row.Tag)
	}
	for i := range rows.Items {
		row := &rows.Items[i]
		c.itemStream = append(c.itemStream, int64(streams+row.Stream+1))
		c.itemAfter = append(c.itemAfter, row.After)
		c.itemLast = append(c.itemLast, row.Last)
		c.itemTag = append(c.itemTag, row.Item.Tags...)
		c.itemType = append(c.itemType, row.Item.Types...)
		c.itemTags = append(c.itemTags, int64(len(c.itemTag)))
		c.itemTypes = append(c.itemTypes, int64(len(c.itemType)))
	}
}
