DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I, %I, %I, %I', function, role_of('projector'), role_of('worker'), role_of('service'),
                       (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'engine_version'::regclass));
    END LOOP;
END $$;
