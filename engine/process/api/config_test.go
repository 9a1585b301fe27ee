package api

import (
	"testing"
	"time"
)

// The server does not end a request before the time limits of the request itself have ended: the
// wait in the queue, the wait for a position, and the command or query.
func TestAnswersMayTakeAsLongAsTheirTimeLimits(t *testing.T) {
	t.Parallel()
	const queue, position = 12 * time.Second, 30 * time.Second
	for _, config := range []Config{
		{CommandTimeout: 10 * time.Second, QueryTimeout: 10 * time.Second},
		{CommandTimeout: 10 * time.Second, QueryTimeout: 10 * time.Minute},
		{CommandTimeout: time.Minute, QueryTimeout: time.Second},
	} {
		if limit, least := config.writeTimeout(), queue+position+max(config.CommandTimeout, config.QueryTimeout); limit <= least {
			t.Errorf("with %s and %s a request may take %s, want more than %s", config.CommandTimeout, config.QueryTimeout, limit, least)
		}
	}
}
