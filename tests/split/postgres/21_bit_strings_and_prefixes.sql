SELECT B'101', X'1F', N'a\', n'b;';
SELECT date'2020-01-01', name'a\';
