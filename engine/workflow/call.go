package workflow

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
)

// Caller executes the calls of one name. It is called at least once for each call, with the same key
// each time: the callee must do what was asked for a key only once. An error leads to another
// attempt, until the limit of attempts is reached. The answer is encoded as JSON; nil is no answer. A
// Caller must return when ctx ends. If it does not, the attempt fails and its answer is dropped, but
// its goroutine stays, and another attempt may run beside it.
type Caller func(ctx context.Context, key uuid.UUID, payload json.RawMessage) (answer any, err error)
