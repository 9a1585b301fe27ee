// Package strictjson decodes a JSON body strictly: it refuses a body that two readers might
// understand in different ways. No name may occur twice in an object, even with different letter
// case. The depth and the number of values are limited.
//
// Package strictjson has the decoder in decode.go. engine/edge/contract/rules checks the fields and
// collects the errors. An error of package strictjson must never show the content of a body.
//
// Package strictjson has no state. engine/edge/contract calls it.
package strictjson
