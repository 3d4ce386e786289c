-- with a mark
SELECT 1;
