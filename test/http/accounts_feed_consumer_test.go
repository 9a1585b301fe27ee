package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// docs/feed.md shows the code from here to the next line that begins with three dashes.
// ---

// Consumer reads the feed and applies each event, in the transaction that also stores the event's
// position.
type Consumer struct {
	Name  string // key of the consumer's row in feed_cursors
	URL   string // URL of the feed, such as http://127.0.0.1:8080/v1/feed
	All   bool   // whether the token has the scope operate and URL has no filter
	Token func(ctx context.Context) (string, error)
	DB    *pgxpool.Pool
	Apply func(ctx context.Context, tx pgx.Tx, e Message) error // applies one event
}

// Message is one line of the feed: an event, a position without an event, or the end.
type Message struct {
	Position int64           `json:"position,string"`
	StreamID string          `json:"stream_id"`
	Version  int64           `json:"version"`
	Type     string          `json:"type"` // "": the message is not an event
	Data     json.RawMessage `json:"data"`
	End      *struct {
		Code string `json:"code"`
	} `json:"end"`
}

// ErrLogChanged says that the log has lost events that may have been applied. Undo all that was
// applied, set the cursor to position 0 and epoch "", and run the consumer again.
var ErrLogChanged = errors.New("the log has lost events")

// Run applies events until ctx ends or the log has lost events.
func (c *Consumer) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := c.follow(ctx)
		if errors.Is(err, ErrLogChanged) {
			return err
		}
		log.Printf("%s connects again in a second: %v", c.Name, err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return nil
}

// follow applies the events after the stored position until the answer ends.
func (c *Consumer) follow(ctx context.Context) error {
	var last int64
	var epoch string
	const stored = `SELECT position, epoch FROM feed_cursors WHERE consumer = $1`
	if err := c.DB.QueryRow(ctx, stored, c.Name).Scan(&last, &epoch); err != nil {
		return fmt.Errorf("read cursor: %w", err)
	}
	answer, err := c.open(ctx, last, epoch)
	if err != nil {
		return fmt.Errorf("open feed: %w", err)
	}
	defer answer.Body.Close()
	epoch = answer.Header.Get("Log-Epoch")
	for lines := json.NewDecoder(answer.Body); ; {
		var m Message
		switch err := lines.Decode(&m); {
		case err != nil:
			return fmt.Errorf("read feed: %w", err)
		case m.End != nil && m.End.Code == "log_changed":
			return ErrLogChanged
		case m.End != nil:
			return errors.New(m.End.Code)
		case c.All && m.Type != "" && m.Position != last+1:
			return fmt.Errorf("event %d came after event %d", m.Position, last)
		}
		if err := c.take(ctx, m, epoch); err != nil {
			return fmt.Errorf("apply event %d: %w", m.Position, err)
		}
		last = m.Position
	}
}

