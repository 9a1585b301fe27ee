// Package strictjson decodes a JSON body so strictly that every later reader understands it in the
// same way: no name occurs twice, in whatever letter case, and nothing is too deep or too large.
//
// Refusing any other JSON belongs here, all of it in decode.go. Checking a field does not: that is
// engine/edge/contract/rules, which also collects the problems. It must never show the content of a
// body.
//
// It has no state. The caller is engine/edge/contract.
package strictjson
