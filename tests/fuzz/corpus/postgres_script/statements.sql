SELECT 1;
-- one
SELECT 'a;''b', "c;""d" /* ; /* ; */ */;
