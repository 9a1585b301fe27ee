package natsbroker_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/natsbroker"
)

// Shipped is a public event: its method Message returns the message that is published.
type Shipped struct {
	Parcels int    `json:"parcels"`
	Shelf   string `json:"shelf"` // not part of the message
}

// EventType implements event.Event.
func (Shipped) EventType() string { return "order.shipped" }

// SchemaVersion implements event.Event.
func (Shipped) SchemaVersion() int { return 1 }

// Message implements event.PublicEvent. The type and the data of the message are a contract with
// other teams.
func (e Shipped) Message(uuid.UUID) event.Message {
	return event.Message{Type: "com.example.order.Shipped.v1", Data: map[string]int{"parcels": e.Parcels}}
}

// The append of a public event stores the event's message in the outbox, in the same transaction.
// The relay sends the message as a CloudEvent with the event's id. By this id, a subscriber can
// recognize and drop a message that it has already received.
func Example_publicMessage() {
	order := uuid.MustParse("00000000-0000-0000-0000-00000000000a")
	message, _ := event.PublicMessage(order, Shipped{Parcels: 2, Shelf: "B7"}) // the event log does this
	data, _ := json.Marshal(message.Data)
	row := outbox.Message{
		Position: 42, StreamID: order, Type: message.Type, Data: data,
		EventID:    uuid.MustParse("00000000-0000-0000-0000-00000000000e"),
		OccurredAt: time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC),
	}
	sent, err := natsbroker.Encode(natsbroker.Config{Service: "orders", Source: "https://orders.example.com"}, row) // the relay does this; Encode is exported only for these tests
	if err != nil {
		fmt.Println(err)
		return
	}
	var body map[string]any
	_ = json.Unmarshal(sent.Data, &body)
	pretty, _ := json.MarshalIndent(body, "", "  ")
	fmt.Println(sent.Subject)
	fmt.Println(sent.Header.Get("Content-Type"), sent.Header.Get("Nats-Msg-Id"))
	fmt.Println(string(pretty))
	// Output:
	// orders.com_example_order_Shipped_v1.00000000-0000-0000-0000-00000000000a
	// application/cloudevents+json 00000000-0000-0000-0000-00000000000e
	// {
	//   "data": {
	//     "parcels": 2
	//   },
	//   "datacontenttype": "application/json",
	//   "id": "00000000-0000-0000-0000-00000000000e",
	//   "sequence": "00000000000000000042",
	//   "source": "https://orders.example.com",
	//   "specversion": "1.0",
	//   "subject": "00000000-0000-0000-0000-00000000000a",
	//   "time": "2026-01-01T12:00:00Z",
	//   "type": "com.example.order.Shipped.v1"
	// }
}
