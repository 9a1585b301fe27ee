// Package turns answers one question: which commands of a process must wait, because another
// command decides over the same tags? Many commands may decide over one busy tag at the same time.
// Without turns, one of them would succeed, and all others would conflict and start again.
//
// Package turns only makes commands of one process wait for each other. engine/command/boundary
// decides the commands and appends their events. The condition of its append detects conflicts
// between processes. turns.go has the type Turns.
//
// A Turns is safe for concurrent use, has no table and starts no goroutine. Two commands must never
// wait for each other forever. Therefore every command takes its turns in the order of the sorted
// tags.
package turns
