SELECT 1;
source inc/included.txt
SELECT 4; \. inc/included.txt
SELECT 5;
source inc/included.txt;
