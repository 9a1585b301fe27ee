// Package workflow answers one question: what is a workflow? A workflow reacts to events with
// commands, timers and calls, for something that spans several streams and takes time. A workflow
// consists of pure functions. The packages below engine/workflow call these functions. Each part of
// a reaction takes effect in the log exactly once (guarantee 11, docs/decisions/0029).
//
// Types that a service needs to describe its workflows belong in this package. In reading order:
// set.go collects the workflows of a service for engine/workflow/run; workflow.go has a Workflow;
// do.go has the parts of a reaction and their outcomes; schedule.go has the times at which
// instances begin without an event; target.go has the aggregates to which a workflow may send
// commands, and the stored form of commands; call.go has the type of functions that call something
// outside of the service; limits.go has the limits of names and of stored values.
//
// For each event, engine/workflow/react does two things in one transaction: it folds the event into
// the state of an instance (engine/workflow/instances), and adds the jobs of the reaction
// (engine/workflow/jobs). Later, engine/workflow/work does the jobs. engine/workflow/run starts
// react and work.
//
// Package workflow has no table and starts no goroutine. The functions of a workflow must never
// read anything but their arguments, and a state must never have personal data.
package workflow
