-- kedge: no-transaction
CREATE TABLE t (a);
VACUUM; -- kedge: is no directive here;
