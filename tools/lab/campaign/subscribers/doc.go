// Package subscribers follows the live feed and single accounts during a campaign, in all forms, as
// clients do: each subscriber reconnects from its own last position whenever an answer ends or
// breaks.
//
// In reading order: plans.go lists the subscribers; run.go starts and ends them; connect.go opens one
// answer after another; answers.go reads an answer; frames.go cuts an answer into frames; take.go
// records what came.
package subscribers
