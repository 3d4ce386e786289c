SELECT 'a\'; SELECT 2;
SELECT E'a\';b'; SELECT e'\\'; SELECT 3;
SELECT E'a\
;';
