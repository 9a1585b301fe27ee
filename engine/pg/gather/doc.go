// Package gather makes questions that are asked at the same time share one query.
//
// The waiting, and the distribution of the answers, belong here, all in gather.go. SQL does not:
// each user passes its query, for example engine/personal.
//
// A Gather is safe for concurrent use, and has no Run. It must never answer from a query that began
// before the question was asked.
package gather
