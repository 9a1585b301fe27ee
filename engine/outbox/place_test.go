package outbox

import (
	"testing"
	"time"
)

// slowDisk is an outbox in which nothing waits, and of which a part is slow to go through.
type slowDisk struct {
	from, end int64         // where the slow part begins, and where the log ends
	entry     time.Duration // for each of its positions
	config    Config
}

// look has a place look at all of the outbox, and returns how often it was too long at a step.
func (d slowDisk) look(p *place) (stalls int) {
	p.next = 0
	for began := false; !began || p.looking; began = true {
		after, step := p.begin()
		took := time.Microsecond + time.Duration(max(min(after+step, d.end)-max(after, d.from), 0))*d.entry
		if took > d.config.ReadFor {
			p.tooLong(step, d.config.ReadFor)
			*p = p.again()
			stalls++
			continue
		}
		found := &batch{head: anchor{position: d.end}}
		settled := p.pass(found, anchor{}, true)
		p.spent(took, found, settled, &d.config)
	}
	return stalls
}

// A step that took too long is not tried again by each look, though its empty part would have it grow
// as large; once all is quick it grows again.
func TestLooksRememberWhichStepTookTooLong(t *testing.T) {
	t.Parallel()
	disk := slowDisk{from: 1 << 29, end: 1 << 30, entry: 200 * time.Nanosecond, config: Config{Poll: time.Second, ReadFor: 30 * time.Second}}
	var p place
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

// A look's price, by which the next one comes, has the step that took too long, and not the messages that were read.
func TestWhatALookCosts(t *testing.T) {
	t.Parallel()
	config := Config{Poll: time.Second, ReadFor: 30 * time.Second}
	var p place
	_, step := p.begin()
	p.tooLong(step, config.ReadFor)
	p = p.again()
	for position := int64(1); position <= 1000; position++ { // a backlog
		p.begin()
		found := &batch{head: anchor{position: 1001}, cut: true}
		p.spent(time.Minute, found, p.pass(found, anchor{position: position}, false), &config)
	}
	p.begin()
	found := &batch{head: anchor{position: 1001}}
	p.spent(time.Second, found, p.pass(found, anchor{}, true), &config)
	if want := lookShare * 31 * time.Second; p.looking || p.next != want {
		t.Errorf("the next look comes after %s, want %s; at its end: %v", p.next, want, !p.looking)
	}
}
