package seed

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/pgcqrs/tools/dev/story"
)

// fill replaces the variables in a text of the story.
func (r *run) fill(text string) string {
	filled, err := story.Fill(text, func(name string) (string, bool) {
		if value, ok := r.story.Variables[name]; ok {
			return value, true
		}
		first, rest, _ := strings.Cut(name, " ")
		switch first {
		case "n":
			return strconv.Itoa(r.n), true
		case "api":
			return r.stack.API, true
		case "token":
			return "$(curl -s '" + r.stack.Issuer + "/tokens/" + rest + "')", true
		case "ops":
			return strings.ReplaceAll(r.stack.Ops, "{}", rest), true
		}
		return "", false
	})
	if err != nil { // story.Parse has checked the variables
		return text
	}
	return filled
}

// holds reports whether all conditions are true. Without a condition, holds returns false.
func (r *run) holds(ctx context.Context, as story.Person, conditions []story.Condition) (bool, error) {
	for _, condition := range conditions {
		if is, err := r.is(ctx, as, condition); err != nil || !is {
			return false, err
		}
	}
	return len(conditions) > 0, nil
}

func (r *run) is(ctx context.Context, as story.Person, condition story.Condition) (is bool, err error) {
	if condition.SQL != "" {
		if err := r.db.QueryRow(ctx, r.fill(condition.SQL)).Scan(&is); err != nil {
			return false, fmt.Errorf("execute %q: %w", condition.SQL, err)
		}
		return is, nil
	}
	answer, err := r.client.send(ctx, as, http.MethodGet, r.fill(condition.Path), "", nil)
	return answer.status == http.StatusOK && strings.Contains(answer.body, r.fill(condition.Has)), err
}

// await waits until conditions are true.
func (r *run) await(ctx context.Context, as story.Person, conditions []story.Condition) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("this has not become true within %v: %v", patience, conditions))
	defer cancel()
	for len(conditions) > 0 {
		is, err := r.holds(ctx, as, conditions)
		if is || err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
