// Package repeats limits how often a process logs the same line. While a database or a broker can't
// be reached, the same message would otherwise fill the log, and hide the others.
//
// Code that decides whether a line is written belongs in this package. The lines themselves belong
// where something happens: no other package limits its lines because they repeat. engine/edge limits
// the lines about refused requests for each client, which is another limit.
//
// In reading order: same.go says which lines are the same, counts.go counts them and writes how many
// were held back, handler.go passes lines on or holds them back.
//
// Package repeats never holds back a line without a count of it in the log. A Handler is safe for
// concurrent use. It starts timers, and Handler.Flush stops them.
package repeats
