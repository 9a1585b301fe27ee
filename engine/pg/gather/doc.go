// Package gather has questions that are asked at the same time share one query.
//
// The waiting, and who gets which answer, belong here, all in gather.go. SQL does not: each user
// hands its query in, such as engine/personal.
//
// A Gather is safe for concurrent use, and has no Run. It must never answer by a query that began
// before the question.
package gather
