CREATE TABLE t (a int);
create or replace procedure p(b int)
begin atomic
  insert into t select case b when 1 then case when true then 2 end else 3 end;
  delete from t where a = (case when b > 0 then 0 end);
end; CALL p(1);
SELECT * FROM t;
