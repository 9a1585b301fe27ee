//go:build linux

package checks

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// addShared adds three customers to a history without violations. The three customers want the same
// address. At first Amy has the address, so Ben is refused. Then Amy changes to another address,
// and Ben gets the shared address. Then Ben is erased, and Amy gets the shared address again. Zoe,
// a customer of another subject, has the shared address all the time.
func addShared(h *history.History) {
	first := len(h.Calls)
	amy, ben, zoe := uuid.New(), uuid.New(), uuid.New()
	command := func(id uuid.UUID, kind string, key uuid.UUID) answers.Command {
		return answers.Command{Key: key, Account: id, Kind: kind, Subject: sample.Subject}
	}
	ofZoe := command(zoe, sample.Registered, keyOfShared(1))
	ofZoe.Subject = sample.Neighbor
	tookEffect(h, ofZoe)
	tookEffect(h, command(amy, sample.Registered, keyOfShared(0)))
	refuse(h, command(ben, sample.Registered, keyOfShared(1)), 422, answers.Taken)
	tookEffect(h, command(amy, sample.Changed, uuid.New()))
	tookEffect(h, command(ben, sample.Registered, keyOfShared(2)))
	refuse(h, command(amy, sample.Changed, keyOfShared(0)), 422, answers.Taken)
	tookEffect(h, command(ben, sample.Erased, uuid.New()))
	tookEffect(h, command(amy, sample.Changed, keyOfShared(1)))
	for n := range h.Calls[first:] {
		c := &h.Calls[first+n]
		if c.Token = 2; c.Command.Kind != sample.Erased {
			h.Keys[c.Command.Key] = c.Succeeded()
		}
	}
	head := int64(len(h.Log))
	for _, id := range []uuid.UUID{amy, ben, zoe} {
		var last history.Event
		for n := range h.Log {
			if e := &h.Log[n]; e.Account == id {
				e.Encrypted = sample.DigestOf("encrypted " + e.Key.String())
				last = *e
			}
		}
		read := answers.PersonRead{Customer: id, Of: answers.OfPersonItself, By: sample.Subject, Last: true, Min: head, At: head, Status: 200, State: "registered", Version: last.Version, Text: sample.ContactOf(last.Key)}
		if id == ben {
			read.State, read.Text = "erased", sample.Digest{}
			h.Persons.Erased[id], h.Persons.Erasures[id] = true, true
		} else {
			h.Persons.Persons[id], h.Persons.Lookups[id] = true, 1
		}
		h.Models.Customers[id] = history.Customer{Status: read.State, Version: last.Version, Encrypted: last.Encrypted}
		h.People = append(h.People, read)
	}
	h.People = append(h.People,
		answers.PersonRead{Customer: amy, Of: answers.OfLookUp, By: sample.Subject, Last: true, Contact: h.Log[head-1].Key, Min: head, At: head, Status: 200, Found: []uuid.UUID{amy}},
		answers.PersonRead{Customer: ben, Of: answers.OfLookUp, By: sample.Subject, Last: true, Contact: keyOfShared(2), Min: head, At: head, Status: 200, Found: []uuid.UUID{amy}, Done: math.MaxInt64},
		answers.PersonRead{Customer: zoe, Of: answers.OfLookUp, By: sample.Neighbor, Last: true, Contact: ofZoe.Key, Min: head, At: head, Status: 200, Found: []uuid.UUID{zoe}})
	settle(h)
}

// keyOfShared returns a new key whose command sends the shared address. The parameter way selects
// one of three ways to write the address in capital and small letters.
func keyOfShared(way byte) uuid.UUID {
	key := sample.Sharing(uuid.New(), 7)
	key[5] = way
	return key
}

// For two ways, the commands of the keys that keyOfShared returns send the same address, written
// differently in capital and small letters only.
func TestASharedAddressIsWrittenInThreeWays(t *testing.T) {
	t.Parallel()
	ways := make(map[string]bool)
	for way := range byte(3) {
		ways[sample.EmailOf(keyOfShared(way))] = true
		if sample.AddressOf(keyOfShared(way)) != strings.ToLower(sample.EmailOf(keyOfShared(0))) {
			t.Errorf("%s is another address", sample.EmailOf(keyOfShared(way)))
		}
	}
	if len(ways) != 3 {
		t.Errorf("the address is written as %v", ways)
	}
}

// This test changes a history in which several customers want one address. Each change violates a
// guarantee, and a check must find it.
func TestDoctoredAddressesAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"two customers have one address": {"unique", func(h *history.History) {
			h.Log[lastOfShared(h, sample.Erased)].Key = keyOfShared(0)
			h.Log[lastOfShared(h, sample.Erased)].Kind = sample.Changed
		}},
		"a customer got an address that its owner did not give up": {"unique", func(h *history.History) { h.Log[lastOfShared(h, sample.Registered)-1].Key = keyOfShared(1) }},
		"an address was refused that nobody had": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Registered)
			c.Command.Key = sample.Sharing(uuid.New(), 8)
		}},
		"an address was refused that only the customer had": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Registered)
			c.Command.Kind, c.Command.Account = sample.Changed, h.Log[lastOfShared(h, sample.Registered)-1].Account
		}},
		"an address was refused that only another subject's customer had": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Changed)
			c.Sent = h.Calls[len(h.Calls)-1].Done + 1
			c.Done = c.Sent + 1
			c.Command.Account = uuid.New()
			c.Command.Kind, c.Command.Subject = sample.Registered, sample.Stranger
		}},
		"an address was refused after its owner was erased": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Changed)
			c.Sent = h.Calls[len(h.Calls)-1].Done + 1
			c.Done = c.Sent + 1
		}},
		"an address was refused before anybody had it": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Registered)
			c.Sent, c.Done = h.Calls[0].Sent, h.Calls[0].Done
		}},
		"an address was refused to a customer who was erased": {"taken", func(h *history.History) {
			c := refusedOf(h, sample.Changed)
			c.Command.Account = h.Log[erasee].Account
		}},
		"an address was refused to a customer of an id in use": {"linearizable", func(h *history.History) {
			refusedOf(h, sample.Registered).Command.Account = h.Log[lives].Account
		}},
		"a deposit was refused because of an address": {"linearizable", func(h *history.History) { h.Calls[3].Code = answers.Taken }},
		"a look-up of a shared address found its former owner": {"customers", func(h *history.History) {
			h.People[len(h.People)-2].Found = []uuid.UUID{h.People[len(h.People)-2].Customer}
		}},
		"a look-up of a shared address found the neighbor's customer": {"customers", func(h *history.History) {
			h.People[len(h.People)-3].Found = append(h.People[len(h.People)-3].Found, h.People[len(h.People)-1].Customer)
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// lastOfShared returns the index of the last event of the given kind in the log.
func lastOfShared(h *history.History, kind string) (last int) {
	for n, e := range h.Log {
		if e.Kind == kind {
			last = n
		}
	}
	return last
}

// refusedOf returns the call of a registration or a change that was refused because of its address.
func refusedOf(h *history.History, kind string) *answers.Call {
	return &h.Calls[slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Command.Kind == kind && c.Code == answers.Taken })]
}
