-- Verify shop:unique_emails on sqlite

BEGIN;

-- A verify script says no by an error: json() of what isn't JSON is one.
SELECT CASE WHEN count(*) = 1 THEN 'ok' ELSE json('email is not unique') END
  FROM pragma_index_list('customers') WHERE "unique" = 1;

ROLLBACK;
