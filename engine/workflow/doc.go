// Package workflow answers one question: what is a workflow? A workflow reacts to events with
// commands, timers and calls, for something that spans several streams and takes time. It consists
// of pure functions, and the packages below run them, so that each part of a reaction is done
// exactly once (guarantee 11, docs/decisions/0029).
//
// Types that a service needs to describe its workflows belong in this package. In reading order:
// set.go collects the workflows of a service for engine/workflow/run; workflow.go has a Workflow;
// do.go has the parts of a reaction and their outcomes; target.go has the aggregates to which a
// workflow may send commands, and stores commands; call.go has the functions that call something
// outside of the service; limits.go says which values can be stored.
//
// The way of an event: engine/workflow/react folds the event into an instance
// (engine/workflow/instances), and adds the jobs of the reaction (engine/workflow/jobs) in one
// transaction; engine/workflow/work does the jobs; engine/workflow/run starts both.
//
// Package workflow has no table and starts no goroutine. The functions of a workflow must never
// read anything but their arguments, and a state must never have personal data.
package workflow
