package workflow

import (
	"fmt"
	"runtime/debug"
)

// recovered turns a panic of a workflow's function into an error.
func recovered(err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
	}
}
