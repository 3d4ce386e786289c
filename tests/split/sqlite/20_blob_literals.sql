SELECT x'3B', X'2d2d';
SELECT hex(';');
