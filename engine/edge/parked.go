package httpapi

import (
	"context"
	"errors"
	"strconv"

	"example.com/pgcqrs/engine/event"
)

// errParked says that a read has to reflect a position and can't.
var errParked = errors.New("read model has parked the stream at the position or before it")

// reflects returns the error of a query for one stream, or errParked where the read model has
// parked the stream at Min-Position or before it: what it has is older. A read that asks for
// nothing newer is told in Parked-Position where that is; parked is 0 for most.
func reflects(ctx context.Context, minPosition *string, parked int64, err error) error {
	if parked == 0 || err != nil && !errors.Is(err, event.ErrStreamNotFound) {
		return err
	}
	if minPosition != nil {
		if position, bad := strconv.ParseInt(*minPosition, 10, 64); bad != nil || position >= parked {
			return errParked
		}
	}
	requestOf(ctx).answer.Set("Parked-Position", strconv.FormatInt(parked, 10))
	return err
}

// parkedPosition returns what a list says of an item whose stream is parked.
func parkedPosition(parked int64) *string {
	if parked == 0 {
		return nil
	}
	return new(strconv.FormatInt(parked, 10))
}

// ifTrue leaves out of an answer what does not hold.
func ifTrue(holds bool) *bool {
	if !holds {
		return nil
	}
	return &holds
}
