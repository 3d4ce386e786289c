source inc/quits.txt
SELECT 2;
exit
SELECT 3;
