package pump

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Events of a vessel, a stream of type "vessel".
type (
	// Built is the first event of a vessel.
	Built struct{ Capacity int }
	// Put adds water to a vessel. The field Pump has the id of the pump that has brought the water.
	Put struct {
		Pump   uuid.UUID
		Amount int
		Back   bool // the water came from this vessel
	}
	// Taken removes water from a vessel.
	Taken struct {
		Pump   uuid.UUID
		Amount int
	}
)

// Events of a pump, a stream of type "pump".
type (
	// Asked is the first event of a pump: somebody has asked the pump to move water from one vessel
	// to another.
	Asked struct {
		From, To uuid.UUID
		Amount   int
	}
	// Filled says that the pump has taken the water from the vessel From.
	Filled struct{}
	// Emptied says that the water is in the vessel To.
	Emptied struct{}
	// Refused says that the vessel From gave no water.
	Refused struct{ Code string }
	// Rejected says that the vessel To did not take the water.
	Rejected struct{ Code string }
	// Returned says that the water is back in the vessel From.
	Returned struct{}
	// Expired says that the pump did not get the water in time.
	Expired struct{}
)

// EventType implements event.Event.
func (Built) EventType() string { return "vessel.built" }

// EventType implements event.Event.
func (Put) EventType() string { return "vessel.put" }

// EventType implements event.Event.
func (Taken) EventType() string { return "vessel.taken" }

// EventType implements event.Event.
func (Asked) EventType() string { return "pump.asked" }

// EventType implements event.Event.
func (Filled) EventType() string { return "pump.filled" }

// EventType implements event.Event.
func (Emptied) EventType() string { return "pump.emptied" }

// EventType implements event.Event.
func (Refused) EventType() string { return "pump.refused" }

// EventType implements event.Event.
func (Rejected) EventType() string { return "pump.rejected" }

// EventType implements event.Event.
func (Returned) EventType() string { return "pump.returned" }

// EventType implements event.Event.
func (Expired) EventType() string { return "pump.expired" }

// SchemaVersion implements event.Event.
func (Built) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Put) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Taken) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Asked) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Filled) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Emptied) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Refused) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Rejected) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Returned) SchemaVersion() int { return 1 }

// SchemaVersion implements event.Event.
func (Expired) SchemaVersion() int { return 1 }

// Decode implements event.Decode.
func Decode(eventType string, _ int, data []byte) (event.Event, error) {
	decode, ok := map[string]func([]byte) (event.Event, error){
		"vessel.built": as[Built], "vessel.put": as[Put], "vessel.taken": as[Taken],
		"pump.asked": as[Asked], "pump.filled": as[Filled], "pump.emptied": as[Emptied], "pump.refused": as[Refused],
		"pump.rejected": as[Rejected], "pump.returned": as[Returned], "pump.expired": as[Expired],
	}[eventType]
	if !ok {
		return nil, fmt.Errorf("%w: %s", event.ErrUnknownEvent, eventType)
	}
	return decode(data)
}

func as[E event.Event](data []byte) (event.Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}
