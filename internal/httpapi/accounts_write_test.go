package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/event"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/internal/write/account"
)

func TestRequestsBecomeCommands(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, body string
		status     int
		want       account.Command
	}{
		"open":                       {accounts, `{"id":"` + ada.String() + `","owner":"Ada","currency":"EUR"}`, 201, account.Open{Subject: "ada", Owner: "Ada", Currency: "EUR"}},
		"deposit":                    {deposits, `{"amount":1000000000000,"reference":"salary"}`, 200, account.Deposit{Subject: "ada", Amount: 1_000_000_000_000, Reference: "salary"}},
		"deposit without reference":  {deposits, `{"amount":1}`, 200, account.Deposit{Subject: "ada", Amount: 1}},
		"deposit for a rocket emoji": {deposits, `{"amount":1,"reference":"\ud83d\ude80"}`, 200, account.Deposit{Subject: "ada", Amount: 1, Reference: "🚀"}},
		"withdraw":                   {"/v1/accounts/" + ada.String() + "/withdrawals", `{"amount":250}`, 200, account.Withdraw{Subject: "ada", Amount: 250}},
		"close":                      {closure, `{}`, 200, account.Close{Subject: "ada"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			f.check = func(context.Context, string) (auth.Caller, error) {
				return auth.Caller{Subject: "ada", Scopes: scopes}, nil
			}
			answer := send(t, f.client(t), http.MethodPost, test.path, test.body, "Authorization", "Bearer x")
			want := `{"id":"` + ada.String() + `","version":3,"position":"42"}` + "\n"
			if answer.status != test.status || answer.body != want {
				t.Errorf("got %d %s", answer.status, answer.body)
			}
			if answer.header.Get("ETag") != `"3"` || answer.header.Get("Event-Position") != "42" {
				t.Errorf("got headers %v", answer.header)
			}
			if diff := cmp.Diff(test.want, f.command); diff != "" || f.id != ada {
				t.Errorf("handled for %s: %s", f.id, diff)
			}
			if f.deadline <= 0 || f.deadline > 10*time.Second {
				t.Errorf("the command had %s", f.deadline)
			}
		})
	}
}

// unreadable lists texts, in JSON, that are no valid references: texts with invisible characters,
// texts of more than one line, texts of only spaces, and a text that is too long.
var unreadable = []string{`\u202eyrales`, `sal\u200bary`, `salary\ufeff`, `sal\u00adary`, `sal\u00a0ary`, `sal\nary`, `salary\t`, `\u007f`, ` `, `   `, `\u3000`, strings.Repeat("x", 141)}

const referenceRule = "must be text of at most 140 characters on one line, not only spaces, and without invisible characters"

func TestAReferenceMustBeReadable(t *testing.T) {
	t.Parallel()
	for _, path := range []string{deposits, "/v1/accounts/" + ada.String() + "/withdrawals"} {
		for _, reference := range unreadable {
			f := newFake()
			answer := send(t, f.client(t), http.MethodPost, path, `{"amount":1,"reference":"`+reference+`"}`)
			if answer.status != 400 || !strings.Contains(answer.body, `"field":"reference"`) || !strings.Contains(answer.body, referenceRule) || f.command != nil {
				t.Errorf("%q: got %d %s", reference, answer.status, answer.body)
			}
		}
		for _, reference := range []string{"", "x", " rent of May, 2nd part ", "Miete für Mai", "家賃", "أجرة", "किराया", strings.Repeat("🚀", 140)} {
			if answer := send(t, newFake().client(t), http.MethodPost, path, `{"amount":1,"reference":"`+reference+`"}`); answer.status != 200 {
				t.Errorf("%q: got %d %s", reference, answer.status, answer.body)
			}
		}
	}
}

