// Package reaper ends a PostgreSQL server when the program that has started the server ends in any
// way.
//
// Code that waits for the end of the program, stops the server, or removes fresh data belongs in
// reaper.go. The start of the server belongs in engine/enginetest/devdb. Package reaper must work
// without a call in the function main of the program, and must never remove kept data.
package reaper
