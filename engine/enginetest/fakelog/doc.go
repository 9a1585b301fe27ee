// Package fakelog answers one question: which log do tests of deciders use if they need no
// database? The package has the type Log, which stores events, tags and answers in memory. A Log
// follows the same rules as the log on PostgreSQL: both pass the tests of
// engine/enginetest/storetest.
//
// The package contains only the parts of a log that decisions need. Expectations belong in the
// tests, and in engine/enginetest/storetest. In reading order: fakelog.go has the type Log, which
// reads events; append.go checks and stores appends.
//
// A Log is safe for concurrent use, and starts no goroutine. Only tests may import package fakelog.
// A Log must never accept what the log on PostgreSQL refuses.
package fakelog