func TestAClosureMayNameAnotherAccount(t *testing.T) {
	t.Parallel()
	f := newFake()
	answer := send(t, f.client(t), http.MethodPost, closure, `{"move_balance_to":"`+nobody.String()+`"}`, "If-Match", `"2"`, "Idempotency-Key", "k")
	if want := `{"id":"` + ada.String() + `","version":3,"position":"42"}` + "\n"; answer.status != 200 || answer.body != want {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	if f.id != ada || f.to != nobody || f.request.Key != "k" || !f.request.IfMatch.Holds(2) || f.request.IfMatch.Holds(1) {
		t.Errorf("moved from %s to %s, %+v", f.id, f.to, f.request)
	}
	for body, detail := range map[string]string{
		`{"move_balance_to":"x"}`: "move_balance_to", `{"move_balance_to":null}`: "move_balance_to", `{"move_to":"x"}`: "move_to",
	} {
		if answer := send(t, f.client(t), http.MethodPost, closure, body); answer.status != 400 || !strings.Contains(answer.body, `"field":"`+detail+`"`) {
			t.Errorf("%s: got %d %s", body, answer.status, answer.body)
		}
	}
	f.fail = account.ErrNoTarget
	if answer := send(t, f.client(t), http.MethodPost, closure, `{"move_balance_to":"`+nobody.String()+`"}`); answer.status != 404 || !strings.Contains(answer.body, "move_balance_to") {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}

func TestOpenAnswersWhereTheAccountIs(t *testing.T) {
	t.Parallel()
	f := newFake()
	answer := send(t, f.client(t), http.MethodPost, accounts, `{"owner":"Ada","currency":"EUR"}`)
	at, err := url.Parse("https://example.com/bank" + accounts) // a client behind a proxy that removes /bank from paths
	if err != nil {
		t.Fatal(err)
	}
	got, err := at.Parse(answer.header.Get("Location"))
	if err != nil || got.Path != "/bank"+accounts+"/"+ada.String() {
		t.Errorf("got %q, which leads to %s, %v", answer.header.Get("Location"), got, err)
	}
	if f.id == uuid.Nil || f.id.Version() != 7 {
		t.Errorf("made the id %s", f.id)
	}
}

func TestAReplayIsTheFirstAnswerByteForByte(t *testing.T) {
	t.Parallel()
	f := newFake()
	client := f.client(t)
	body := `{"owner":"Ada","currency":"EUR"}`
	first := send(t, client, http.MethodPost, accounts, body, "Idempotency-Key", "k-1")
	fingerprint := f.request.Fingerprint
	f.result.Replayed = true
	second := send(t, client, http.MethodPost, accounts, body, "Idempotency-Key", "k-1")
	if first.status != second.status || first.body != second.body {
		t.Errorf("got %d %s, then %d %s", first.status, first.body, second.status, second.body)
	}
	for _, name := range []string{"ETag", "Event-Position", "Location", "Content-Type"} {
		if first.header.Get(name) != second.header.Get(name) {
			t.Errorf("%s was %q, then %q", name, first.header.Get(name), second.header.Get(name))
		}
	}
	if first.header.Get("Idempotency-Replayed") != "" || second.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("replayed: %v, then %v", first.header, second.header)
	}
	if f.request.Key != "k-1" || len(fingerprint) != 32 || !bytes.Equal(fingerprint, f.request.Fingerprint) {
		t.Errorf("key %q, fingerprints %x and %x", f.request.Key, fingerprint, f.request.Fingerprint)
	}
}

func TestFingerprintsTellRequestsApart(t *testing.T) {
	t.Parallel()
	f := newFake()
	client := f.client(t)
	seen := map[string]string{}
	for _, request := range [][2]string{
		{deposits, `{"amount":1}`}, {deposits, `{"amount":2}`}, {deposits, `{"amount":1} `},
		{"/v1/accounts/" + ada.String() + "/withdrawals", `{"amount":1}`}, {"/v1/accounts/" + nobody.String() + "/deposits", `{"amount":1}`},
	} {
		send(t, client, http.MethodPost, request[0], request[1], "Idempotency-Key", "k-1")
		sum := string(f.request.Fingerprint)
		if plain := sha256.Sum256([]byte("POST\x00" + request[0] + "\x00" + request[1])); sum == string(plain[:]) {
			t.Error("anybody can make the fingerprint")
		}
		if earlier, ok := seen[sum]; ok {
			t.Errorf("%v has the fingerprint of %s", request, earlier)
		}
		seen[sum] = request[0] + request[1]
	}
	upper := strings.ToUpper(ada.String())
	send(t, client, http.MethodPost, "/v1/accounts/"+upper+"/deposits", `{"amount":1}`, "Idempotency-Key", "k-1")
	if seen[string(f.request.Fingerprint)] != deposits+`{"amount":1}` {
		t.Error("the same id in capitals has another fingerprint")
	}
	f.options = func(o *Options) { o.Edge.FingerprintKey = []byte("of another log") }
	send(t, f.client(t), http.MethodPost, deposits, `{"amount":1}`, "Idempotency-Key", "k-1")
	if earlier, ok := seen[string(f.request.Fingerprint)]; ok {
		t.Errorf("under another key it has the fingerprint of %s", earlier)
	}
}

func TestIdempotencyKeysAreVisibleASCII(t *testing.T) {
	t.Parallel()
	long := string(bytes.Repeat([]byte("k"), 256))
	for _, key := range []string{"", " ", "a b", "ä", long, "a\tb"} {
		answer := send(t, newFake().client(t), http.MethodPost, deposits, `{"amount":1}`, "Idempotency-Key", key)
		if answer.status != 400 || answer.errorOf(t, "Idempotency-Key") == "" {
			t.Errorf("%q: got %d %s", key, answer.status, answer.body)
		}
	}
	f := newFake()
	answer := send(t, f.client(t), http.MethodPost, deposits, `{"amount":1}`, "Idempotency-Key", long[:255])
	if answer.status != 200 || f.request.Key != long[:255] {
		t.Errorf("255 characters: got %d %s", answer.status, answer.body)
	}
}

func TestIfMatchBecomesAPrecondition(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]event.Precondition{
		`*`:                      {Any: true},
		` * `:                    {Any: true},
		`"3"`:                    {Versions: []int64{3}},
		`"3", "4","5"`:           {Versions: []int64{3, 4, 5}},
		`W/"3"`:                  {Versions: []int64{}},
		`W/"3", "4"`:             {Versions: []int64{4}},
		`"abc"`:                  {Versions: []int64{}},
		`"03"`:                   {Versions: []int64{}},
		`"+3"`:                   {Versions: []int64{}},
		`""`:                     {Versions: []int64{}},
		`"99999999999999999999"`: {Versions: []int64{}},
	} {
		f := newFake()
		answer := send(t, f.client(t), http.MethodPost, deposits, `{"amount":1}`, "If-Match", header)
		if diff := cmp.Diff(want, f.request.IfMatch); diff != "" || answer.status != 200 {
			t.Errorf("%s: got %d: %s", header, answer.status, diff)
		}
	}
	for _, header := range []string{`3`, ``, `"3`, `"3" "4"`, `w/"3"`, `"3",`, `"3", *`, `x"3"`} {
		answer := send(t, newFake().client(t), http.MethodPost, deposits, `{"amount":1}`, "If-Match", header)
		if answer.status != 400 || answer.errorOf(t, "If-Match") == "" {
			t.Errorf("%s: got %d %s", header, answer.status, answer.body)
		}
	}
}

