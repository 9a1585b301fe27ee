package export

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// MostBytes is the size of event data, in bytes, after which a page ends, even if the page has few
// events and records. The size is limited because the process has a whole page in memory.
const MostBytes = 1 << 20

// AtOnce is the largest number of events or records that one query reads for a page.
const AtOnce = 32

// Place is the place in an export at which a page begins. The zero Place is the beginning of the
// export.
type Place struct {
	Record  uuid.UUID // record whose events come next; zero: the person's own events come next
	Key     string    // sort key of Record
	Version int64     // version after which the events of Record, or of the person, continue
}

// Record is a record that refers to the person, such as an account.
type Record struct {
	ID  uuid.UUID // id of the record, and of its stream
	Key string    // value by which Source.Records sorts
	Row any       // the record as the service encodes it
}

// Exported is a record on a page, with its events on the same page. If the events of a record do
// not fit on one page, the record is on several pages.
type Exported struct {
	Row    any
	Events []event.Recorded
}

// Source reads the data of one person. The export shows the field Data of the returned events
// unchanged, so the functions must decrypt this field.
type Source struct {
	// Own returns at most limit events of the person's own stream, from the first event after the
	// version in the parameter after. The result more says whether the stream may have further
	// events.
	Own func(ctx context.Context, after int64, limit int) (events []event.Recorded, more bool, err error)

	// Records returns at most limit records, sorted by Key, and records with the same Key by ID. If
	// from.Record is set, Records returns the records after this record. Otherwise Records returns the
	// first records.
	Records func(ctx context.Context, from Place, limit int) (records []Record, more bool, err error)

	// Record returns one record.
	Record func(ctx context.Context, id uuid.UUID) (Record, error)

	// Events returns at most limit events of a record's stream, from the first event after the
	// version in the parameter after.
	Events func(ctx context.Context, id uuid.UUID, after int64, limit int) (events []event.Recorded, more bool, err error)
}

// Page is one page of an export.
type Page struct {
	Events  []event.Recorded // the person's own events
	Records []Exported
	Next    *Place // where the next page begins; nil: the export is complete
}

// Page reads the page that begins at the place from. The number of the page's events and records
// together is at most limit.
func (s Source) Page(ctx context.Context, from Place, limit int) (Page, error) {
	p := filling{source: s, next: from, left: limit, bytes: MostBytes}
	began := p.resume
	if from.Record == uuid.Nil {
		began = p.own
	}
	more, err := began(ctx)
	if err == nil && !more {
		more, err = p.records(ctx)
	}
	if more {
		p.page.Next = &p.next
	}
	return p.page, err
}

// filling is a page to which events and records are being added.
type filling struct {
	source Source
	page   Page
	next   Place
	left   int // events and records that still fit on the page
	bytes  int // bytes of event data that still fit on the page
}

func (p *filling) full() bool { return p.left <= 0 || p.bytes <= 0 }

// own adds the person's own events to the page, and reports whether there may be more events.
func (p *filling) own(ctx context.Context) (more bool, err error) {
	return p.fill(&p.page.Events, func(after int64, limit int) ([]event.Recorded, bool, error) {
		return p.source.Own(ctx, after, limit)
	})
}

// fill adds events after the version p.next.Version, and reports whether there may be more events.
func (p *filling) fill(events *[]event.Recorded, read func(after int64, limit int) ([]event.Recorded, bool, error)) (more bool, err error) {
	for !p.full() {
		found, more, err := read(p.next.Version, min(p.left, AtOnce))
		if err != nil {
			return false, err
		}
		for _, e := range found {
			if p.full() {
				return true, nil
			}
			*events = append(*events, e)
			p.next.Version = e.Version
			p.left, p.bytes = p.left-1, p.bytes-len(e.Data)
		}
		if !more {
			return false, nil
		}
	}
	return true, nil
}

// resume adds the rest of a record: the events that did not fit on the previous page.
func (p *filling) resume(ctx context.Context) (more bool, err error) {
	record, err := p.source.Record(ctx, p.next.Record)
	if err != nil {
		return false, err
	}
	return p.record(ctx, record, p.next.Version)
}

// records adds the records after the last exported record.
func (p *filling) records(ctx context.Context) (more bool, err error) {
	for !p.full() {
		found, more, err := p.source.Records(ctx, p.next, min(p.left, AtOnce))
		if err != nil {
			return false, err
		}
		for _, record := range found {
			if p.full() {
				return true, nil
			}
			p.next.Record, p.next.Key = record.ID, record.Key
			p.left--
			if more, err := p.record(ctx, record, 0); err != nil || more {
				return more, err
			}
		}
		if !more {
			return false, nil
		}
	}
	return true, nil
}

// record adds a record, and the record's events after a version. If the version is not 0, the
// record was on the previous page, and record adds it again only if it has further events.
func (p *filling) record(ctx context.Context, record Record, after int64) (more bool, err error) {
	exported := Exported{Row: record.Row}
	p.next.Version = after
	more, err = p.fill(&exported.Events, func(after int64, limit int) ([]event.Recorded, bool, error) {
		return p.source.Events(ctx, record.ID, after, limit)
	})
	if len(exported.Events) > 0 || after == 0 {
		p.page.Records = append(p.page.Records, exported)
	}
	return more, err
}
