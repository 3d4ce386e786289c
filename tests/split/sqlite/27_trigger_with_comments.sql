CREATE TABLE t (a);
CREATE /* a; */ TRIGGER -- b;
c AFTER INSERT ON t BEGIN
  SELECT 1; -- END;
  /* END; */ SELECT 2;
END -- over;
;
SELECT 3;
