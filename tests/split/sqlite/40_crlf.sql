CREATE TABLE t (
  a TEXT -- one;
);

INSERT INTO t VALUES ('x
;y');
SELECT a FROM t;
