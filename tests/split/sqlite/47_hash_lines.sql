# a comment of the shell; it has 'quotes
SELECT 1;
# another
SELECT
# not here
2;
