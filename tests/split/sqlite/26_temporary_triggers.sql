CREATE TABLE t (a);
create temp trigger one after insert on t begin select 1; end;
CREATE TEMPORARY TRIGGER IF NOT EXISTS two BEFORE DELETE ON t BEGIN SELECT 2; END ; SELECT 3;
