-- What must last for a time is measured in time that has passed, not by the server's clock,
-- which somebody may set.

-- +goose Up

-- Seconds that have passed while an API process ran, at most: one that has seen a number for
-- 30 seconds, by a clock that nobody can set, makes it 30 higher. It never goes faster than
-- time, however many they are, and stands still while none runs.
CREATE TABLE elapsed (
    seconds    bigint      NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    stepped_at timestamptz NOT NULL DEFAULT clock_timestamp() -- the last step, by the server's clock
);
INSERT INTO elapsed DEFAULT VALUES;

-- Time goes on by a step, and not back: by 30 seconds at most, wherever the clock jumps to, and
-- by no more than the clock says have passed since the last step, whatever SQL a login sends.
-- Where the clock was set back it does not say, and the next step begins anew.
-- +goose StatementBegin
CREATE FUNCTION check_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now timestamptz := clock_timestamp();
BEGIN
    IF NEW.seconds NOT BETWEEN OLD.seconds AND OLD.seconds + 30 THEN
        RAISE EXCEPTION 'elapsed seconds go on by 30 at most' USING ERRCODE = 'check_violation';
    END IF;
    IF now >= OLD.stepped_at THEN
        NEW.seconds := least(NEW.seconds, OLD.seconds + floor(extract(epoch FROM now - OLD.stepped_at))::bigint);
    END IF;
    IF NEW.seconds = OLD.seconds THEN
        RETURN NULL;
    END IF;
    NEW.stepped_at := now;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION check_step FROM PUBLIC;
CREATE TRIGGER by_steps BEFORE UPDATE ON elapsed FOR EACH ROW EXECUTE FUNCTION check_step();

SELECT grant_to('pgcqrs_api', 'SELECT, UPDATE (seconds)', 'elapsed');
SELECT grant_to('pgcqrs_service', 'SELECT, UPDATE (seconds)', 'elapsed');

-- A key is kept until elapsed is there: 30 seconds longer than asked for, because the number
-- that was read may have been about to change. expires_at stays, for people.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER TABLE idempotency_keys ADD COLUMN expires_after bigint NOT NULL DEFAULT %s',
        (SELECT coalesce(ceil(extract(epoch FROM max(expires_at) - now()))::bigint, 0) + 30 FROM idempotency_keys));
    ALTER TABLE idempotency_keys ALTER COLUMN expires_after DROP DEFAULT;
END $$;
-- +goose StatementEnd
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_after);
DROP INDEX idempotency_keys_expiry;

-- +goose Down
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
ALTER TABLE idempotency_keys DROP COLUMN expires_after;
DROP TABLE elapsed;
DROP FUNCTION check_step;
