use mysql; SELECT 1;
print; SELECT 2;
SELECT "\g"; SELECT 3;
