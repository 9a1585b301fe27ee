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

// The answer about a resource of another subject is exactly the answer about a missing resource.
// The test covers each operation that has an id in its path or body, resources of each kind that
// the contract can create, and all conditions that a request may have. No status, code, header or
// text differs between the two answers. If a command creates a resource under an id that its caller
// chooses, the answer must reveal that the id is in use; even then conditions reveal nothing more.
func TestWhatIsAnothersIsNotThere(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, "KEY_URI="+keyFile(t), "RATE_LIMIT=0", "RATE_LIMIT_ADDRESS=0")
	all := slices.DeleteFunc(routes(t, "{id}"), func(r route) bool { return r.scope == auth.Operate }) // this scope may see the resources of all subjects
	scope := strings.Join(scopesOf(all), " ")
	ada, bob := g.as("ada", scope), g.as("bob", scope)
	made, tried := g.makeOneOfEach(all, ada), make(map[string]int)
	for _, one := range made {
		for _, r := range requestsWithIDs(t, all) {
			plain, fresh := g.sendWith(r.route, one.id, bob), g.sendWith(r.route, uuid.NewString(), bob)
			makes := r.chooses || fresh.Status < 300
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

// answersAlike returns the answer about a resource of another subject, and the answer about a
// missing one. For an operation that would create the missing resource, the second answer is the
// parameter plain. If the answers differ, both are requested again, because read models may have
// advanced in between.
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

// keyFile creates a file with the key that wraps the keys of personal data, and returns its URI.
func keyFile(t *testing.T) (uri string) {
	t.Helper()
	uri = "file://" + filepath.Join(t.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		t.Fatal(err)
	}
	return uri
}

// thing is a resource that a command has created; kind is the path of that command.
type thing struct{ kind, id, position string }

// makeOneOfEach creates a resource by each command whose example is enough, and then changes the
// resource by each command on it whose example is enough. makeOneOfEach waits until all read models
// have the resources.
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

// change sends each command on a resource, and returns the position of the last one that succeeded.
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

// sendWith sends the request of an operation, with id in place of {id}, and an unused id in place
// of {new}.
func (g *stack) sendWith(r route, id string, headers []string) caller.Reply {
	g.t.Helper()
	path := strings.NewReplacer("{id}", id, "{new}", uuid.NewString()).Replace(r.path)
	return g.send(r.method, path, strings.ReplaceAll(r.body, "{id}", id), headers...)
}

// conditions returns the sets of conditional headers of a request, including the empty set:
// versions that a resource has or does not have, times before and after its creation, and a
// position.
func conditions(position string) (all [][]string) {
	all = append(all, nil, []string{"Min-Position", position})
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

// requestsWithIDs returns the requests of operations that name a resource: one for the id in the
// path, and one for each field of the body that is an id. The field id names a resource to create.
func requestsWithIDs(t *testing.T, all []route) (found []request) {
	t.Helper()
	for _, r := range all {
		if strings.Contains(r.path, "{id}") {
			found = append(found, request{r, false})
		}
		for _, field := range fieldsOf(t, r) {
			if body, ok := withID(t, r, field); ok {
				found = append(found, request{route{r.id, r.method, strings.ReplaceAll(r.path, "{id}", "{new}"), body, r.scope}, field == "id"})
			}
		}
	}
	return found
}

// request is the request of an operation, with {id} in place of an id. chooses is true if the
// caller chooses the id of a new resource.
type request struct {
	route
	chooses bool
}

// withID returns the body of an operation with {id} in the given field, and in no other field that
// is an id.
func withID(t testing.TB, r route, field string) (body string, ok bool) {
	t.Helper()
	taken := fieldsOf(t, r)
	if r.body == "" || !slices.Contains(taken, field) {
		return r.body, false
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(r.body), &fields); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(fields, func(name string, _ any) bool { return slices.Contains(taken, name) })
	fields[field] = "{id}"
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), true
}

// fieldsOf returns the fields of an operation's body that are ids.
func fieldsOf(t testing.TB, r route) (names []string) {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID != r.id || method != r.method || op.RequestBody == nil {
				continue
			}
			for name, field := range op.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
				if field.Value.Format == "uuid" {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// told returns an answer without ids and times, so that it can be compared with another answer.
func told(r caller.Reply) string {
	header := r.Header.Clone()
	header.Del("Date")
	return fmt.Sprint(r.Status, " ", anyID.ReplaceAllString(r.Body, "ID"), anyID.ReplaceAllString(fmt.Sprint(header), "ID"))
}
