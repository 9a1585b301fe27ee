// Package todo executes jobs from a table of its own, without the library River. Decision 28
// compares it with River. The package has only what this comparison needs. A service would also
// need states that an operator can see, a limit of attempts, and a pause.
package todo
