package cursor

import (
	"testing"
	"time"
)

// slowDisk imitates an outbox that has no messages, but has a part that is slow to scan.
type slowDisk struct {
	from, end int64         // where the slow part begins, and where the log ends
	entry     time.Duration // how long each position of the slow part takes
	bounds    Bounds
}

// look scans the whole outbox with a cursor, and returns how many steps took too long.
func (d slowDisk) look(p *Cursor) (stalls int) {
	p.next = 0
	for began := false; !began || p.looking; began = true {
		after, step := p.begin()
		took := time.Microsecond + time.Duration(max(min(after+step, d.end)-max(after, d.from), 0))*d.entry
		if took > d.bounds.ReadFor {
			p.TooLong(step, d.bounds.ReadFor)
			*p = p.Resume()
			stalls++
			continue
		}
		found := &Batch{head: Anchor{Position: d.end}}
		settled := p.pass(found, Anchor{}, true)
		p.spent(took, found, settled)
	}
	return stalls
}

// After a step that took too long, later scans use no step of that size. Without this rule, quick
// steps over the part of the outbox before the slow part would make the step grow to that size
// again. After a scan with only quick steps, the largest allowed step doubles.
func TestLooksRememberWhichStepTookTooLong(t *testing.T) {
	t.Parallel()
	disk := slowDisk{from: 1 << 29, end: 1 << 30, entry: 200 * time.Nanosecond, bounds: Bounds{Poll: time.Second, ReadFor: 30 * time.Second}}
	p := New(disk.bounds)
	if stalls := disk.look(&p); stalls == 0 {
		t.Error("the first look has no step that takes too long")
	}
	for range 20 {
		if stalls := disk.look(&p); stalls > 0 {
			t.Fatalf("a later look has %d", stalls)
		}
	}
	small := p.most
	disk.entry = 0
	for range 20 {
		disk.look(&p)
	}
	if p.most != mostStep {
		t.Errorf("steps of up to %d, from %d, after 20 looks at what is quick", p.most, small)
	}
}

// The cost of a scan includes a step that took too long, and excludes reads that returned messages.
// This cost determines the pause before the next scan.
func TestWhatALookCosts(t *testing.T) {
	t.Parallel()
	bounds := Bounds{Poll: time.Second, ReadFor: 30 * time.Second}
	p := New(bounds)
	_, step := p.begin()
	p.TooLong(step, bounds.ReadFor)
	p = p.Resume()
	for position := int64(1); position <= 1000; position++ { // reads of a backlog of messages
		p.begin()
		found := &Batch{head: Anchor{Position: 1001}, Cut: true}
		p.spent(time.Minute, found, p.pass(found, Anchor{Position: position}, false))
	}
	p.begin()
	found := &Batch{head: Anchor{Position: 1001}}
	p.spent(time.Second, found, p.pass(found, Anchor{}, true))
	if want := lookShare * 31 * time.Second; p.looking || p.next != want {
		t.Errorf("the next look comes after %s, want %s; at its end: %v", p.next, want, !p.looking)
	}
}
