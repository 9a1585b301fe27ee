package workflow

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
)

// Caller is a function that executes all calls (workflow.Call) with one name. For one call, the
// Caller may be called several times, each time with the same key. Therefore the called system must
// do the work for one key only once. If the Caller returns an error, the call is attempted again,
// until the limit of attempts (jobs.Attempts) is reached. The answer is encoded as JSON: nil
// becomes null. The Caller must return when ctx ends. If it does not return, the attempt fails and
// its answer is dropped, but the goroutine of the Caller stays. The next attempt may then run at
// the same time as this goroutine.
type Caller func(ctx context.Context, key uuid.UUID, payload json.RawMessage) (answer any, err error)
