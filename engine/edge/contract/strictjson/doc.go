// Package strictjson decodes a JSON body so strictly that every later reader understands it in
// the same way. No name may occur twice in an object, even with different letter case, and the
// depth and the number of values are limited.
//
// Package strictjson, in decode.go, refuses a body that is not such JSON.
// engine/edge/contract/rules checks the fields and collects the errors. Package strictjson must
// never show the content of a body.
//
// Package strictjson has no state. engine/edge/contract calls it.
package strictjson