// A proxy that compresses answers replaces strong ETags by weak ETags. If a client sends a weak
// ETag, the error answer explains why a weak ETag never matches.
func TestAWeakTagIsExplained(t *testing.T) {
	t.Parallel()
	for header, explained := range map[string]bool{`W/"3"`: true, `"2", W/"3"`: true, `"2"`: false, `"W/3"`: false, `*`: false} {
		f := newFake()
		f.fail = event.ErrPreconditionFailed
		answer := send(t, f.client(t), http.MethodPost, deposits, `{"amount":1}`, "If-Match", header)
		problem := answer.problem(t)
		if answer.status != 412 || *problem.Code != "precondition_failed" || strings.Contains(*problem.Detail, "weak") != explained {
			t.Errorf("%s: got %d %s", header, answer.status, answer.body)
		}
	}
}

func TestSeveralIfMatchLinesAreOneList(t *testing.T) {
	t.Parallel()
	f := newFake()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api"+deposits, bytes.NewReader([]byte(`{"amount":1}`)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {jsonType}, "If-Match": {`"1"`, `"2"`}}
	answer, err := f.client(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if diff := cmp.Diff([]int64{1, 2}, f.request.IfMatch.Versions); diff != "" || answer.StatusCode != 200 {
		t.Errorf("got %d: %s", answer.StatusCode, diff)
	}
}

func TestWhereARequestComesFromIsKeptForTheEvents(t *testing.T) {
	t.Parallel()
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	f := newFake()
	client := f.client(t)
	const flow = "0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b"
	answer := send(t, client, http.MethodPost, deposits, `{"amount":1}`, "X-Request-Id", "john@example.com", "X-Correlation-Id", flow, "traceparent", parent)
	if got := f.request.Metadata; got.CorrelationID != flow || got.Traceparent != parent || got.CausationID != answer.header.Get("X-Request-Id") {
		t.Errorf("got %+v", got)
	}
	answer = send(t, client, http.MethodPost, deposits, `{"amount":1}`, "X-Request-Id", "john@example.com", "X-Correlation-Id", "john@example.com")
	if got, id := f.request.Metadata, answer.header.Get("X-Request-Id"); got.CorrelationID != id || got.CausationID != id || got.Traceparent != "" {
		t.Errorf("without correlation id: got %+v", got)
	}
}
