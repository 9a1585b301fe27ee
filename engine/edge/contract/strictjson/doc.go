// Package strictjson decodes a body that is JSON in the one way that no reader behind it takes
// differently: no name comes twice, in whatever letter case, and nothing is too deep or too much.
//
// Refusing any other JSON belongs here, all of it in decode.go. What a field must be does not: that is
// engine/edge/contract/rules, which also collects what is said. It must never show what is in a body.
//
// It has no state. The caller is engine/edge/contract.
package strictjson
