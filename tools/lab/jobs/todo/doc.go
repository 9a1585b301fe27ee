// Package todo executes jobs from a table that it creates, without the library River. Decision 28
// compares package todo with River. The package has only what this comparison needs. A service
// would also need states that an operator can see, a limit on attempts, and a way to pause the
// queue.
package todo
