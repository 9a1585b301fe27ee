package http_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/personal/keyfile"
)

// A client must not learn whether a resource of another subject exists. The answer about such a
// resource must have the same status, code, headers and text as the answer about a missing
// resource. The test covers each operation with an id in its path or body, each kind of resource,
// and all conditional headers. There is one exception. If the client chooses the id of a new
// resource, and the id is already in use, the answer must say so. Even then, conditional headers
// reveal nothing more.
func TestWhatIsAnothersIsNotThere(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "KEY_URI="+keyFile(t), "RATE_LIMIT=0", "RATE_LIMIT_ADDRESS=0")
	all := slices.DeleteFunc(routes(t, "{id}"), func(r route) bool { return r.scope == auth.Operate }) // a token with this scope may see the resources of all subjects
	scope := strings.Join(scopesOf(all), " ")
	ada, bob := g.as("ada", scope), g.as("bob", scope)
	made, tried, creates := g.makeOneOfEach(all, ada), make(map[string]int), make(map[string]bool)
	for _, one := range made {
		for _, r := range requestsWithIDs(t, all) {
			fresh := g.sendWith(r.route, uuid.NewString(), bob) // first: a unique value of the example is then taken for all that follow
			plain := g.sendWith(r.route, one.id, bob)
			creates[r.id] = creates[r.id] || fresh.Status < 300
			makes := r.chooses || creates[r.id]
			if refers := !r.chooses && !strings.Contains(r.path, "{id}"); refers && plain.Status < 300 && fresh.Status < 300 {
				continue // the operation does not check the id in this field
			}
			if plain.Status != 404 && plain.Status != 422 {
				t.Errorf("%s %s %s of another: got %d %s", r.method, r.path, r.body, plain.Status, plain.Body)
			}
			for _, condition := range conditions(one.position) {
				tried[r.id]++
				headers := append(slices.Clone(condition), bob...)
				hers, want := g.answersAlike(r.route, one.id, headers, plain, makes)
				if told(hers) != told(want) {
					t.Errorf("%s %s %s with %q tells something of a thing of another's, of %s:\n%s\nwhere there should be\n%s",
						r.method, r.path, r.body, condition, one.kind, told(hers), told(want))
				}
			}
		}
	}
	for _, r := range all {
		if strings.Contains(r.path, "{id}") && tried[r.id] < 20 {
			t.Errorf("%s %s was tried %d times, on things of %d kinds", r.method, r.path, tried[r.id], len(made))
		}
	}
}

// answersAlike returns two answers: one about a resource of another subject, and one about a
// missing resource. If the operation would create the missing resource, the second answer is the
// answer in the argument plain. If the two answers differ, answersAlike sends both requests again,
// because a read model may have changed between the two requests.
func (g *stack) answersAlike(r route, id string, headers []string, plain caller.Reply, makes bool) (hers, want caller.Reply) {
	for range 5 {
		hers, want = g.sendWith(r, id, headers), plain
		if !makes {
			want = g.sendWith(r, uuid.NewString(), headers)
		}
		if told(hers) == told(want) {
			break
		}
	}
	return hers, want
}

// keyFile creates a key file for the encryption of personal data, and returns its URI.
func keyFile(t *testing.T) (uri string) {
	t.Helper()
	uri = "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	return uri
}

// thing is a resource that a command has created. The field kind is the path of this command.
type thing struct{ kind, id, position string }

// makeOneOfEach creates one resource of each kind, and then changes it with every possible command.
// The bodies of the commands are the examples of the contract; a command whose example is not
// sufficient is skipped. makeOneOfEach waits until the read models contain the resources.
func (g *stack) makeOneOfEach(all []route, owner []string) (made []thing) {
	g.t.Helper()
	for _, r := range all {
		kind, _, onOne := strings.Cut(r.path, "/{id}")
		id := uuid.NewString()
		if r.method != http.MethodPost {
			continue
		}
		r.body, _ = withID(g.t, r, "id")
		begun := g.sendWith(r, id, owner)
		if begun.Status != http.StatusCreated && !(onOne && begun.Status == http.StatusOK) {
			continue // a query, a command on an existing resource, or a command whose example is not enough
		}
		one := thing{kind, id, begun.Header.Get("Event-Position")}
		if place := begun.Header.Get("Location"); place != "" {
			one.id = path.Base(place)
		}
		for range 2 {
			one.position = cmp.Or(g.change(all, one, owner), one.position)
		}
		for _, read := range all {
			if read.method == http.MethodGet && strings.HasPrefix(read.path, kind+"/{id}") {
				await.True(g.t, "what was made can be read", func() bool {
					return g.sendWith(read, one.id, append([]string{"Min-Position", one.position}, owner...)).Status == http.StatusOK
				})
			}
		}
		made = append(made, one)
	}
	return made
}