// open requests the events after a position.
func (c *Consumer) open(ctx context.Context, after int64, epoch string) (*http.Response, error) {
	token, err := c.Token(ctx)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/x-ndjson")
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	if epoch != "" {
		r.Header.Set("Log-Epoch", epoch)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode == http.StatusOK {
		return answer, err
	}
	defer answer.Body.Close()
	var problem struct {
		Code string `json:"code"`
	}
	if json.NewDecoder(answer.Body).Decode(&problem) == nil && problem.Code == "log_changed" {
		return nil, ErrLogChanged
	}
	return nil, fmt.Errorf("%s %s", answer.Status, problem.Code)
}

// take moves the cursor to the position of a message, and applies its event. If another process of
// this consumer has already moved the cursor to this position or beyond it, take does nothing.
func (c *Consumer) take(ctx context.Context, m Message, epoch string) error {
	return pgx.BeginFunc(ctx, c.DB, func(tx pgx.Tx) error {
		const move = `UPDATE feed_cursors SET position = $1, epoch = $2 WHERE consumer = $3 AND position < $1`
		moved, err := tx.Exec(ctx, move, m.Position, epoch, c.Name)
		if err != nil || moved.RowsAffected() == 0 || m.Type == "" {
			return err
		}
		return c.Apply(ctx, tx, m)
	})
}

// ---

// cursors is the SQL of docs/feed.md that creates the table of cursors.
const cursors = `
CREATE TABLE feed_cursors (
    consumer text PRIMARY KEY,
    position bigint NOT NULL, -- all events up to this position were applied
    epoch text NOT NULL       -- Log-Epoch of the answer from which the position came
);
INSERT INTO feed_cursors VALUES ('deposits', 0, '');
`

// consumerOf returns the consumer of docs/feed.md, which stores each event in the table seen.
func (s *stack) consumerOf(pool *pgxpool.Pool, fails *atomic.Int64) *Consumer {
	return &Consumer{
		Name: "deposits", URL: "http://" + s.api.Address + "/v1/feed", All: true, DB: pool,
		Token: func(context.Context) (string, error) { return "none", nil },
		Apply: func(ctx context.Context, tx pgx.Tx, e Message) error {
			if _, err := tx.Exec(ctx, `INSERT INTO seen (position, type) VALUES ($1, $2)`, e.Position, e.Type); err != nil {
				return err
			}
			if fails.Add(-1) == 0 {
				return errors.New("the event can't be applied now")
			}
			return nil
		},
	}
}

// seen returns the positions of the events that a consumer has applied, in the order in which it
// applied them.
func seen(t *testing.T, pool *pgxpool.Pool) []int64 {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT position FROM seen ORDER BY number`)
	if err != nil {
		t.Fatal(err)
	}
	positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		t.Fatal(err)
	}
	return positions
}

// The consumer of docs/feed.md applies each event once and in order. This also holds in these
// cases: an event can't be applied at first, the API process is killed, the consumer is stopped and
// started again, or two processes run the consumer. If the log has another epoch than the epoch
// that the consumer has stored, the consumer ends.
func TestTheConsumerOfTheFeedGoesOn(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	second := s.beside(s.environment...)
	pool := rig.Connect(t, s.url)
	if _, err := pool.Exec(t.Context(), cursors+`CREATE TABLE seen (number bigserial, position bigint, type text)`); err != nil {
		t.Fatal(err)
	}
	account := s.post("/v1/accounts", `{"owner":"Ada","currency":"EUR"}`).Header.Get("Location")
	var last int64
	deposit := func() {
		for range 10 {
			last = positionOf(t, second.post(account+"/deposits", `{"amount":5}`).Header)
		}
	}
	applied := func() bool {
		positions := seen(t, pool)
		return len(positions) > 0 && positions[len(positions)-1] == last
	}
	run := func(of *stack, fails *atomic.Int64) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- of.consumerOf(pool, fails).Run(ctx) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	var fails, never atomic.Int64
	fails.Store(5) // the fifth event is applied only after the consumer has connected again
	deposit()
	stop := run(s, &fails)
	await.True(t, "the consumer applies the stored events", applied)
	s.api.End(os.Kill)
	stop()
	deposit()
	stop, stopOther := run(second, &never), run(second, &never)
	await.True(t, "other processes of the consumer apply the missed events", applied)
	deposit()
	await.True(t, "one of two processes applies each new event", applied)
	stop()
	deposit()
	await.True(t, "the other process goes on", applied)
	stopOther()
	if got := seen(t, pool); !slices.Equal(got, upTo(last)) {
		t.Errorf("applied %v", got)
	}
	if _, err := pool.Exec(t.Context(), `UPDATE feed_cursors SET epoch = gen_random_uuid()::text`); err != nil {
		t.Fatal(err)
	}
	if err := second.consumerOf(pool, &never).Run(t.Context()); !errors.Is(err, ErrLogChanged) {
		t.Errorf("with an unknown epoch: %v", err)
	}
}

// The page docs/feed.md shows the consumer and its table as they are tested here.
func TestTheFeedsPageHasTheConsumer(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/feed.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("accounts_feed_consumer_test.go")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(source), "\n// ---\n")
	for _, block := range []string{"```go\n" + strings.Trim(parts[1], "\n") + "\n```\n", "```sql\n" + strings.Trim(cursors, "\n") + "\n```\n"} {
		if !strings.Contains(string(page), block) {
			t.Errorf("docs/feed.md has no\n%s", block)
		}
	}
}
