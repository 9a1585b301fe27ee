// Package report tells what migrate has done, line by line or as one JSON document at the end.
//
// The report of a run that somebody reads belongs here, all in report.go. Doing it does not: that is
// engine/process/migrate, and a service's function that brings the schema up, which tells its lines too.
//
// It runs nothing. It must never show a password.
package report
