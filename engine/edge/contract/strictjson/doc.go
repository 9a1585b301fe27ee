// Package strictjson decodes a JSON body strictly: it refuses a body that two readers might
// understand in different ways. No name may occur twice in an object, even with different letter
// case. The depth and the number of values are limited.
//
// Package strictjson has the decoder in decode.go. engine/edge/contract/rules checks the fields and
// collects the errors. An error of package strictjson may show the name of a field, but must never
// show a value.
//
// Package strictjson has no state. engine/edge/contract calls it.
package strictjson