// change sends every command for a resource, and returns the position of the last command that
// succeeded.
func (g *stack) change(all []route, one thing, owner []string) (position string) {
	g.t.Helper()
	for _, r := range all {
		if r.method != http.MethodPost || !strings.HasPrefix(r.path, one.kind+"/{id}/") {
			continue
		}
		if changed := g.sendWith(r, one.id, owner); changed.Status == http.StatusOK {
			position = changed.Header.Get("Event-Position")
		}
	}
	return position
}

// sendWith sends the request of an operation. It replaces {id} by the given id, and {new} by an
// unused id.
func (g *stack) sendWith(r route, id string, headers []string) caller.Reply {
	g.t.Helper()
	path := strings.NewReplacer("{id}", id, "{new}", uuid.NewString()).Replace(r.path)
	body := strings.NewReplacer("{id}", id, "{new}", uuid.NewString()).Replace(r.body)
	return g.send(r.method, path, body, headers...)
}

// conditions returns all sets of conditional headers that the test tries, including the empty set.
// It also returns the sets of headers that request a streaming answer. The headers contain versions
// that a resource has or does not have, times before and after its creation, and a position.
func conditions(position string) (all [][]string) {
	all = append(all, nil, []string{"Min-Position", position})
	for _, form := range []string{"text/event-stream", "application/x-ndjson"} { // these forms are streaming answers
		all = append(all, []string{"Accept", form}, []string{"Accept", form + ", application/json;q=0.5", "Last-Event-ID", "0"})
	}
	for _, name := range []string{"If-Match", "If-None-Match"} {
		for _, value := range []string{`*`, `"1"`, `"2"`, `"3"`, `"4"`, `"5"`, `"6"`, `"2", "3"`, `W/"2"`, `"x"`} {
			all = append(all, []string{name, value})
		}
	}
	for _, name := range []string{"If-Modified-Since", "If-Unmodified-Since"} {
		for _, distance := range []time.Duration{-time.Hour, time.Hour} {
			all = append(all, []string{name, time.Now().Add(distance).UTC().Format(http.TimeFormat)})
		}
	}
	return all
}

// requestsWithIDs returns all requests that name a resource. There is one request for an id in the
// path, and one for each field of the body whose value is an id. The field with the name id is the
// id of a new resource.
func requestsWithIDs(t *testing.T, all []route) (found []request) {
	t.Helper()
	for _, r := range all {
		if strings.Contains(r.path, "{id}") {
			found = append(found, request{r, false})
		}
		for _, field := range slices.Sorted(maps.Keys(fieldsOf(t, r))) {
			if body, ok := withID(t, r, field); ok {
				found = append(found, request{route{r.id, r.method, strings.ReplaceAll(r.path, "{id}", "{new}"), body, r.scope}, field == "id"})
			}
		}
	}
	return found
}

// request is a request of an operation, in which {id} stands for an id. The field chooses is true
// if the client chooses the id of a new resource.
type request struct {
	route
	chooses bool
}

// withID returns the body of an operation with {id} in the given field. All other fields that are
// ids are left out, or, if they are required, have {new}.
func withID(t testing.TB, r route, field string) (body string, ok bool) {
	t.Helper()
	taken := fieldsOf(t, r)
	if _, has := taken[field]; r.body == "" || !has {
		return r.body, false
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.body), &fields); err != nil {
		t.Fatal(err)
	}
	for name, required := range taken {
		if delete(fields, name); required {
			fields[name] = "{new}"
		}
	}
	fields[field] = "{id}"
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), true
}

// fieldsOf returns the names of those fields in an operation's body whose values are ids, and whether
// each of them is required.
func fieldsOf(t testing.TB, r route) (names map[string]bool) {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	names = make(map[string]bool)
	for _, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID != r.id || method != r.method || op.RequestBody == nil {
				continue
			}
			schema := op.RequestBody.Value.Content.Get("application/json").Schema.Value
			for name, field := range schema.Properties {
				if field.Value.Format == "uuid" {
					names[name] = slices.Contains(schema.Required, name)
				}
			}
		}
	}
	return names
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// told returns an answer without its ids and times, so that two answers can be compared.
func told(r caller.Reply) string {
	header := r.Header.Clone()
	header.Del("Date")
	return fmt.Sprint(r.Status, " ", anyID.ReplaceAllString(r.Body, "ID"), anyID.ReplaceAllString(fmt.Sprint(header), "ID"))
}
