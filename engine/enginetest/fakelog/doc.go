// Package fakelog answers one question: on which log do tests of deciders run that need no
// database? The package has a Log, which keeps events, tags and answers in memory, and keeps the
// same rules as the log on PostgreSQL: both pass the tests of engine/enginetest/storetest.
//
// The package has only what decisions need of a log. It has no expectations: they belong in the tests,
// and in engine/enginetest/storetest. In reading order: fakelog.go has the Log, with its reads;
// append.go checks and stores appends.
//
// A Log is safe for concurrent use, and starts no goroutine. Only tests may import package fakelog.
// A Log must never accept what the log on PostgreSQL refuses.
package fakelog
