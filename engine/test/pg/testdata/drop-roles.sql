SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE starts_with(shobj_description(oid, 'pg_authid'), 'of database shop (')
