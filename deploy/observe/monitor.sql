-- Creates the login with which postgres-exporter reads PostgreSQL's statistics. It may read the
-- statistics of the whole server, but no row of a table. psql runs this file at every start of the
-- profile observe; the password is that of the variable MONITOR_PASSWORD.
\set ON_ERROR_STOP on
\getenv password MONITOR_PASSWORD
SELECT 'CREATE ROLE pgcqrs_monitor' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_monitor') \gexec
ALTER ROLE pgcqrs_monitor LOGIN CONNECTION LIMIT 5 PASSWORD :'password';
GRANT pg_monitor TO pgcqrs_monitor;
-- migrate takes this right from everybody but the service's own logins.
GRANT CONNECT ON DATABASE :"DBNAME" TO pgcqrs_monitor;
