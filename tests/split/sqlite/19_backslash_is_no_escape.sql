SELECT '\';
SELECT 'a\', ';b';
