// Package projections has the operator's verbs for projections: ops projections list, parked,
// retry, discard, resume, reconcile and rebuild.
//
// Questions and answers belong here. The work does not: that is engine/projection.
//
// In reading order: status.go shows the state of the projections, parked.go their parked streams,
// rebuild.go, resume.go and reconcile.go mend and compare them. The list of verbs is
// engine/process/ops.
//
// Each verb ends when it is done; nothing keeps running. A verb that loses something must never go
// on without a yes.
package projections
