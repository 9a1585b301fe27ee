package past

import (
	"context"

	"example.com/pgcqrs/engine/feed/ring"
)

// Reader reads a topic page by page. While the caller sends a page to its client, the Reader
// already reads the next page. So the database and the process work at the same time. Only one
// goroutine may use a Reader.
type Reader struct {
	past   *Past
	topic  ring.Topic
	cancel context.CancelFunc // ends the read of the next page
	next   chan page          // receives the next page; nil: no page is being read
}

// Reader returns a Reader of a topic. The caller must close the Reader as soon as it needs no
// further pages. As long as many Readers are open, the pages of all of them are small.
func (p *Past) Reader(topic ring.Topic) *Reader {
	p.open.Add(1)
	return &Reader{past: p, topic: topic}
}

// Page returns the same as Past.Page, but reads again if a read takes too long. If ctx ends before
// the page has been read, a later call for the same place may still return that page.
func (r *Reader) Page(ctx context.Context, after Place) (events []*ring.Event, upTo Place, err error) {
	if r.next == nil {
		r.read(after)
	}
	var got page
	select {
	case got = <-r.next:
		r.next = nil
	case <-ctx.Done():
		return nil, after, ctx.Err()
	}
	r.cancel()
	if got.late || got.after != after { // in the second case, the caller has got events from elsewhere since the last page
		return r.Page(ctx, after)
	}
	if got.full {
		r.read(got.upTo)
	}
	return got.events, got.upTo, got.err
}

// read starts to read a page.
func (r *Reader) read(after Place) {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.next = cancel, make(chan page, 1)
	go func(next chan<- page) { next <- r.past.page(ctx, r.topic, after) }(r.next)
}

// Close ends the Reader. If the read of a page is under way, Close ends this read, too.
func (r *Reader) Close() {
	r.past.open.Add(-1)
	if r.cancel != nil {
		r.cancel()
	}
}
