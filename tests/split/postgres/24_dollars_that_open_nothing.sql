CREATE TABLE a$b$ (c$ int);
SELECT c$ FROM a$b$;
PREPARE p AS SELECT $1::int;
EXECUTE p(1);
SELECT 1$$;$$;
